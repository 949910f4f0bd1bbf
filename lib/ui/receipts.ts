import type { Entry } from "../protocol/entry.ts";

/** How far our newest message of a direct room has got. */
export class Receipts {
  #own = 0;
  #delivered = 0;
  #read = 0;
  #readAt = 0;

  /** @param own Whether the entry is ours. */
  see(entry: Entry, own: boolean): void {
    if (own && (entry.kind === "said" || entry.kind === "did")) {
      this.#own = Math.max(this.#own, entry.seq);
    }
    if (own || entry.kind !== "marks") return;
    this.#delivered = Math.max(this.#delivered, entry.delivered);
    if (entry.read <= this.#read) return;
    this.#read = entry.read;
    this.#readAt = entry.at;
  }

  /**
   * What became of our newest message; empty when there is none.
   *
   * @param time How a moment is written.
   */
  text(time: (at: number) => string): string {
    if (this.#own === 0) return "";
    if (this.#read >= this.#own) return `read ${time(this.#readAt)}`;
    return this.#delivered >= this.#own ? "delivered" : "sent";
  }
}
