import { type Bytes, equalBytes, fromUtf8, utf8 } from "../../lib/bytes.ts";
import { ChatError } from "../../lib/errors.ts";
import { NoSealing } from "../../lib/member/no_sealing.ts";
import type { Note } from "../../lib/member/rooms.ts";
import type {
  SealedMessage,
  Sealing,
  SealingHost,
  Vault,
} from "../../lib/member/sealing.ts";
import type { Wire } from "../../lib/member/wire.ts";
import type { Entry, KeptEntry } from "../../lib/protocol/entry.ts";
import type { MessageOfKind } from "../../lib/protocol/messages.ts";
import type {
  ConversationEvent,
  Outgoing,
} from "../../lib/room/conversation.ts";
import { openPlain, sealPlain, unscramble } from "./plain.ts";

/** What is on the disk of a device, apart from its outbox, by number. */
export type PlainDisk = Map<number, SealedMessage>;

/** What a sealing without secrets needs of whoever plays with it. */
export interface PlainSealingOptions {
  /** What messages were sealed as and not read back. */
  readonly disk: PlainDisk;
  /** Makes everything take its time; never resolves in a program that is over. */
  readonly pause: () => Promise<void>;
  /** Whether nothing can be sealed in a room for now. */
  readonly isHeld?: (room: number) => boolean;
  /** Makes up the name of a group, 32 bytes. */
  readonly makeGroup: () => Bytes;
}

/** Keeps nothing in the outbox as it is. */
export const VAULT: Vault = {
  hide: (text) => unscramble(utf8(text)).toHex(),
  reveal: (hidden) => fromUtf8(unscramble(Uint8Array.fromHex(hidden))),
};

/**
 * A sealing that hides nothing from anybody, but takes its time as one does, and is
 * ready or not: for tests of everything around it.
 */
export class PlainSealing extends NoSealing {
  override readonly vault: Vault = VAULT;
  readonly #host: SealingHost;
  readonly #options: PlainSealingOptions;
  readonly #groups = new Map<number, Bytes | null>();
  #work: { readonly room: number; readonly run: () => void }[] = [];
  /** Rooms whose next group was asked for. */
  readonly #founding = new Set<number>();
  #wire: Wire | null = null;
  #isWorking = false;

  constructor(host: SealingHost, options: PlainSealingOptions) {
    super(host);
    this.#host = host;
    this.#options = options;
  }

  override attach(wire: Wire): void {
    this.#wire = wire;
  }

  override detach(): void {
    this.#wire = null;
    this.#founding.clear();
  }

  override announced({ room, group }: MessageOfKind<"room">): void {
    this.#groups.set(room, group);
  }

  override parted(room: number): void {
    this.#groups.delete(room);
    this.#work = this.#work.filter((each) => each.room !== room);
  }

  override changeLog(): void {
    this.#groups.clear();
    this.#work = [];
  }

  override take(entry: KeptEntry, note: Note | undefined): void {
    this.#later(entry.room, () => {
      const shown = this.#read(entry);
      if (shown === undefined) super.take(entry, note);
      else this.#host.tell(shown, note);
    });
  }

  override pass(entry: Entry): void {
    this.#later(entry.room, () => super.pass(entry));
  }

  override interrupt(
    event: Parameters<Sealing["interrupt"]>[0],
    note: Note | undefined,
  ): void {
    this.#later(event.room, () => super.interrupt(event, note));
  }

  override isReady(room: number): boolean {
    if (this.#wire === null || !this.#groups.has(room)) return false;
    return !(this.#options.isHeld?.(room) ?? false);
  }

  override async seal(message: Outgoing): Promise<SealedMessage> {
    const { number, room } = message;
    await this.#options.pause();
    const known = this.sealedAs(number);
    if (known !== undefined) return known;
    const group = this.#groups.get(room);
    if (!this.isReady(room) || group === undefined || group === null) {
      if (group === null) this.#found(room, null);
      throw new ChatError("CHAT_SEAL_OUT_OF_STEP", "Cannot seal: not ready");
    }
    const sealed = { group, body: sealPlain(message, group) };
    this.#options.disk.set(number, sealed);
    return sealed;
  }

  override sealedAs(number: number): SealedMessage | undefined {
    return this.#options.disk.get(number);
  }

  override unseal(number: number): void {
    this.#options.disk.delete(number);
  }

  override dismiss(number: number): void {
    this.#options.disk.delete(number);
  }

  /** Gives a direct room another group. */
  override resync(room: number): Promise<void> {
    const group = this.#groups.get(room);
    if (group !== undefined) this.#found(room, group);
    return Promise.resolve();
  }

  /** Something can be sealed in a room that was held. */
  resume(room: number): void {
    this.#host.sealable(room);
  }

  #found(room: number, replaces: Bytes | null): void {
    const wire = this.#wire;
    if (wire === null || this.#founding.has(room)) return;
    this.#founding.add(room);
    const group = this.#options.makeGroup();
    const some = new Uint8Array(1);
    const introduction = { title: some, info: some, hello: some };
    wire.start(
      (id) => ({ kind: "found", id, room, group, replaces, ...introduction }),
      {
        answered: (): true => this.#founding.delete(room) || true,
        refused: ({ retryMs }): void => {
          void wire.wait(1_000 + (retryMs ?? 0)).then(() => {
            this.#founding.delete(room);
            this.#host.sealable(room);
          });
        },
        ended(): void {},
      },
    );
  }

  /** What an entry is shown as, if it can be read. */
  #read(entry: KeptEntry): ConversationEvent | undefined {
    const { room, seq, at, fingerprint, name } = entry;
    if (entry.kind === "founded") {
      const change = { kind: "restarted", by: { name, fingerprint } } as const;
      return { kind: "sealed", room, entry: seq, at, change };
    }
    if (entry.kind !== "sealed") return undefined;
    this.#readBack(entry.body, seq);
    const plain = openPlain(entry.body);
    if (plain === undefined) return undefined;
    const kind = plain.kind === "say" ? "said" : "did";
    return { kind, room, seq, at, name, fingerprint, text: plain.text };
  }

  #readBack(body: Bytes, seq: number): void {
    const { disk } = this.#options;
    for (const [number, own] of disk) {
      if (!equalBytes(own.body, body)) continue;
      if (this.#host.stored(number, seq)) disk.delete(number);
      return;
    }
  }

  #later(room: number, run: () => void): void {
    this.#work.push({ room, run });
    if (!this.#isWorking) void this.#workOff();
  }

  async #workOff(): Promise<void> {
    this.#isWorking = true;
    while (this.#work.length > 0) {
      await this.#options.pause();
      this.#work.shift()?.run();
    }
    this.#isWorking = false;
  }
}
