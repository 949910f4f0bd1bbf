import type { Fingerprint } from "../lib/identity/fingerprint.ts";

const PROGRAM = new URL("./durable_server.ts", import.meta.url).href;
/** Clock ticks of /proc, per second. */
const USER_HZ = 100;

/** A server with a history on disk, in a process of its own. */
export class DurableProcess implements AsyncDisposable {
  readonly port: number;
  readonly fingerprint: Fingerprint;
  readonly #child: Deno.ChildProcess;

  private constructor(
    child: Deno.ChildProcess,
    place: { readonly port: number; readonly fingerprint: Fingerprint },
  ) {
    this.#child = child;
    this.port = place.port;
    this.fingerprint = place.fingerprint;
  }

  /** Starts one on the history of a folder. */
  static async start(folder: string): Promise<DurableProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", PROGRAM, folder],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    const { value } = await reader.read();
    void reader.cancel();
    return new DurableProcess(child, JSON.parse(value ?? "{}"));
  }

  /** Memory that it holds, in bytes. */
  async rss(): Promise<number> {
    const path = `/proc/${this.#child.pid}/status`;
    const status = await Deno.readTextFile(path);
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  }

  /** Processor time that it has used, in seconds. */
  async cpuSeconds(): Promise<number> {
    const stat = await Deno.readTextFile(`/proc/${this.#child.pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / USER_HZ;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

/** A folder that goes away. */
export async function temporaryFolder(): Promise<
  AsyncDisposable & { readonly path: string }
> {
  const path = await Deno.makeTempDir({ prefix: "chat-bench-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
