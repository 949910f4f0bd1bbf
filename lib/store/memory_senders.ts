import {
  MAX_DEVICES,
  type NewEntry,
  type Receipt,
  type Sender,
  SENT_WINDOW,
} from "../room/history.ts";

/** Senders that are remembered; then the one idle longest is forgotten. */
const MAX_SENDERS = 10_000;

interface Sent {
  readonly last: number;
  /** By number. */
  readonly receipts: Map<number, Receipt>;
}

/** What the senders of a `MemoryHistory` have sent. */
export class MemorySenders {
  /** By sender, the one idle longest first. */
  readonly #sent = new Map<string, Sent>();

  /** Notes that `entry` has been sent. */
  note({ room, seq, at, sent }: NewEntry): void {
    if (sent === undefined) return;
    const key = keyOf(sent.sender);
    if (!this.#sent.has(key)) this.#makeSpace(sent.sender);
    const { last, receipts } = this.#sent.get(key) ?? nothingSent();
    receipts.set(sent.number, { room, seq, at });
    this.#sent.delete(key); // to come last
    this.#sent.set(key, { last: Math.max(last, sent.number), receipts });
    for (const number of receipts.keys()) {
      if (receipts.size <= 2 * SENT_WINDOW) break;
      if (number <= last - SENT_WINDOW) receipts.delete(number);
    }
    for (const idle of this.#sent.keys()) {
      if (this.#sent.size <= MAX_SENDERS) break;
      this.#sent.delete(idle);
    }
  }

  /** Forgets the devices of an identity that are too many with one more. */
  #makeSpace({ fingerprint }: Sender): void {
    const owner = fingerprint.toHex();
    const own = [...this.#sent.keys()].filter((key) => key.startsWith(owner));
    const tooMany = own.length - MAX_DEVICES + 1;
    for (const key of own.slice(0, Math.max(0, tooMany))) {
      this.#sent.delete(key);
    }
  }

  /** What one identity has sent counts as sent by another. */
  handOver(owner: Uint8Array, next: Uint8Array): void {
    const [from, to] = [owner.toHex(), next.toHex()];
    const all = [...this.#sent];
    this.#sent.clear(); // and filled anew, so that the order stays
    const taken = new Set(all.map(([key]) => key));
    for (const [key, sent] of all) {
      const moved = key.startsWith(from) ? to + key.slice(from.length) : key;
      this.#sent.set(taken.has(moved) ? key : moved, sent);
    }
  }

  /** See `History.sent`. */
  receipt(sender: Sender, number: number): Receipt | "forgotten" | undefined {
    const sent = this.#sent.get(keyOf(sender));
    if (sent === undefined) return undefined;
    if (number <= sent.last - SENT_WINDOW) return "forgotten";
    return sent.receipts.get(number);
  }

  /** See `History.lastNumber`. */
  last(sender: Sender): number | undefined {
    return this.#sent.get(keyOf(sender))?.last;
  }

  /** Forgets those that sent nothing since. */
  forget(idleSince: number): void {
    for (const [key, { last, receipts }] of this.#sent) {
      const at = receipts.get(last)?.at ?? -Infinity;
      if (at < idleSince) this.#sent.delete(key);
    }
  }

  /** A key of a number of a sender, or null when that number is used. */
  unusedKey({ sender, number }: NonNullable<NewEntry["sent"]>): string | null {
    const key = keyOf(sender);
    const used = this.#sent.get(key)?.receipts.has(number) ?? false;
    return used ? null : `${key}:${number}`;
  }
}

function nothingSent(): Sent {
  return { last: -Infinity, receipts: new Map() };
}

function keyOf({ fingerprint, device }: Sender): string {
  return fingerprint.toHex() + device.toHex();
}
