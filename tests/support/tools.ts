/** Programs of other people that the tests compare with, and where to play. */

/** A folder of its own for one test; disposal removes it. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes a folder that only this user may enter. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await Deno.makeTempDir({ prefix: "chat_test_" });
  return {
    path,
    async [Symbol.asyncDispose](): Promise<void> {
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** Runs a program to its end and returns what it printed, or throws. */
export async function run(
  program: string,
  args: readonly string[],
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  }
  return decoder.decode(stdout);
}

/**
 * Registers a test that needs other programs; where one is missing, the test is
 * reported as ignored and its name says why.
 */
export function testWith(
  programs: readonly string[],
  name: string,
  body: () => Promise<void>,
): void {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) {
    Deno.test(name, body);
  } else {
    const why = `needs ${missing.join(", ")}`;
    Deno.test({ name: `${name} (${why})`, ignore: true, fn: body });
  }
}

function isInstalled(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}
