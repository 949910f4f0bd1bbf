import type { Entry } from "../protocol/entry.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { type Cursor, LogTail } from "./log.ts";
import { step } from "./room.ts";
import type { RoomEffect, RoomEvent, SessionId } from "./room_event.ts";
import type { Room } from "./room_state.ts";

/** One session as the hall reaches it. */
export interface Seat {
  /** Sends to this session alone. */
  reply(message: ServerMessage): void;
  /** Says `goodbye` and ends; the hall has forgotten it already. */
  end(goodbye: ServerMessage): void;
}

/** A connection: it reads the log at its own pace. */
export interface ReadingSeat extends Seat {
  /** From here on it reads the log, through `cursor`. */
  read(cursor: Cursor): void;
  /** There may be something to send. */
  wake(): void;
  /** It has fallen behind the log; the hall has forgotten it already. */
  cut(): void;
}

/** The console: it is handed the entries of the log. */
export interface ListeningSeat extends Seat {
  /** From here on it is told of new entries. */
  listen(): void;
  append(entry: Entry): void;
}

/** What a hall needs of its surroundings. */
export interface HallOptions {
  /** Encodes an entry once, as every reading member receives it. */
  readonly encode: (entry: Entry) => Uint8Array;
  /** Server time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Chunks of the log that are kept, at most as `LogTail` has it. */
  readonly maxChunks?: number;
}

/** A room and the seats in it: carries out what the room decides. */
export class Hall {
  readonly #room: Room;
  readonly #options: HallOptions;
  readonly #log: LogTail;
  readonly #seats = new Map<SessionId, ReadingSeat | ListeningSeat>();
  readonly #listening = new Map<SessionId, ListeningSeat>();
  readonly #reading = new Map<SessionId, [ReadingSeat, Cursor]>();
  #lastSession: SessionId = 0;
  readonly #touched = new Map<SessionId, ReadingSeat>();
  #grown = false;

  constructor(room: Room, options: HallOptions) {
    this.#room = room;
    this.#options = options;
    this.#log = new LogTail(options.maxChunks);
  }

  /** Gives a new session its seat; `make` gets its number. */
  seat(
    identity: Extract<RoomEvent, { kind: "open" }>["identity"],
    make: (session: SessionId) => ReadingSeat | ListeningSeat,
  ): SessionId {
    const session = ++this.#lastSession;
    const seat = make(session);
    this.#seats.set(session, seat);
    const console = "listen" in seat; // the operator's is the only one
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
    if (event.kind === "close") this.#forget(event.session);
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Sends everything that has been caused since the last time. */
  flush(): void {
    while (this.#grown) {
      this.#grown = false;
      for (const [session, [seat, cursor]] of this.#reading) {
        if (cursor.lost) this.#cut(session, seat);
        else seat.wake();
      }
    }
    for (const seat of this.#touched.values()) seat.wake();
    this.#touched.clear();
  }

  #carryOut(effect: RoomEffect): void {
    if (effect.kind === "append") {
      this.#grown = true;
      this.#log.append(this.#options.encode(effect.entry));
      for (const seat of this.#listening.values()) seat.append(effect.entry);
      return;
    }
    const { session } = effect;
    const seat = this.#seats.get(session);
    if (seat === undefined) return;
    switch (effect.kind) {
      case "reply":
        seat.reply(effect.message);
        if ("wake" in seat) this.#touched.set(session, seat);
        break;
      case "admit":
        this.#admit(session, seat);
        break;
      case "end": {
        this.#forget(session);
        const { why, text } = effect;
        seat.end({ kind: "goodbye", why, text });
      }
    }
  }

  #admit(session: SessionId, seat: ReadingSeat | ListeningSeat): void {
    if ("listen" in seat) {
      // A cursor that nobody moves would keep the whole log in memory.
      this.#listening.set(session, seat);
      seat.listen();
    } else {
      const cursor = this.#log.cursor();
      this.#reading.set(session, [seat, cursor]);
      seat.read(cursor);
    }
  }

  #cut(session: SessionId, seat: ReadingSeat): void {
    this.apply({ kind: "close", session, why: "too_slow" });
    seat.cut();
  }

  #forget(session: SessionId): void {
    this.#seats.delete(session);
    this.#listening.delete(session);
    this.#reading.delete(session);
    this.#touched.delete(session);
  }
}
