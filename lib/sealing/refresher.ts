import type { Bytes } from "../bytes.ts";
import type { UnreadableReason } from "../sealed/event.ts";
import { askHead, refresh } from "./requests.ts";
import type { RoomCell } from "./room_cell.ts";
import { ChatError } from "../errors.ts";

/** Within which time somebody gives the server a new GroupInfo, in milliseconds. */
export const REFRESH_MS = 3_000;

/** Between two times that one device does it, in milliseconds. */
export const BETWEEN_MS = 10_000;

/** How long a newcomer may take to get in before that is looked at, likewise. */
export const GREETING_MS = 3_000;

/**
 * Gives the server a GroupInfo in place of one that nobody could join by: it came
 * with a commit that was refused, or from somebody who is not in the group.
 */
export class Refresher {
  readonly #cell: RoomCell;
  readonly #behind: () => void;
  #isDue = false;
  #last = -Infinity;
  /** Who came last and has not got in yet; one at a time is looked at. */
  #newcomer: Bytes | undefined;

  /** @param behind Told when the commit was good, only not to us. */
  constructor(cell: RoomCell, behind: () => void) {
    this.#cell = cell;
    this.#behind = behind;
  }

  /** A commit was refused. */
  soon(reason: UnreadableReason): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const { host: { clock, random }, signal } = this.#cell.around;
    const now = clock.now();
    const pause = Math.max(0, this.#last + BETWEEN_MS - now);
    const ms = Math.round(pause + random() * REFRESH_MS);
    void clock.delay(ms, signal).then(async () => {
      this.#isDue = false;
      this.#last = clock.now();
      try {
        await this.#refresh(reason);
      } catch (error) {
        if (!(error instanceof ChatError)) throw error; // another member does it
      }
    });
  }

  /** Somebody is there: unless it is in the group soon, what it joins by may be bad. */
  greet(fingerprint: Bytes): void {
    const isWaiting = this.#newcomer !== undefined;
    this.#newcomer = fingerprint;
    if (isWaiting) return;
    const { host: { clock }, signal } = this.#cell.around;
    void clock.delay(GREETING_MS, signal).then(() => {
      const newcomer = this.#newcomer;
      this.#newcomer = undefined;
      if (signal.aborted || newcomer === undefined) return;
      if (!this.#cell.hasInGroup(newcomer)) this.soon("damaged");
    });
  }

  async #refresh(reason: UnreadableReason): Promise<void> {
    const { session, around, number: room } = this.#cell;
    const attachment = around.attachment();
    if (session === undefined || attachment === null) return;
    if (session.room.standing !== "member") return;
    const { wire } = attachment;
    const { group } = session;
    await wire.spareTime();
    const { turn, info } = await askHead(wire, room);
    if (turn !== session.room.turn) return;
    const use = await session.room.useOf({ turn, groupInfo: info });
    if (use === "same") return;
    if (use === "ahead") {
      // Whom a member left without the new keys alone refuses what others take.
      if (reason === "forged") this.#behind();
      return; // it may be us whom the server shows something else
    }
    const head = await session.room.head();
    const place = { room, group, turn: head.turn };
    await refresh(wire, { ...place, info: head.groupInfo });
  }
}
