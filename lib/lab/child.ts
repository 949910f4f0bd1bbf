import { LineLog } from "./line_log.ts";

/** How to start a {@linkcode Child}. */
export interface ChildOptions {
  /** What it is called in errors. */
  readonly name: string;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A process of ours, driven over its pipes. Disposal kills it. */
export class Child implements AsyncDisposable {
  readonly name: string;
  readonly stdout: LineLog;
  readonly stderr: LineLog;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #running = true;

  /** Starts `program`. */
  constructor(
    program: string,
    args: readonly string[],
    { name, env, cwd }: ChildOptions,
  ) {
    this.name = name;
    this.#process = new Deno.Command(program, {
      args: [...args],
      ...(env === undefined ? {} : { env: { ...env } }),
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.stdout = new LineLog(this.#process.stdout);
    this.stderr = new LineLog(this.#process.stderr);
    this.#input = this.#process.stdin.getWriter();
    this.#input.closed.catch(() => {}); // its status tells that it has gone
    void this.#process.status.then(() => this.#running = false);
  }

  /** Process number, for people to look it up. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Types a line into it. */
  async type(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its input. */
  async endInput(): Promise<void> {
    await this.#input.close().catch(() => {}); // it has gone already
  }

  /** Asks it to end. */
  terminate(): void {
    this.#signal("SIGTERM");
  }

  /** Ends it without asking. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  /**
   * Its exit status, once it has ended and all its output is read.
   *
   * @throws The reason of `signal`.
   */
  async exit(signal: AbortSignal): Promise<number> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const { code } = await Promise.race([this.#process.status, late]);
      await Promise.race([this.stdout.done, late]);
      await Promise.race([this.stderr.done, late]);
      return code;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#process.status;
    await this.#input.close().catch(() => {});
    await Promise.all([this.stdout.done, this.stderr.done]);
  }

  #signal(signal: Deno.Signal): void {
    if (!this.#running) return;
    try {
      this.#process.kill(signal);
    } catch {
      // It has just ended by itself.
    }
  }
}
