import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { SealedEvent } from "../sealed/event.ts";
import type { RoomHead } from "../sealed/propose.ts";
import { GroupSession } from "./group_session.ts";
import { authorOf, unreadable } from "./lines.ts";
import { Patience } from "./patience.ts";
import { Refresher } from "./refresher.ts";
import { GroupFinder, isRefusal } from "./group_finder.ts";
import { propose } from "./requests.ts";
import type { HeldGroup, RoomCell } from "./room_cell.ts";
import type { RoomReader } from "./room_reader.ts";
import type { Attachment } from "./surroundings.ts";
import { Wants } from "./wants.ts";

/** How long all members together take to take out one who goes, in milliseconds. */
export const LEAVING_MS = 3_000;

/** Failures in a row after which those who wait are told. */
export const MAX_TRIES = 8;

/** Between two times that this device takes the keys again by itself. */
export const RESYNC_MS = 60_000;

/**
 * Gets a device into the group of its room and keeps it there, and changes the
 * keys as it is asked to: one thing at a time, over the connection that there is,
 * and slower after each failure.
 */
export class RoomChanger {
  readonly #cell: RoomCell;
  readonly #reader: RoomReader;
  readonly #updated: () => void;
  readonly #patience: Patience;
  readonly refresher: Refresher;
  readonly #finder: GroupFinder;
  readonly wants = new Wants();
  /** Commits of ours that came to be in force: all, and those to get in. */
  #confirmed = { all: 0, joins: 0 };
  #resyncedAt = -Infinity;
  #isRunning = false;
  #isWoken = false;
  /** Ends the pause after a failure. */
  #pause = new AbortController();
  /** Whether another change was first, or the server says so. */
  #wasLost = false;

  constructor(
    cell: RoomCell,
    reader: RoomReader,
    options: { readonly updated: () => void },
  ) {
    this.#cell = cell;
    this.#reader = reader;
    this.#updated = options.updated;
    this.#patience = new Patience(cell.around.host.random);
    this.#finder = new GroupFinder(cell, reader);
    this.refresher = new Refresher(cell, () => this.resyncSoon());
  }

  /** There may be something to do. */
  wake(): void {
    const attachment = this.#cell.around.attachment();
    this.#isWoken = true;
    if (this.#isRunning || attachment === null) return;
    this.#isRunning = true;
    void this.#run(attachment).finally(() => {
      this.#isRunning = false;
      if (this.#isWoken) this.wake();
    });
  }

  /** What made us wait may be over. */
  hurry(): void {
    this.#pause.abort();
    this.wake();
  }

  /** The connection is over: what was wanted goes on over the next one. */
  detach(): void {
    this.wants.reject(
      new ChatError(
        "CHAT_CONNECTION_CUT",
        "Cannot change keys: the connection is lost",
      ),
    );
  }

  /** There are no keys to change any more: tells who waits for that. */
  noKeys(): void {
    this.wants.giveUp(
      new ChatError(
        "CHAT_SEAL_NO_KEYS",
        "Cannot change keys: this device has none of this room",
      ),
    );
    this.#cell.isHeld = false;
  }

  /** Begins a direct room, anew if it has a group. */
  found(): void {
    if (this.#cell.founding !== undefined) return;
    this.#cell.founding = { replaces: this.#cell.info.group };
    this.#updated();
    this.wake();
  }

  /** Resolves once the room has fresh keys of ours. */
  async rekey(): Promise<void> {
    const before = this.#confirmed.all;
    this.wants.rekey = true;
    this.wake();
    await this.wants.until(() => this.#confirmed.all > before);
  }

  /** Resolves once a member, by its public key, is not there any more. */
  async remove(publicKey: Bytes): Promise<void> {
    this.wants.remove(publicKey);
    this.#cell.isHeld = true;
    this.#updated();
    this.wake();
    await this.wants.until(() => !this.#cell.session?.has(publicKey));
  }

  /** Resolves once this device has the current keys, with fresh ones of its own. */
  async resync(): Promise<void> {
    const before = this.#confirmed.joins;
    this.wants.entry = true;
    this.#cell.keyless = "";
    this.hurry();
    await this.wants.until(() => this.#confirmed.joins > before);
  }

  /** Takes the current keys again, but not more often than {@linkcode RESYNC_MS}. */
  resyncSoon(): void {
    const now = this.#cell.around.host.clock.now();
    if (now - this.#resyncedAt < RESYNC_MS) return;
    this.#resyncedAt = now;
    this.wants.entry = true;
    this.wake();
  }

  /** The server says that the group is over, or is not: finds out, in its time. */
  doubt(): void {
    this.#cell.isCaughtUp = false;
    this.#wasLost = true;
    this.#updated();
    this.wake();
  }

  /** What an entry of the log said. */
  read(events: readonly SealedEvent[]): void {
    for (const event of events) this.#heed(event);
    this.#removeFormer();
    this.wants.look();
    this.#cell.isHeld = this.wants.isRemoving;
    if (this.#cell.session !== undefined) this.wants.goers(this.#cell.session);
    this.#cell.isHeld = this.wants.isRemoving;
  }

  #heed(event: SealedEvent): void {
    switch (event.kind) {
      case "confirmed":
        return this.#confirm(event.intent === "join");
      case "lost":
        this.#wasLost = true;
        if (event.intent.kind === "join") this.wants.entry = true;
        return;
      case "excluded":
        this.wants.entry = false;
        this.#cell.note({
          isElsewhere: this.#cell.isSelf(authorOf(event.by)),
        });
        return this.wants.giveUp(
          new ChatError(
            "CHAT_SEAL_REMOVED",
            "Cannot change keys: this device was removed",
          ),
        );
      case "leaving":
        return this.#removeSoon(event.member.publicKey);
      case "unreadable":
        if (event.reason === "own_state_old") this.wants.entry = true;
        else if (
          event.reason === "commits_missing" || event.reason === "future_epoch"
        ) this.resyncSoon();
        else if (event.what === "commit") this.refresher.soon(event.reason);
    }
  }

  #confirm(isJoin: boolean): void {
    const cell = this.#cell;
    this.#confirmed.all += 1;
    this.#wasLost = false;
    this.#patience.reset();
    this.wants.rekey = false;
    cell.note({ rekeyedAt: cell.around.host.clock.now() });
    if (!isJoin) return;
    this.#confirmed.joins += 1;
    this.wants.entry = false;
    // Of a proposal from before a restart, more than it may have to be read.
    cell.isCaughtUp = cell.session?.room.isInStep ?? false;
    cell.isStray = false;
    cell.trouble = "";
  }

  async #run(attachment: Attachment): Promise<void> {
    const { signal } = attachment;
    const { around: { host: { clock } } } = this.#cell;
    while (!signal.aborted) {
      this.#isWoken = false;
      let atLeast = 0;
      try {
        if (!await this.#step(attachment)) {
          if (this.#isWoken) continue;
          return;
        }
        if (!this.#wasLost) continue;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ChatError)) throw error;
        this.#failed(error);
        atLeast = error.retryMs ?? 0;
      }
      this.#wasLost = false;
      this.#updated();
      const ms = this.#patience.next(atLeast);
      this.#pause = new AbortController();
      // Even who is in a hurry waits a little: nobody makes us ask without end.
      await clock.delay(Math.min(ms, 1_000), signal);
      const either = AbortSignal.any([signal, this.#pause.signal]);
      if (ms > 1_000) await clock.delay(ms - 1_000, either);
    }
  }

  #failed(error: ChatError): void {
    this.#cell.trouble = error.message;
    if (this.#patience.tries + 1 < MAX_TRIES) return;
    this.wants.giveUp(error);
    this.#cell.isHeld = false;
  }

  /** Does the next thing that is to be done; `false` when there is none. */
  async #step(attachment: Attachment): Promise<boolean> {
    const cell = this.#cell;
    if (!cell.isFollowed || cell.isOver) return false;
    if (cell.founding !== undefined) {
      // Who is told without end that another was faster asks ever more slowly.
      if (!await this.#finder.found(attachment)) this.#wasLost = true;
      this.#updated();
      return true;
    }
    if (cell.next !== undefined) return await this.#await(attachment);
    const { held } = cell;
    if (held === undefined) return await this.#find(attachment);
    const { session } = held;
    if (session === undefined) {
      await this.#enter(held, attachment);
      this.#updated();
      return true;
    }
    const { room } = session;
    if (room.proposal !== undefined) {
      await this.#submit(held, session, attachment);
      return true;
    }
    if (room.standing === "excluded" && !this.wants.entry) return false;
    if (!cell.isCaughtUp && room.standing === "member") {
      await this.#catchUp(session, attachment);
      this.#updated();
      return true;
    }
    if (this.wants.entry || room.standing === "joining") {
      await this.#enter(held, attachment);
      return true;
    }
    if (!room.isInStep || cell.isStray) return false;
    this.#removeFormer();
    const goers = this.wants.goers(session);
    this.#cell.isHeld = this.wants.isRemoving;
    if (goers.length > 0) await session.remove(goers);
    else if (this.wants.rekey) await session.rekey();
    else return false;
    return true;
  }

  /** The log tells of a group that was founded, unless that is over already. */
  async #await(attachment: Attachment): Promise<boolean> {
    if (this.#cell.isCaughtUp) return false;
    await this.#finder.findNext(attachment);
    if (this.#cell.next !== undefined) this.#cell.isCaughtUp = true;
    this.#updated();
    return true;
  }

  async #find(attachment: Attachment): Promise<boolean> {
    const isFound = await this.#finder.find(attachment);
    if (isFound) this.#updated();
    return isFound;
  }

  async #enter(held: HeldGroup, attachment: Attachment): Promise<void> {
    const { around, progress } = this.#cell;
    const head = await this.#finder.head(held, attachment);
    if (this.#cell.isOver) return;
    const roomHead: RoomHead = { turn: head.turn, groupInfo: head.info };
    if (held.session === undefined) {
      const name = around.name();
      const joining = { name, head: roomHead };
      held.session = await GroupSession.join(held.known, joining, around);
    } else {
      await progress.reached(head.seq, attachment.signal);
      await held.session.rejoin(roomHead);
    }
    this.wants.entry = false; // until it is lost
  }

  /** Has our proposal ordered, and reads what came of it. */
  async #submit(
    held: HeldGroup,
    session: GroupSession,
    attachment: Attachment,
  ): Promise<void> {
    const { proposal } = session.room;
    if (proposal === undefined) return;
    const { number: room, progress } = this.#cell;
    const { group } = held.known;
    let seq: number;
    try {
      seq = await propose(attachment.wire, { room, group, proposal });
    } catch (error) {
      if (!isRefusal(error, "CHAT_SEAL_OUTRUN")) throw error;
      const head = await this.#finder.head(held, attachment);
      if (head.turn === proposal.turn) throw error; // it contradicts itself
      if (head.turn < proposal.turn) { // it did before: nothing is of that turn
        await this.#enter(held, attachment);
        this.#wasLost = true;
        return;
      }
      seq = head.seq;
    }
    await progress.reached(seq, attachment.signal);
    if (session.room.proposal !== proposal) return; // it is decided
    // What came while a newcomer asked for the first keys was not for it to read.
    if (session.room.standing !== "joining") {
      this.#reader.tell(unreadable("commits_missing", "commit"));
    }
    await this.#enter(held, attachment);
    this.#wasLost = true;
  }

  /** Compares what was read with all that the server says there is. */
  async #catchUp(
    session: GroupSession,
    attachment: Attachment,
  ): Promise<void> {
    const cell = this.#cell;
    const { held } = cell;
    if (held === undefined) return;
    await attachment.wire.spareTime(); // all rooms do so when we come
    const head = await this.#finder.head(held, attachment);
    await cell.progress.reached(head.seq, attachment.signal);
    if (cell.session !== session) return;
    // Who was removed meanwhile does not count turns, and is not to come back.
    if (session.room.standing !== "member") return;
    const since = cell.turnedAt.filter((seq) => seq > head.seq).length;
    const problems = session.room.settle(head.turn + since);
    cell.isCaughtUp = true;
    cell.trouble = "";
    if (session.room.isStale) this.wants.entry = true;
    for (const problem of problems) {
      if (problem.kind !== "unreadable" || session.room.isStale) continue;
      this.#reader.tell(unreadable(problem.reason, problem.what));
      if (problem.reason === "commits_missing") this.wants.entry = true;
      else cell.isStray = true;
    }
    for (const { publicKey } of await session.room.leaving()) {
      this.#removeSoon(publicKey);
    }
    if (problems.length === 0) this.#patience.reset();
  }

  /** What was our place under another key is nobody's, or a thief's. */
  #removeFormer(): void {
    for (const key of this.#cell.formerPlaces) this.wants.remove(key);
  }

  /** Takes somebody out who has said that it goes, unless another is faster. */
  #removeSoon(publicKey: Bytes): void {
    const { host: { clock, random }, signal } = this.#cell.around;
    void clock.delay(Math.round(random() * LEAVING_MS), signal).then(() => {
      if (signal.aborted || !this.#cell.session?.has(publicKey)) return;
      this.wants.removeLeaver(publicKey);
      this.wake();
    });
  }
}
