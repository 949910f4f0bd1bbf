import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { fingerprintFromBytes } from "../identity/fingerprint.ts";
import { hashOfKey } from "../sealed/hello.ts";
import { openPublishedKey } from "../sealed/sealing_key.ts";
import { askKey } from "./requests.ts";
import type { RoomCell } from "./room_cell.ts";

/** How long the other, who has just come, may take to publish its key. */
export const PUBLISHED_MS = 5_000;

/** Between two groups that are founded so, in milliseconds: at first, and at last. */
const BETWEEN_MS = { min: 60_000, max: 3_600_000 };

/**
 * Finds out whether the hello of a group that we have founded is for a key that
 * the other has no more, as another device of it had published that. While nobody
 * has taken the keys, nothing was said: the group is founded again for the newest
 * key. It ends as soon as any device of the other is in, so two of them do not put
 * each other out.
 */
export class HelloWatch {
  readonly #cell: RoomCell;
  readonly #again: () => void;
  #isAsking = false;
  /** The group that was looked at when it came to be. */
  #seen: Bytes | undefined;
  #next = -Infinity;
  #pauseMs = BETWEEN_MS.min;

  /** @param again Founds a group in place of this one. */
  constructor(cell: RoomCell, again: () => void) {
    this.#cell = cell;
    this.#again = again;
  }

  /** The log was read on: once the other is in, its hello is no matter. */
  read(): void {
    if (this.#cell.hasPeer && this.#cell.held?.known.helloTo) {
      this.#cell.note({ helloTo: null });
    }
  }

  /** Things are different: of a new group, the other may have come meanwhile. */
  updated(): void {
    const { held } = this.#cell;
    if (!this.#isWaiting || held === undefined) return;
    if (this.#seen && equalBytes(this.#seen, held.known.group)) return;
    this.#seen = held.known.group;
    this.soon();
  }

  /** The other may be here, or time has passed: looks a little later. */
  soon(): void {
    const { host: { clock }, signal } = this.#cell.around;
    if (this.#isAsking || !this.#isWaiting) return;
    this.#isAsking = true;
    void clock.delay(PUBLISHED_MS, signal).then(async () => {
      try {
        await this.#look();
      } catch (error) {
        if (!(error instanceof ChatError)) throw error; // another time
      } finally {
        this.#isAsking = false;
      }
    });
  }

  get #isWaiting(): boolean {
    const { held, founding, next, hasPeer, isOutlived } = this.#cell;
    const isOurs = held?.known.helloTo !== undefined &&
      held.known.helloTo !== null;
    return isOurs && founding === undefined && next === undefined &&
      !hasPeer && !isOutlived;
  }

  async #look(): Promise<void> {
    const { around, info: { peer }, held } = this.#cell;
    const { clock } = around.host;
    const attachment = around.attachment();
    if (attachment === null || peer === null || clock.now() < this.#next) {
      return;
    }
    const { wire } = attachment;
    await wire.spareTime();
    const published = await askKey(wire, fingerprintFromBytes(peer));
    if (published.length === 0) return;
    await openPublishedKey(published, peer);
    const hash = await hashOfKey(published);
    const { helloTo } = held?.known ?? {};
    if (this.#cell.held !== held || !this.#isWaiting || !helloTo) return;
    const { isCaughtUp, session } = this.#cell;
    if (!isCaughtUp || !session?.room.isInStep) return; // it may be in by now
    if (equalBytes(hash, helloTo)) return;
    // A server that shows one old key after another is asked ever more slowly.
    this.#next = clock.now() + this.#pauseMs;
    this.#pauseMs = Math.min(BETWEEN_MS.max, 2 * this.#pauseMs);
    this.#again();
  }
}
