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
  readonly #over = new AbortController();
  /** Counts the logs. */
  #log = 0;
  #flushing = false;

  constructor(state: DeviceState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Binds a note to the log of now, to be written down later. */
  draft(note: Note): LogNote {
    return { log: this.#log, note };
  }

  /** Notes that belong to the log before are not written down any more. */
  changeLog(): void {
    this.#log += 1;
  }

  /** Writes a note down, unless it is closed. */
  write({ log, note }: LogNote): void {
    if (log !== this.#log || this.#over.signal.aborted) return;
    tolerate(() => {
      if (note.kind === "left") this.#state.drop(note.room);
      else this.#state.advance(note.position);
    });
    if (!this.#flushing) void this.#flushSoon();
  }

  /** Brings everything to the disk; afterwards the state is not touched. */
  close(): void {
    if (this.#over.signal.aborted) return;
    tolerate(() => this.#state.flush());
    this.#over.abort();
  }

  async #flushSoon(): Promise<void> {
    this.#flushing = true;
    const { signal } = this.#over;
    await this.#clock.delay(FLUSH_MS, signal);
    this.#flushing = false;
    if (!signal.aborted) tolerate(() => this.#state.flush());
  }
}

function tolerate(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
  }
}
