import { Child } from "../../lib/lab/child.ts";

/** Time a step of a test with real processes may take, in milliseconds. */
const STEP_MS = 30_000;

const root = `${import.meta.dirname}/../..`;

/** Aborts when a step takes too long: a test fails rather than hangs. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(STEP_MS);
}

/** The path of a file in `certs/`. */
export function certificate(file: string): string {
  return `${root}/certs/${file}`;
}

/** How to start a program. */
export interface ProgramOptions {
  /** A command that gets the program's command line as its last arguments. */
  readonly through?: readonly string[];
  /** The port of a server; a free one when left out. */
  readonly port?: number;
}

/** Starts the real `chat` with files of its own under `home`. */
export function chat(
  home: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Child {
  const program = `${root}/mod.ts`;
  const run = ["run", "--quiet", "--allow-all", program, ...args];
  const [first = "", ...rest] = [
    ...options.through ?? [],
    Deno.execPath(),
    ...run,
  ];
  return new Child(first, rest, {
    name: `chat ${args[0]}`,
    env: { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
  });
}

/** A `chat serve` process that listens. */
export interface ServeProcess extends AsyncDisposable {
  readonly child: Child;
  readonly port: number;
  readonly fingerprint: string;
}

/** Starts `chat serve` on a free port of loopback, and waits for it. */
export async function chatServe(
  home: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<ServeProcess> {
  const child = chat(home, [
    "serve",
    "--host=127.0.0.1",
    `--port=${options.port ?? 0}`,
    ...args,
  ], options);
  const find = (pattern: RegExp): Promise<string> =>
    child.stdout.find(
      String(pattern),
      (line) => pattern.exec(line)?.[1],
      soon(),
    );
  try {
    return {
      child,
      port: Number(await find(/^Listening on 127\.0\.0\.1:(\d+)$/)),
      fingerprint: await find(/fingerprint +(SHA256:\S+)/),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw new Error(child.stderr.lines.join("\n"), { cause: error });
  }
}

/** A temporary folder that goes away with the test. */
export async function temporaryHome(): Promise<
  AsyncDisposable & { readonly path: string }
> {
  const path = await Deno.makeTempDir({ prefix: "chat-test-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
