import type { Bytes } from "../bytes.ts";
import { type Entry, isKept, type KeptEntry } from "../protocol/entry.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import type { Meddler, Meddling } from "./meddlers.ts";

/** An entry without its place. */
export type Draft = KeptEntry extends infer E
  ? E extends KeptEntry
    ? Omit<E, "room" | "seq" | "at" | "name"> & { readonly name?: string }
  : never
  : never;

interface Item {
  /** The entry of the house that it came with. */
  readonly real: number;
  readonly entry: KeptEntry;
}

/** A log of a room that one member is shown instead of the real one. */
export class FakeLog implements Meddler {
  /** What is shown of each entry of the house. */
  change: (entry: KeptEntry) => readonly KeptEntry[] = (entry) => [entry];
  readonly #server: Meddling;
  readonly #victim: { readonly fingerprint: Bytes };
  readonly #room: number;
  readonly #base: number;
  readonly #items: Item[] = [];
  readonly #ids = new Set<number>();
  readonly #meddling: { stop(): void };
  #real: number;
  #after: number | null = null;

  /** @param base The newest entry that was real. */
  constructor(
    server: Meddling,
    victim: { readonly fingerprint: Bytes },
    { room, base }: { readonly room: number; readonly base: number },
  ) {
    this.#server = server;
    this.#victim = victim;
    this.#room = room;
    this.#base = this.#real = base;
    this.#meddling = server.meddle(victim.fingerprint, this);
  }

  /** The newest entry that it has. */
  get newest(): number {
    return this.#base + this.#items.length;
  }

  /** Shows an entry that the house does not have. */
  put(draft: Draft): void {
    const at = this.#items.at(-1)?.entry.at ?? 1_700_000_000_000;
    const entry = { name: "", ...draft, at } as unknown as KeptEntry;
    this.#server.tell(this.#victim.fingerprint, this.#add(this.#real, entry));
  }

  stop(): void {
    this.#meddling.stop();
  }

  ask(message: ClientMessage): ClientMessage {
    if (!("room" in message) || message.room !== this.#room) return message;
    if (message.kind !== "follow") {
      if ("id" in message) this.#ids.add(message.id);
      return message;
    }
    const { after } = message;
    this.#after = after;
    if (after === null || after <= this.#base) return message;
    const item = this.#items[Math.min(after, this.newest) - this.#base - 1];
    return { ...message, after: item?.real ?? this.#base };
  }

  tell(message: ServerMessage): readonly ServerMessage[] {
    if (message.kind === "ack" && this.#ids.has(message.id)) {
      return [{ ...message, seq: this.#fake(message.seq) }];
    }
    if (!("room" in message) || message.room !== this.#room) return [message];
    if (message.kind === "following") return this.#follow(message);
    if (message.kind === "head") {
      return [{ ...message, seq: this.#fake(message.seq) }];
    }
    if (!("seq" in message) || !("at" in message)) return [message];
    if (!isKept(message.kind)) return []; // who is there, and such
    return this.#show(message as KeptEntry);
  }

  #show(entry: KeptEntry): readonly ServerMessage[] {
    const { seq: real } = entry;
    if (real <= this.#base) return [entry];
    if (real <= this.#real) {
      return this.#items.filter((item) => item.real === real)
        .map((item) => item.entry);
    }
    this.#real = real;
    return this.change(entry).map((shown) => this.#add(real, shown));
  }

  #add(real: number, entry: KeptEntry): Entry {
    const placed = { ...entry, room: this.#room, seq: this.newest + 1 };
    this.#items.push({ real, entry: placed });
    return placed;
  }

  #follow(
    message: Extract<ServerMessage, { readonly kind: "following" }>,
  ): readonly ServerMessage[] {
    const after = this.#after ?? this.#fake(message.after);
    const at = this.#items[after - this.#base - 1]?.entry.at ?? message.at;
    const rest = this.#items.filter(({ real, entry }) =>
      real <= message.after && entry.seq > after
    );
    const seq = Math.max(after, this.#fake(message.seq));
    return [
      { ...message, after, at, seq },
      ...rest.map(({ entry }) => entry),
    ];
  }

  #fake(real: number): number {
    if (real <= this.#base) return real;
    if (real > this.#real) return this.newest + real - this.#real;
    const found = this.#items.filter((item) => item.real <= real).at(-1);
    return found?.entry.seq ?? this.#base;
  }
}
