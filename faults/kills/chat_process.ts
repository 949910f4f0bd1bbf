import { Child } from "../../lib/lab/child.ts";

/** Time that a process may take for a step, in milliseconds. */
const STEP_MS = 60_000;
const PROGRAM = `${import.meta.dirname}/../../mod.ts`;

/** `chat serve` on one folder and one port, killed and started again. */
export class ServerProcess implements AsyncDisposable {
  readonly #home: string;
  #child: Child | undefined;
  #port = 0;
  #fingerprint = "";

  /** @param home A folder for everything it keeps. */
  constructor(home: string) {
    this.#home = home;
  }

  /** The folder of its data. */
  get data(): string {
    return `${this.#home}/data`;
  }

  /** Where it listens, from the first start on. */
  get port(): number {
    return this.#port;
  }

  /** Who it is, likewise. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** Process number. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it, and waits until it listens. */
  async start(args: readonly string[] = []): Promise<void> {
    const child = this.#child = new Child(Deno.execPath(), [
      ...["run", "--quiet", "--no-check", "--allow-all", PROGRAM],
      ...["serve", "--quiet", "--host=127.0.0.1", `--port=${this.#port}`],
      `--data=${this.data}`,
      ...args,
    ], {
      name: "chat serve",
      env: { XDG_CONFIG_HOME: this.#home, XDG_STATE_HOME: this.#home },
    });
    const find = (pattern: RegExp): Promise<string> =>
      child.stdout.find(
        `${pattern}`,
        (line) => pattern.exec(line)?.[1],
        AbortSignal.timeout(STEP_MS),
      );
    try {
      this.#fingerprint = await find(/fingerprint +(SHA256:\S+)/);
      this.#port = Number(await find(/^Listening on 127\.0\.0\.1:(\d+)$/));
    } catch (error) {
      throw new Error(child.stderr.lines.join("\n"), { cause: error });
    }
  }

  /** Ends it at once, as `kill -9` does. */
  async kill(): Promise<void> {
    await this.#child?.[Symbol.asyncDispose]();
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    this.#child?.terminate();
    await this.#child?.exit(AbortSignal.timeout(STEP_MS));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
