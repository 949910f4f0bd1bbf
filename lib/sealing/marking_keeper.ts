import { type Bytes, concat } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { SealedEvent } from "../sealed/event.ts";
import type { StateKeeper, StateWrite } from "../sealed/sealed_room.ts";

/** Bytes before a state or change: the entry it has taken in. */
const MARK_BYTES = 8;

/**
 * Keeps with each state and change of a group how far the log was read by then,
 * and has what depends on it kept before it. One thing is done with it at a time.
 */
export class MarkingKeeper implements StateKeeper {
  readonly #kept: StateKeeper;
  #mark = 0;
  /** The entry that is read now, or was read last. */
  #entry = 0;
  #before: (write: StateWrite) => void = nothing;
  #isOver = false;

  constructor(kept: StateKeeper) {
    this.#kept = kept;
  }

  /** The newest entry whose effects are kept. */
  get mark(): number {
    return this.#mark;
  }

  /** Goes on after an entry. */
  begin(entry: number): void {
    this.#mark = this.#entry = entry;
  }

  /** Keeps nothing any more. */
  end(): void {
    this.#isOver = true;
  }

  /** Takes in an entry: what it tells is given to `told` before it is kept. */
  async at<T>(
    entry: number,
    told: (events: readonly SealedEvent[]) => void,
    run: () => Promise<T>,
  ): Promise<T> {
    const former = this.#entry;
    this.#entry = entry;
    try {
      return await this.#with(({ events }) => {
        if (events.length > 0) told(events);
      }, run);
    } finally {
      // What left no mark may fail to be kept by others, and then comes again.
      if (this.#mark !== entry) this.#entry = former;
    }
  }

  /** Seals: what is sealed is given to `note` before its key is used up. */
  async sealing<T>(
    note: (sealed: Bytes) => void,
    run: () => Promise<T>,
  ): Promise<T> {
    return await this.#with(({ outgoing }) => {
      if (outgoing !== undefined) note(outgoing);
    }, run);
  }

  /** @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` when it is over. */
  async keep({ outgoing, ...write }: StateWrite): Promise<void> {
    if (this.#isOver) {
      throw new ChatError(
        "CHAT_SEAL_OUT_OF_STEP",
        "Cannot change keys of sealed room: it is another room by now",
      );
    }
    this.#before(outgoing === undefined ? write : { ...write, outgoing });
    const mark = new Uint8Array(MARK_BYTES);
    new DataView(mark.buffer).setBigUint64(0, BigInt(this.#entry));
    const bytes = concat(mark, write.bytes);
    await this.#kept.keep({ ...write, bytes });
    this.#mark = this.#entry;
  }

  async #with<T>(
    before: (write: StateWrite) => void,
    run: () => Promise<T>,
  ): Promise<T> {
    this.#before = before;
    try {
      return await run();
    } finally {
      this.#before = nothing;
    }
  }
}

/** The entry that a kept state or change has taken in. */
export function markOf(bytes: Bytes): number {
  if (bytes.length < MARK_BYTES) return 0;
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
}

/** The state or change itself. */
export function unmarked(bytes: Bytes): Bytes {
  return bytes.slice(MARK_BYTES);
}

function nothing(): void {}
