import { ChatError } from "../errors.ts";
import type { DeviceState } from "./device_state.ts";
import type { Clock } from "./link.ts";
import type { Note } from "./rooms.ts";

/** How long a noted position may wait for the disk, in milliseconds. */
export const FLUSH_MS = 1_000;

/** A note, and which log it belongs to: another may have come since. */
export interface LogNote {
  readonly log: number;
  readonly note: Note;
}

/**
 * Writes down how far somebody has read. On a full disk it does not, and some
 * entries come again next time, as after a crash.
 */
export class Diary {
  readonly #state: DeviceState;
  readonly #clock: Clock;
  readonly #timer = new AbortController();
  /** Rooms of which some position is on the disk. */
  readonly #known: Set<number>;
  /** Counts the logs. */
  #log = 0;
  #flushing = false;
  #hurried = false;

  constructor(state: DeviceState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    this.#known = new Set(state.positions().map(({ room }) => room));
  }

  /** Binds a note to the log of now, to be written down later. */
  draft(note: Note): LogNote {
    return { log: this.#log, note };
  }

  /** Notes that belong to the log before are not written down any more. */
  changeLog(): void {
    this.#log += 1;
    this.#known.clear();
  }

  /** Writes a note down. */
  write({ log, note }: LogNote): void {
    if (log !== this.#log) return;
    tolerate(() => {
      if (note.kind === "left") this.#state.drop(note.room);
      else this.#state.advance(note.position);
    });
    // A room without a position would begin anew, and what lies between is lost.
    const isNew = note.kind === "read to" &&
      !this.#known.has(note.position.room);
    if (isNew) this.#known.add(note.position.room);
    else if (note.kind === "left") this.#known.delete(note.room);
    if (this.#hurried || isNew) this.#flush();
    else if (!this.#flushing) void this.#flushSoon();
  }

  /** From now on nothing waits for the disk: it may be over at any time. */
  hurry(): void {
    if (this.#hurried) return;
    this.#hurried = true;
    this.#timer.abort();
    this.#flush();
  }

  async #flushSoon(): Promise<void> {
    this.#flushing = true;
    const { signal } = this.#timer;
    await this.#clock.delay(FLUSH_MS, signal);
    this.#flushing = false;
    if (!signal.aborted) this.#flush();
  }

  #flush(): void {
    tolerate(() => this.#state.flush());
  }
}

function tolerate(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
  }
}
