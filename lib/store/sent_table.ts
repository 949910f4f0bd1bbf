import type { Database, Query } from "./database.ts";
import { entryId } from "./entry_id.ts";
import {
  MAX_DEVICES,
  type NewEntry,
  type Receipt,
  type Sender,
  SENT_WINDOW,
} from "../room/history.ts";

/** Numbers between two times that what is out of the window is removed. */
const TRIM_EVERY = 256;

const OF_SENDER =
  "sender = (SELECT id FROM sender WHERE fingerprint = ? AND device = ?)";

/** Who has sent what under which number, so that nothing is stored twice. */
export class SentTable {
  readonly #insert: Query<never>;
  readonly #insertSender: Query<never>;
  readonly #others: Query<{ readonly id: number }>;
  readonly #forgetSent: Query<never>;
  readonly #forget: Query<never>;
  readonly #trim: Query<never>;
  readonly #receipt: Query<Receipt>;
  readonly #last: Query<{ readonly last: number | null }>;
  readonly #handOver: Query<never>;

  constructor(db: Database) {
    this.#insert = db.query(
      `INSERT INTO sent (sender, number, entry, at)
       SELECT id, ?3, ${entryId(4, 5)}, ?6 FROM sender
       WHERE fingerprint = ?1 AND device = ?2`,
    );
    this.#insertSender = db.query(
      "INSERT INTO sender (fingerprint, device) VALUES (?, ?)",
    );
    this.#others = db.query(
      `SELECT id FROM sender WHERE fingerprint = ? ORDER BY
         (SELECT max(at) FROM sent WHERE sender = sender.id) DESC, id DESC
       LIMIT ${MAX_DEVICES} OFFSET ${MAX_DEVICES - 1}`,
    );
    this.#forgetSent = db.query("DELETE FROM sent WHERE sender = ?");
    this.#forget = db.query("DELETE FROM sender WHERE id = ?");
    this.#trim = db.query(
      `DELETE FROM sent WHERE ${OF_SENDER} AND number <= ?`,
    );
    this.#receipt = db.query(
      `SELECT entry >> 40 AS room, entry & 0xffffffffff AS seq, at
       FROM sent WHERE ${OF_SENDER} AND number = ?`,
    );
    this.#last = db.query(
      `SELECT max(number) AS last FROM sent WHERE ${OF_SENDER}`,
    );
    this.#handOver = db.query(
      "UPDATE OR IGNORE sender SET fingerprint = ?2 WHERE fingerprint = ?1",
    );
  }

  /** Notes that `entry` has been sent, within the transaction that stores it. */
  note({ room, seq, at, sent }: NewEntry): void {
    if (sent === undefined) return;
    const { sender: { fingerprint, device }, number } = sent;
    const values = [fingerprint, device, number, room, seq, at] as const;
    if (this.#insert.run(...values) === 0) {
      this.#makeSpace(fingerprint);
      this.#insertSender.run(fingerprint, device);
      this.#insert.run(...values);
    }
    if (number % TRIM_EVERY === 0) {
      this.#trim.run(fingerprint, device, number - SENT_WINDOW);
    }
  }

  /** Forgets the devices of an identity that are too many with one more. */
  #makeSpace(fingerprint: Uint8Array): void {
    for (const { id } of this.#others.all(fingerprint)) {
      this.#forgetSent.run(id);
      this.#forget.run(id);
    }
  }

  /** What one identity has sent counts as sent by another. */
  handOver(owner: Uint8Array, next: Uint8Array): void {
    this.#handOver.run(owner, next);
  }

  /** See `History.sent`. */
  receipt(sender: Sender, number: number): Receipt | "forgotten" | undefined {
    const last = this.last(sender);
    if (last === undefined) return undefined;
    if (number <= last - SENT_WINDOW) return "forgotten";
    return this.#receipt.get(sender.fingerprint, sender.device, number);
  }

  /** See `History.lastNumber`. */
  last({ fingerprint, device }: Sender): number | undefined {
    return this.#last.get(fingerprint, device)?.last ?? undefined;
  }
}
