import { type Bytes, utf8 } from "../bytes.ts";
import {
  generatePrivateKey,
  type Identity,
  identityFromPkcs8,
} from "../identity/identity.ts";
import { encodeKeyFile } from "../identity/key_file.ts";
import type { Child } from "./child.ts";
import { errorIn } from "./events.ts";
import { type Relay, startRelay } from "./relay.ts";
import { startThisProgram } from "./this_program.ts";

/** Somebody with a key of their own. */
export interface Person {
  readonly name: string;
  readonly identity: Identity;
  /** The private key, 48 bytes of PKCS #8: thieves may use it. */
  readonly pkcs8: Bytes;
  /** The file that holds it, for `--identity`. */
  readonly keyFile: string;
}

/** A `chat serve` that listens. */
export interface LabServer {
  readonly process: Child;
  /** Port of 127.0.0.1. */
  readonly port: number;
  readonly owner: Person;
  /** Its `--data`. */
  readonly data: string;
}

/** What {@linkcode Laboratory.connect} needs to know. */
export interface LabClientOptions {
  readonly person: Person;
  /** Port of 127.0.0.1. */
  readonly port: number;
  /** Without it, the server is unknown. */
  readonly pin?: string;
  /** More arguments of `chat connect`. */
  readonly args?: readonly string[];
}

/** What {@linkcode Laboratory} is told. */
export interface LaboratoryOptions {
  /** Ends all waiting; its reason is an error in words. */
  readonly signal: AbortSignal;
  /** Whether to do less of everything, for a quick check. */
  readonly short: boolean;
}

/**
 * What an experiment works with: a folder of its own, people with keys, and
 * processes of this very program on loopback. Disposal ends all of it, also when
 * this process exits early.
 */
export class Laboratory implements AsyncDisposable {
  readonly signal: AbortSignal;
  readonly short: boolean;
  readonly #resources = new AsyncDisposableStack();
  readonly #children: Child[] = [];
  readonly #folder: string;
  readonly #relays: Relay[] = [];
  readonly #ports = new Set<number>();
  #homes = 0;

  /** Makes the folder. */
  constructor({ signal, short }: LaboratoryOptions) {
    this.signal = signal;
    this.short = short;
    const folder = Deno.makeTempDirSync({ prefix: "chat_lab_" }); // mode 0700
    this.#folder = folder;
    const vanish = (): void => {
      this.#children.forEach((child) => child.kill());
      Deno.removeSync(folder, { recursive: true });
    };
    addEventListener("unload", vanish);
    this.#resources.defer(async () => {
      removeEventListener("unload", vanish);
      await Deno.remove(folder, { recursive: true });
    });
  }

  /** Processes that were started, in this order. */
  get children(): readonly Child[] {
    return this.#children;
  }

  /** Eavesdroppers that were started. */
  get relays(): readonly Relay[] {
    return this.#relays;
  }

  /** Ports of 127.0.0.1 that belong to the experiment. */
  get ports(): ReadonlySet<number> {
    return this.#ports;
  }

  /** Milliseconds of a clock that never goes back. */
  now(): number {
    return performance.now();
  }

  /**
   * Ends `resource` with the experiment, the last one first.
   *
   * @throws The reason of the signal when the experiment is over, and `resource`
   * with it: an experiment may notice that only here.
   */
  keep<T extends Disposable | AsyncDisposable>(resource: T): T {
    if (!this.#resources.disposed) return this.#resources.use(resource);
    void end(resource);
    this.signal.throwIfAborted();
    throw new Error("Cannot keep anything: the experiment is over");
  }

  /** The path of a file or folder that may be made, for nobody else to read. */
  path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  /** Writes a file of mode 0600 and tells its path. */
  async file(name: string, content: string | Bytes): Promise<string> {
    const path = this.path(name);
    const bytes = typeof content === "string" ? utf8(content) : content;
    await Deno.writeFile(path, bytes, { mode: 0o600 });
    return path;
  }

  /** Makes somebody with a fresh key. */
  async person(name: string): Promise<Person> {
    const pkcs8 = await generatePrivateKey();
    const identity = await identityFromPkcs8(pkcs8);
    const file = `key_${this.#homes++}.pem`;
    const keyFile = await this.file(file, await encodeKeyFile(pkcs8));
    return { name, identity, pkcs8, keyFile };
  }

  /** Starts `chat` with `args`, with files of its own unless `home` names some. */
  chat(name: string, args: readonly string[], home?: string): Child {
    return this.start(startThisProgram(args, {
      name,
      home: home ?? this.path(`home_${this.#homes++}`),
    }));
  }

  /** Ends a process with the experiment. */
  start(child: Child): Child {
    this.#children.push(child);
    return this.keep(child);
  }

  /**
   * Starts `chat serve` on a free port of loopback, with a fresh key, and waits
   * until it listens.
   *
   * @param args More arguments of it.
   */
  async serve(
    args: readonly string[] = [],
    given: { readonly owner?: Person; readonly data?: string } = {},
  ): Promise<LabServer> {
    const owner = given.owner ?? await this.person("the server");
    const data = given.data ?? this.path(`data_${this.#homes++}`);
    const process = this.chat(owner.name, [
      "serve",
      "--quiet",
      "--host=127.0.0.1",
      "--port=0",
      `--identity=${owner.keyFile}`,
      ...(args.includes("--no-history") ? [] : [`--data=${data}`]),
      ...args,
    ]);
    const port = await process.stdout.find(
      "a listening server",
      (line) => /^Listening on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1],
      this.signal,
    ).then(Number, (error) => {
      this.signal.throwIfAborted();
      throw explained(error, process);
    });
    this.#ports.add(port);
    return { process, port, owner, data };
  }

  /** Starts `chat connect --json`. */
  connect({ person, port, pin, args = [] }: LabClientOptions): Child {
    return this.chat(person.name, [
      "connect",
      "--json",
      `--name=${person.name}`,
      `--identity=${person.keyFile}`,
      ...(pin === undefined ? [] : [`--pin=${pin}`]),
      ...args,
      `127.0.0.1:${port}`,
    ]);
  }

  /** Starts an eavesdropper in front of a port of loopback. */
  relay(port: number): Relay {
    const relay = this.keep(startRelay({ host: "127.0.0.1", port }));
    this.#relays.push(relay);
    this.#ports.add(relay.port);
    return relay;
  }

  /** Ends everything that was started and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

async function end(resource: Disposable | AsyncDisposable): Promise<void> {
  await using _resource = resource;
}

/** With what the process complained about. */
function explained(error: unknown, { name, stderr }: Child): Error {
  return new Error(`Cannot start ${name}: ${errorIn(stderr.lines)}`, {
    cause: error,
  });
}
