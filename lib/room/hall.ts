import type { Entry } from "../protocol/entry.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { type Cursor, LogTail } from "./log.ts";
import { step } from "./room.ts";
import type { RoomEffect, RoomEvent, SessionId } from "./room_event.ts";
import type { Room } from "./room_state.ts";

/** One session as the hall reaches it: a connection or the console. */
export interface Seat {
  /** Sends to this session alone; `wake` follows. */
  reply(message: ServerMessage): void;
  /** From here on it reads the log, through `cursor`. */
  admit(cursor: Cursor): void;
  /** A new entry, for seats that want it decoded. */
  append?(entry: Entry): void;
  /** There may be something to send, for seats that send. */
  wake?(): void;
  /** Says `goodbye` and ends; the hall has forgotten it already. */
  end(goodbye: ServerMessage): void;
  /** It has fallen behind the log, for seats that read it by cursor. */
  cut?(): void;
}

/** What a hall needs of its surroundings. */
export interface HallOptions {
  /** Encodes an entry once, as every member receives it. */
  readonly encode: (entry: Entry) => Uint8Array;
  /** Server time in milliseconds since the epoch. */
  readonly now: () => number;
}

/** A room and the seats in it: carries out what the room decides. */
export class Hall {
  readonly #room: Room;
  readonly #options: HallOptions;
  readonly #log = new LogTail();
  readonly #seats = new Map<SessionId, Seat & { cursor?: Cursor }>();
  #lastSession: SessionId = 0;
  #touched = new Set<Seat>();
  #grown = false;

  constructor(room: Room, options: HallOptions) {
    this.#room = room;
    this.#options = options;
  }

  /** Sessions, whether they have entered or not. */
  get size(): number {
    return this.#seats.size;
  }

  /** Gives a new session its seat. */
  seat(
    identity: Extract<RoomEvent, { kind: "open" }>["identity"],
    options: {
      readonly console: boolean;
      readonly seat: (session: SessionId) => Seat;
    },
  ): SessionId {
    const session = ++this.#lastSession;
    this.#seats.set(session, options.seat(session));
    const { console } = options;
    this.apply({ kind: "open", session, identity, console });
    return session;
  }

  /** Whether the room still knows the session. */
  has(session: SessionId): boolean {
    return this.#seats.has(session);
  }

  /** Applies an event; what it causes is sent with the next `flush`. */
  apply(event: RoomEvent): void {
    const effects = step(this.#room, event, this.#options.now());
    for (const effect of effects) this.#carryOut(effect);
    if (event.kind === "close") this.#seats.delete(event.session);
  }

  /** Sends everything that has been caused since the last time. */
  flush(): void {
    const touched = this.#grown ? this.#seats.values() : this.#touched;
    for (const seat of touched) seat.wake?.();
    if (this.#grown) this.#cutLost();
    this.#touched.clear();
    this.#grown = false;
  }

  #carryOut(effect: RoomEffect): void {
    if (effect.kind === "append") {
      this.#log.append(this.#options.encode(effect.entry));
      for (const seat of this.#seats.values()) seat.append?.(effect.entry);
      this.#grown = true;
      return;
    }
    const seat = this.#seats.get(effect.session);
    if (seat === undefined) return;
    switch (effect.kind) {
      case "reply":
        seat.reply(effect.message);
        this.#touched.add(seat);
        break;
      case "admit":
        seat.cursor = this.#log.cursor();
        seat.admit(seat.cursor);
        break;
      case "end": {
        this.#seats.delete(effect.session);
        const { why, text } = effect;
        seat.end({ kind: "goodbye", why, text });
      }
    }
  }

  #cutLost(): void {
    for (const [session, seat] of this.#seats) {
      if (seat.cut === undefined || seat.cursor?.lost !== true) continue;
      seat.cut();
      this.apply({ kind: "close", session, why: "too_slow" });
    }
  }
}
