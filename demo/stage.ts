import type { Child } from "../lib/lab/child.ts";
import { type Relay, startRelay } from "../lib/lab/relay.ts";
import { startThisProgram } from "../lib/lab/this_program.ts";
import { MOTD, TITLE } from "./script.ts";

const root = `${import.meta.dirname}/..`;

/** What it takes to start a client. */
export interface ClientOptions {
  readonly name: string;
  /** File in certs/. */
  readonly key: string;
  readonly pin: string;
  /** Port of loopback. */
  readonly port: number;
}

/**
 * Starts the program as it is, as processes on loopback, each with files of its
 * own. Disposal kills what still runs and removes the files.
 */
export class Stage implements AsyncDisposable {
  readonly children: Child[] = [];
  readonly relays: Relay[] = [];
  readonly #resources = new AsyncDisposableStack();
  readonly #folder: string;
  readonly #signal: AbortSignal;

  /** @param signal Ends all waiting. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const folder = Deno.makeTempDirSync({ prefix: "chat_demo_" });
    this.#folder = folder;
    this.#resources.defer(() => Deno.remove(folder, { recursive: true }));
  }

  /** Starts `chat serve`, and a relay that leads there. */
  async serve(
    name: string,
    args: readonly string[] = [],
  ): Promise<{ server: Child; port: number; relay: Relay }> {
    const { server, port } = await this.listen(name, args);
    return { server, port, relay: this.relay(port) };
  }

  /** Starts `chat serve` with what one of that name has stored before. */
  async listen(
    name: string,
    args: readonly string[] = [],
  ): Promise<{ server: Child; port: number }> {
    const server = this.#start(name, [
      "serve",
      "--quiet",
      "--host=127.0.0.1",
      "--port=0",
      `--identity=${certificate("server.pem")}`,
      `--data=${this.#folder}/${name}`,
      `--title=${TITLE}`,
      `--motd=${MOTD}`,
      ...args,
    ]);
    const port = await server.stdout.find(
      "a listening server",
      (line) => /^Listening on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1],
      this.#signal,
    ).then(Number);
    return { server, port };
  }

  /** Starts a relay in front of a port of loopback. */
  relay(port: number): Relay {
    const relay = this.#resources.use(startRelay({ host: "127.0.0.1", port }));
    this.relays.push(relay);
    return relay;
  }

  /** Starts `chat connect --json`. */
  connect({ name, key, pin, port }: ClientOptions): Child {
    return this.#start(name, [
      "connect",
      "--json",
      `--name=${name}`,
      `--identity=${certificate(key)}`,
      `--pin=${pin}`,
      `127.0.0.1:${port}`,
    ]);
  }

  /** Writes a file that a process is to read, and tells its path. */
  async file(name: string, text: string): Promise<string> {
    const path = `${this.#folder}/${name}`;
    // Whatever the umask: chat refuses files that others may change.
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    return path;
  }

  /** Kills what still runs and removes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  #start(name: string, args: readonly string[]): Child {
    const files = `${this.#folder}/${this.children.length}`;
    const child = startThisProgram(args, { name, home: files });
    this.children.push(this.#resources.use(child));
    return child;
  }
}

/** The path of one of the keys in certs/. */
export function certificate(file: string): string {
  return `${root}/certs/${file}`;
}
