import type { Fingerprint } from "../lib/identity/fingerprint.ts";

const PROGRAM = new URL("./durable_server.ts", import.meta.url).href;

/** What a process uses. */
export interface Usage {
  /** Memory that it holds, in bytes. */
  readonly rss: number;
  /** Processor time so far, in seconds. */
  readonly cpu: number;
}

/** A server with a history on disk, in a process of its own. */
export class DurableProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #port = 0;
  #fingerprint = "" as Fingerprint;

  private constructor(folder: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", PROGRAM, folder],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    this.#input = this.#child.stdin.getWriter();
  }

  /** Starts one on the history of a folder. */
  static async start(folder: string): Promise<DurableProcess> {
    const server = new DurableProcess(folder);
    const { value } = await server.#lines.read();
    const { port, fingerprint } = JSON.parse(value ?? "{}");
    server.#port = port;
    server.#fingerprint = fingerprint;
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get fingerprint(): Fingerprint {
    return this.#fingerprint;
  }

  /** What it uses now; ask for one at a time. */
  async usage(): Promise<Usage> {
    await this.#input.write(new TextEncoder().encode("\n"));
    const { value } = await this.#lines.read();
    return JSON.parse(value ?? "{}");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#lines.cancel();
    await this.#input.close().catch(() => {});
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
