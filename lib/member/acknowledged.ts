import { type Bytes, equalBytes } from "../bytes.ts";
import type { Entry } from "../protocol/entry.ts";
import type { Outgoing } from "../room/conversation.ts";
import type { Beginning } from "./rooms.ts";

/** Acknowledged messages that are looked for; then the oldest is forgotten. */
export const MAX_EXPECTED = 1_000;

/** A message of ours whose entry was not seen yet. */
interface Message extends Pick<Outgoing, "kind" | "room" | "text"> {
  /** Entries up to this one were read before it was said: it is none of them. */
  after: number;
  /**
   * What it was sealed as, `null` before it is; `undefined` when it is sent as it
   * is, and is known by its text.
   */
  body: Bytes | null | undefined;
  /** Said before this program started, so maybe under the key before ours. */
  readonly isOld: boolean;
}

/** The entry that a message was acknowledged as. */
interface Expected {
  readonly message: Message;
  readonly seq: number;
}

/** What was read of a room without a gap: entries above `from`, up to `to`. */
interface Stretch {
  from: number;
  to: number;
}

/**
 * Compares what the server acknowledges with what it shows: each message must
 * stand in the log where it said. Lives as long as the program. What cannot be
 * known is not judged: entries that were read before it started, or are not kept
 * any more.
 */
export class Acknowledged {
  readonly #self: Bytes;
  readonly #tell: (room: number, text: string) => void;
  /** What is not acknowledged, by number: no more than the outbox has. */
  readonly #waiting = new Map<number, Message>();
  /** By number; at most {@linkcode MAX_EXPECTED}. */
  readonly #expected = new Map<number, Expected>();
  /** Entries that came before their acknowledgement, by place; bounded likewise. */
  readonly #early = new Map<string, Entry>();
  readonly #read = new Map<number, Stretch>();
  /** Rooms that are followed over this connection. */
  readonly #followed = new Set<number>();

  /**
   * @param self Our fingerprint.
   * @param options `positions` is what was read before; `tell` is told what is
   * wrong with a room, quoting our own text.
   */
  constructor(
    self: Bytes,
    { positions, tell }: {
      readonly positions: readonly {
        readonly room: number;
        readonly seq: number;
      }[];
      readonly tell: (room: number, text: string) => void;
    },
  ) {
    this.#self = self;
    this.#tell = tell;
    for (const { room, seq } of positions) {
      this.#read.set(room, { from: seq, to: seq });
    }
  }

  /** A message waits to be stored; it may be from before this program started. */
  wait(
    { number, kind, room, text }: Outgoing,
    { isOld, isHidden }: {
      readonly isOld: boolean;
      /** Whether it is sealed before it is sent. */
      readonly isHidden: boolean;
    },
  ): void {
    const after = isOld ? 0 : this.#read.get(room)?.to ?? 0;
    const body = isHidden ? null : undefined;
    this.#waiting.set(number, { kind, room, text, body, after, isOld });
  }

  /** A message that waits was sealed. */
  seal(number: number, body: Bytes): void {
    const message = this.#waiting.get(number);
    if (message !== undefined) message.body = body;
  }

  /** A message that waits has another number. */
  renumber(number: number, next: number): void {
    const message = this.#waiting.get(number);
    if (message === undefined) return;
    this.#waiting.delete(number);
    this.#waiting.set(next, message);
  }

  /** A message does not wait any more. */
  dismiss(number: number): void {
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#early.clear();
  }

  /** A message was acknowledged as an entry of its room. */
  acknowledge(number: number, seq: number): void {
    const message = this.#waiting.get(number);
    if (message === undefined) return;
    const { room } = message;
    const place = placeOf(room, seq);
    const early = this.#early.get(place);
    const isThere = early !== undefined && seq > message.after &&
      this.#is(message, early);
    if (isThere) this.#early.delete(place); // it stands for one message only
    this.dismiss(number);
    if (isThere) return;
    const isPast = seq <= (this.#read.get(room)?.to ?? 0);
    if (isPast && this.#followed.has(room)) return this.#judge(message, seq);
    this.#expected.set(number, { message, seq });
    if (this.#expected.size > MAX_EXPECTED) deleteOldest(this.#expected);
  }

  /** The next kept entry of a room was taken. */
  take(entry: Entry): void {
    const { room, seq } = entry;
    const stretch = this.#read.get(room);
    if (stretch !== undefined) stretch.to = seq;
    let isFree = true; // it stands for one message only
    for (const [number, expected] of this.#expected) {
      if (expected.seq !== seq || expected.message.room !== room) continue;
      this.#expected.delete(number);
      if (isFree && this.#is(expected.message, entry)) isFree = false;
      else this.#miss(expected);
    }
    if (!isFree) return;
    for (const message of this.#waiting.values()) {
      if (this.#is(message, entry)) return this.#keepEarly(entry);
    }
  }

  /** From here on a room is followed. */
  begin(room: number, { after, newest, isChanged }: Beginning): void {
    this.#followed.add(room);
    if (isChanged) this.#forgetOrder(room);
    if (isChanged || this.#read.get(room)?.to !== after) {
      this.#read.set(room, { from: after, to: after });
    }
    for (const [number, { message, seq }] of this.#expected) {
      if (message.room !== room || (seq > after && seq <= newest)) continue;
      this.#expected.delete(number);
      this.#judge(message, seq);
    }
  }

  /** The connection is over. */
  detach(): void {
    this.#followed.clear();
  }

  /** A room was left. */
  forget(room: number): void {
    this.#read.delete(room);
    this.#followed.delete(room);
    this.#forgetEarly(room);
    for (const [number, { message }] of this.#expected) {
      if (message.room === room) this.#expected.delete(number);
    }
  }

  /** All logs are others: nothing that was acknowledged counts. */
  changeLog(): void {
    this.#expected.clear();
    this.#early.clear();
    this.#read.clear();
    this.#followed.clear();
    for (const message of this.#waiting.values()) message.after = 0;
  }

  /** The log of a room is another one: what came before what means nothing. */
  #forgetOrder(room: number): void {
    this.#forgetEarly(room);
    const acknowledged = [...this.#expected.values()].map((one) => one.message);
    for (const message of [...this.#waiting.values(), ...acknowledged]) {
      if (message.room === room) message.after = 0;
    }
  }

  /** Judges one that was acknowledged as an entry that does not come any more. */
  #judge(message: Message, seq: number): void {
    const from = this.#read.get(message.room)?.from ?? 0;
    if (seq > from || seq <= message.after) this.#miss({ message, seq });
  }

  #miss({ message: { room, text }, seq }: Expected): void {
    this.#tell(
      room,
      `a message that the server had acknowledged as entry ${seq} is not there: "${text}"`,
    );
  }

  #keepEarly(entry: Entry): void {
    this.#early.set(placeOf(entry.room, entry.seq), entry);
    if (this.#early.size <= MAX_EXPECTED) return;
    const oldest = deleteOldest(this.#early) ?? entry;
    const stretch = this.#read.get(oldest.room);
    if (stretch === undefined) return;
    stretch.from = Math.max(stretch.from, oldest.seq);
  }

  #forgetEarly(room: number): void {
    for (const [place, entry] of this.#early) {
      if (entry.room === room) this.#early.delete(place);
    }
  }

  #is(message: Message, entry: Entry): boolean {
    return entry.room === message.room && says(entry, message) &&
      (message.isOld || equalBytes(entry.fingerprint, this.#self));
  }
}

function says(entry: Entry, { kind, text, body }: Message): boolean {
  if (body !== undefined) {
    return entry.kind === "sealed" && body !== null &&
      equalBytes(entry.body, body);
  }
  return entry.kind === (kind === "say" ? "said" : "did") &&
    entry.text === text;
}

function placeOf(room: number, seq: number): string {
  return `${room} ${seq}`;
}

/** @returns What was deleted; `undefined` of an empty map. */
function deleteOldest<K, T>(map: Map<K, T>): T | undefined {
  for (const [key, value] of map) {
    map.delete(key);
    return value;
  }
  return undefined;
}
