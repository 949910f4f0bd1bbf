import type { Bytes } from "../bytes.ts";
import { equalBytes } from "../bytes.ts";
import type { Entry } from "../protocol/entry.ts";
import { isKept } from "../protocol/entry.ts";
import { Pace } from "./pace.ts";
import { unexpected } from "./unexpected.ts";
import type { Wire } from "./wire.ts";

/** Marks that may be on their way at once, in all rooms. */
const MAX_MARKS = 4;

/** How far we have got in a direct room with what the other said. */
interface Progress {
  /** The newest entry that has arrived. */
  delivered: number;
  /** The newest one that whoever iterates has got. */
  taken: number;
  /** The newest one that was shown to a person. */
  read: number;
  /** What the server has acknowledged. */
  told: { readonly delivered: number; readonly read: number };
  inFlight: boolean;
}

/**
 * Tells the server how far we have got in direct rooms: at most one mark of a room
 * is on its way, and the next one says everything that has come meanwhile.
 */
export class Receipts {
  readonly #self: Bytes;
  readonly #rooms = new Map<number, Progress>();
  readonly #untold = new Set<number>();
  #wire: Wire | null = null;
  #pace: Pace | null = null;

  /** @param self Our fingerprint: our own entries need no receipt. */
  constructor(self: Bytes) {
    this.#self = self;
  }

  attach(wire: Wire): void {
    this.#wire = wire;
    this.#pace = new Pace(wire, {
      max: MAX_MARKS,
      resume: (): void => this.#pump(),
    });
    for (const room of this.#rooms.keys()) this.#change(room);
  }

  detach(): void {
    this.#wire = null;
    this.#pace = null;
    for (const progress of this.#rooms.values()) progress.inFlight = false;
  }

  /** A direct room is followed, `seq` being what was taken in before. */
  add(room: number, seq: number): void {
    if (this.#rooms.has(room)) return;
    this.#rooms.set(room, {
      ...{ delivered: seq, taken: seq, read: 0, inFlight: false },
      told: { delivered: seq, read: 0 },
    });
  }

  forget(room: number): void {
    this.#rooms.delete(room);
    this.#untold.delete(room);
  }

  /** An entry has arrived. */
  arrived(entry: Entry): void {
    const progress = this.#concerned(entry);
    if (progress === undefined) return;
    progress.delivered = entry.seq;
    this.#change(entry.room);
  }

  /** Whoever iterates gets an entry. */
  taken(entry: Entry): void {
    const progress = this.#concerned(entry);
    if (progress !== undefined) progress.taken = entry.seq;
  }

  /** What was taken was shown to a person. */
  read(room: number): void {
    const progress = this.#rooms.get(room);
    if (progress === undefined || progress.taken <= progress.read) return;
    progress.read = progress.taken;
    this.#change(room);
  }

  #concerned({ kind, room, fingerprint }: Entry): Progress | undefined {
    if (!isKept(kind) || equalBytes(fingerprint, this.#self)) return undefined;
    return this.#rooms.get(room);
  }

  #change(room: number): void {
    this.#untold.add(room);
    this.#pump();
  }

  #pump(): void {
    for (const room of this.#untold) {
      if (this.#wire === null || !this.#pace?.isFree) return;
      const progress = this.#rooms.get(room);
      if (progress?.inFlight) continue;
      this.#untold.delete(room);
      if (progress === undefined || isTold(progress)) continue;
      progress.inFlight = true;
      this.#pace.begin();
      this.#send(room, progress, { wire: this.#wire, pace: this.#pace });
    }
  }

  #send(
    room: number,
    progress: Progress,
    { wire, pace }: { readonly wire: Wire; readonly pace: Pace },
  ): void {
    const { delivered, read } = progress;
    wire.start((id) => ({ kind: "mark", id, room, delivered, read }), {
      answered: (answer): true => {
        if (answer.kind !== "done") throw unexpected(answer.kind);
        pace.accepted();
        this.#settle(room, progress, { delivered, read });
        return true;
      },
      refused: ({ code, retryMs }): void => {
        if (code === "CHAT_RATE_LIMITED") {
          pace.tooFast(retryMs);
          this.#settle(room, progress, progress.told);
        } else {
          pace.refused();
          this.#settle(room, progress, { delivered, read });
        }
      },
      ended(): void {},
    });
  }

  #settle(room: number, progress: Progress, told: Progress["told"]): void {
    progress.told = told;
    progress.inFlight = false;
    if (this.#rooms.get(room) === progress) this.#change(room);
  }
}

function isTold({ delivered, read, told }: Progress): boolean {
  return delivered <= told.delivered && read <= told.read;
}
