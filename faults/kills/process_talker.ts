import { Child } from "../../lib/lab/child.ts";
import type { ConversationEvent } from "../../lib/room/conversation.ts";
import {
  fingerprintBytes,
  parseFingerprint,
} from "../../lib/identity/fingerprint.ts";
import type { Device, Said } from "../observed.ts";
import { Witness } from "../witness.ts";
import type { Place, Talker } from "./talker.ts";

const PROGRAM = `${import.meta.dirname}/talker_program.ts`;

/** What `talker_program.ts` prints. */
type Line =
  | { readonly kind: "starts"; readonly identity: string }
  | { readonly kind: "says"; readonly room: number }
  | { readonly kind: "kept" }
  | { readonly kind: "waits"; readonly count: number }
  | { readonly kind: "sees"; readonly event: ConversationEvent }
  | { readonly kind: "ends"; readonly error: string | null };

/** A talker in a process of its own, which is killed and started again. */
export class ProcessTalker implements Talker {
  readonly device: Device & { identity: string };
  readonly #folder: string;
  readonly #place: Place;
  #child: Child;
  #reading: Promise<void>;
  #witness: Witness | undefined;
  /** What it may not have kept yet. */
  #keeping: Said | undefined;
  #waits = true;
  #talks = true;

  constructor(name: string, options: {
    /** An empty folder of its own. */
    readonly folder: string;
    readonly place: Place;
  }) {
    this.device = { name, identity: "", said: [], runs: [], rooms: [] };
    this.#folder = options.folder;
    this.#place = options.place;
    [this.#child, this.#reading] = this.#start();
  }

  /** Ends its process at once and starts another one. */
  async restart(): Promise<void> {
    await this.#kill();
    if (this.#keeping?.state === "waiting") this.#keeping.state = "unsure";
    this.#keeping = undefined;
    if (this.#witness !== undefined) this.#witness.run.end = "crash";
    this.#witness = undefined;
    this.#waits = true;
    [this.#child, this.#reading] = this.#start();
    if (!this.#talks) this.hush();
  }

  hush(): void {
    this.#talks = false;
    void this.#child.type("hush").catch(() => {});
  }

  get isQuiet(): boolean {
    return !this.#waits;
  }

  reach(room: number): number {
    return this.#witness?.reach(room) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill();
    this.#witness?.settle([]);
    const streams = this.#witness?.run.streams ?? [];
    this.device.rooms = streams.filter(({ parted }) => !parted)
      .map(({ room }) => room);
  }

  async #kill(): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
    await this.#reading;
  }

  #start(): [Child, Promise<void>] {
    const { name, said } = this.device;
    const { port, fingerprint } = this.#place;
    const child = new Child(Deno.execPath(), [
      ...["run", "--quiet", "--no-check", "--allow-all", PROGRAM],
      ...[`${port}`, fingerprint, name, this.#folder, `${said.length}`],
    ], { name });
    return [child, this.#readAll(child)];
  }

  async #readAll(child: Child): Promise<void> {
    const take = (line: string): undefined => this.#take(JSON.parse(line, hex));
    const never = new AbortController().signal;
    await child.stdout.find("its end", take, never).catch(() => {});
    if (child.stderr.lines.length === 0) return;
    throw new Error(`${child.name}: ${child.stderr.lines.join("\n")}`);
  }

  #take(line: Line): undefined {
    const witness = this.#witness;
    switch (line.kind) {
      case "starts":
        this.device.identity = fingerprintBytes(parseFingerprint(line.identity))
          .toHex();
        // What it waits for, it tells by what becomes of it.
        this.#witness = new Witness({ device: this.device, waits: () => true });
        return;
      case "says":
        this.#keeping = witness?.enters(line.room);
        return;
      case "kept":
        this.#keeping = undefined;
        return;
      case "waits":
        this.#waits = line.count > 0;
        return;
      case "sees":
        witness?.sees(line.event);
        return;
      case "ends":
        if (line.error !== null) witness?.run.complaints.push(line.error);
        if (witness !== undefined) witness.run.end = "clean";
        this.#witness = undefined;
        return;
    }
  }
}

/** Bytes as the program prints them. */
function hex(_key: string, value: unknown): unknown {
  const isBytes = typeof value === "object" && value !== null && "hex" in value;
  return isBytes ? Uint8Array.fromHex(`${value.hex}`) : value;
}
