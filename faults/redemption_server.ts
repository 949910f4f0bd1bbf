import { Child } from "../lib/lab/child.ts";

/** Time that a process may take for a step, in milliseconds. */
const STEP_MS = 30_000;
/** Connections of one address: all of ours come from one. */
const CONNECTIONS = "2000";

const PROGRAM = `${import.meta.dirname}/../mod.ts`;

/** A closed server, `chat serve` itself, which can be killed and started again. */
export class ClosedServer implements AsyncDisposable {
  readonly #home: string;
  #child: Child | undefined;
  #port = 0;

  /** @param home An empty folder for everything it keeps. */
  constructor(home: string) {
    this.#home = home;
    Deno.writeTextFileSync(`${home}/authorized_keys`, "# nobody\n");
  }

  /** The folder of its data. */
  get data(): string {
    return `${this.#home}/chat/server`;
  }

  /** Where it listens now: another port after each start. */
  get port(): number {
    return this.#port;
  }

  /** Starts it, and waits until it listens. */
  async start(): Promise<void> {
    this.#child = this.#chat([
      "serve",
      ...["--quiet", "--host=127.0.0.1", "--port=0"],
      `--authorized=${this.#home}/authorized_keys`,
      `--max-connections=${CONNECTIONS}`,
      `--max-per-address=${CONNECTIONS}`,
    ]);
    const listening = /^Listening on 127\.0\.0\.1:(\d+)$/;
    this.#port = Number(
      await line(this.#child, (line) => listening.exec(line)?.[1]),
    );
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#child?.[Symbol.asyncDispose]();
    this.#child = undefined;
  }

  /** A link with an invitation, made beside it. */
  async invite(): Promise<string> {
    await using child = this.#chat(["invite", "--for=1h"]);
    return await line(child, (line) => line || undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #chat(args: readonly string[]): Child {
    const run = ["run", "--quiet", "--allow-all", PROGRAM, ...args];
    return new Child(Deno.execPath(), run, {
      name: `chat ${args[0]}`,
      env: { XDG_CONFIG_HOME: this.#home, XDG_STATE_HOME: this.#home },
    });
  }
}

/** The first line of its output that `pick` takes. */
async function line<T>(
  child: Child,
  pick: (line: string) => T | undefined,
): Promise<T> {
  const soon = AbortSignal.timeout(STEP_MS);
  try {
    return await child.stdout.find("a line", pick, soon);
  } catch (error) {
    const { lines } = child.stderr;
    throw new Error(`${child.name}: ${lines.join("; ")}`, { cause: error });
  }
}
