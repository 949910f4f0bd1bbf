import { ChatError } from "../errors.ts";
import type { Entry } from "../protocol/entry.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { RefusalCode } from "../protocol/words.ts";
import type { Append } from "./batch.ts";
import { type Commit, Committer } from "./committer.ts";
import { tellOf } from "./belonging.ts";
import { begin, settle } from "./device.ts";
import { Feed } from "./feed.ts";
import { startOf } from "./follow.ts";
import { groupAfter } from "./group.ts";
import type { House, Room } from "./house.ts";
import type { Effect, HouseEvent, SessionId } from "./house_event.ts";
import { LogTail } from "./log.ts";
import { step } from "./step.ts";
import { TailSpace } from "./tail_space.ts";

/** One session as the hall reaches it. */
export interface Seat {
  /** Sends to this session alone. */
  reply(message: ServerMessage): void;
  /** There may be something to send, in what it was given to read too. */
  wake(): void;
  /** Says `goodbye` and ends; the hall has forgotten it already. */
  end(goodbye: ServerMessage): void;
  /** What it should read is not kept any more; it is forgotten already. */
  cut(): void;
}

/** What a hall needs of its surroundings. */
export interface HallOptions {
  /** Encodes a message once, as every member receives it. */
  readonly encode: (message: Entry) => Uint8Array;
  /** Server time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Runs something soon, after what is being done now: once, however often. */
  readonly schedule: (run: () => void) => void;
  /** Told when the history fails, so that nothing can be kept. */
  readonly onFailure?: (error: unknown) => void;
  /** Told of every event and what came of it, before it is carried out. */
  readonly onStep?: (event: HouseEvent, effects: readonly Effect[]) => void;
  /** Told of everything that has its place in a log now, and which. */
  readonly onStored?: (append: Append, seq: number) => void;
  /** Bounds the tails of all rooms. */
  readonly space?: TailSpace;
}

/** Effects that wait to be carried out; then they are, without more delay. */
const MAX_WAITING = 4_096;

/**
 * A house, its logs and the seats in it: carries out what the house decides.
 * What happens within one turn of the event loop is stored with one commit, and
 * only then acknowledged and passed on, so nobody ever sees what could be lost.
 */
export class Hall {
  readonly #house: House;
  readonly #options: HallOptions;
  readonly #space: TailSpace;
  readonly #committer: Committer;
  readonly #tails = new Map<number, LogTail>();
  readonly #seats = new Map<SessionId, Seat>();
  readonly #feeds = new Map<SessionId, Feed>();
  readonly #readers = new Map<number, Set<SessionId>>();
  readonly #touched = new Set<SessionId>();
  /** Rooms that have another group: told once whoever enters now is in. */
  readonly #founded = new Set<Room>();
  readonly #lost = new Set<SessionId>();
  #lastSession: SessionId = 0;
  #effects: Effect[] = [];
  #scheduled = false;

  constructor(house: House, options: HallOptions) {
    this.#house = house;
    this.#options = options;
    this.#space = options.space ?? new TailSpace();
    this.#committer = new Committer(house.settings.history, options);
  }

  /** Gives a new session its seat; `make` gets what it will read. */
  seat(
    opening: Omit<Extract<HouseEvent, { kind: "open" }>, "kind" | "session">,
    make: (session: SessionId, feed: Feed) => Seat,
  ): SessionId {
    const session = ++this.#lastSession;
    const feed = new Feed();
    this.#feeds.set(session, feed);
    this.#seats.set(session, make(session, feed));
    this.apply({ kind: "open", session, ...opening });
    return session;
  }

  /** Whether the house still knows the session. */
  has(session: SessionId): boolean {
    return this.#house.sessions.has(session);
  }

  /** What readers have not taken yet; costs a look at each of them. */
  get backlog(): {
    readonly waitingBytes: number;
    readonly laggingReaders: number;
  } {
    let waitingBytes = 0;
    let laggingReaders = 0;
    for (const feed of this.#feeds.values()) {
      const { backlog } = feed;
      waitingBytes += backlog;
      if (backlog > 0) laggingReaders += 1;
    }
    return { waitingBytes, laggingReaders };
  }

  /** Applies an event; what it causes is carried out with the next `flush`. */
  apply(event: HouseEvent): void {
    if (event.kind === "rotate") this.flush(); // it looks how much space is left
    const effects = step(this.#house, event, this.#options.now());
    this.#options.onStep?.(event, effects);
    for (const effect of effects) {
      if (effect.kind === "append") begin(effect);
      this.#effects.push(effect);
    }
    if (event.kind === "close") this.#forget(event.session);
    // Whoever comes with the next key must find what the old one has sent.
    const isUrgent = event.kind === "rotate" ||
      this.#effects.length > MAX_WAITING;
    if (isUrgent) this.flush();
    else if (this.#effects.length > 0) this.#scheduleFlush();
  }

  /** Stores, acknowledges and sends everything that has been caused so far. */
  flush(): void {
    while (this.#effects.length > 0 || this.#lost.size > 0) {
      this.#cutLost();
      const effects = this.#committer.withInsisted(this.#effects);
      this.#effects = [];
      const commit = this.#committer.commit(effects);
      for (const effect of effects) this.#carryOut(effect, commit);
      for (const room of this.#founded) this.#announce(room);
      this.#founded.clear();
      for (const session of this.#touched) this.#seats.get(session)?.wake();
      this.#touched.clear();
    }
  }

  #carryOut(effect: Effect, commit: Commit): void {
    switch (effect.kind) {
      case "append":
        return this.#append(effect, commit);
      case "pass":
        return this.#pass(effect);
      case "reply":
        return this.#reply(effect.session, effect.message);
      case "follow":
        return this.#follow(effect);
      case "unfollow":
        return this.#unfollow(effect.session, effect.room);
      case "end": {
        const { session, why, text } = effect;
        const seat = this.#seats.get(session);
        this.#forget(session);
        return seat?.end({ kind: "goodbye", why, text });
      }
      case "save":
        return;
    }
  }

  #append(append: Append, { failure, outcomeOf }: Commit): void {
    const { room, sent, claim } = append;
    const outcome = outcomeOf(append);
    if (failure !== undefined && append.insist) {
      return this.#committer.insist(append);
    }
    settle(append, this.#house);
    if (outcome.kind === "unknown") {
      return this.#refuse(append, refusalOf(outcome.error));
    }
    if (outcome.kind === "forgotten") {
      const text = "Cannot tell whether this was stored: it is too long ago";
      return this.#refuse(append, { code: "CHAT_FORGOTTEN", text });
    }
    if (outcome.kind === "late") {
      const text =
        "Cannot store this: what was sent after it is stored already";
      return this.#refuse(append, { code: "CHAT_FORGOTTEN", text });
    }
    if (outcome.kind === "old") {
      return this.#acknowledge(append, outcome.receipt);
    }
    if (outcome.kind === "outrun" && !(failure && outcome.isHere)) {
      return this.#refuse(append, OUTRUN);
    }
    if (failure !== undefined || outcome.kind === "outrun") {
      return this.#refuse(append, refusalOf(failure));
    }
    if (outcome.kind === "twice") {
      return this.#acknowledge(append, outcome.receipt);
    }
    const { seq, at, payload, topic } = outcome.entry;
    this.#tailOf(room).append(payload, true);
    room.seq = seq;
    if (topic !== undefined) room.topic = topic;
    const group = claim && groupAfter(claim);
    if (group !== undefined) room.group = group;
    if (sent !== undefined) {
      sent.device.last = Math.max(sent.device.last, sent.number);
    }
    this.#touchReaders(room);
    this.#acknowledge(append, { seq, at });
    if (claim?.kind === "founded") this.#founded.add(room);
    this.#options.onStored?.(append, seq);
  }

  /** Tells the members of a room what has become of it. */
  #announce(room: Room): void {
    for (const person of room.present.values()) {
      for (const effect of tellOf(room, person, this.#house)) {
        this.#reply(effect.session, effect.message);
      }
    }
  }

  #acknowledge(
    { by }: Append,
    place: { readonly seq: number; readonly at: number },
  ): void {
    if (by === undefined) return;
    const { seq, at } = place;
    this.#reply(by.session, { kind: "ack", id: by.id, seq, at });
  }

  #refuse(
    { by }: Append,
    { code, text }: { readonly code: RefusalCode; readonly text: string },
  ): void {
    if (by === undefined) return;
    const message = { kind: "refused", id: by.id, code, text } as const;
    this.#reply(by.session, { ...message, retryMs: 0 });
  }

  #pass({ room, entry }: Extract<Effect, { kind: "pass" }>): void {
    if (!this.#readers.has(room.number)) return;
    const passing = { ...entry, room: room.number, seq: room.seq } as Entry;
    this.#tailOf(room).append(this.#options.encode(passing), false);
    this.#touchReaders(room);
  }

  #reply(session: SessionId, message: ServerMessage): void {
    const seat = this.#seats.get(session);
    if (seat === undefined) return;
    seat.reply(message);
    this.#touched.add(session);
  }

  #follow(effect: Extract<Effect, { kind: "follow" }>): void {
    const { session, id, room, marks } = effect;
    const feed = this.#feeds.get(session);
    if (feed === undefined) return;
    const { number, seq } = room;
    const { after, at } = startOf(effect, this.#house);
    this.#reply(session, {
      kind: "following",
      id,
      room: number,
      after,
      at,
      seq,
    });
    for (const mark of marks) {
      this.#reply(session, { ...mark, room: number, seq: after });
    }
    feed.follow(
      number,
      this.#tailOf(room).cursor(after, () => {
        this.#lost.add(session);
        this.#scheduleFlush();
      }),
    );
    const readers = this.#readers.get(number) ?? new Set();
    this.#readers.set(number, readers.add(session));
  }

  #unfollow(session: SessionId, number: number): void {
    this.#feeds.get(session)?.unfollow(number);
    const readers = this.#readers.get(number);
    readers?.delete(session);
    if (readers?.size !== 0) return;
    this.#readers.delete(number);
    this.#tails.get(number)?.release();
    this.#tails.delete(number);
  }

  #touchReaders(room: Room): void {
    for (const session of this.#readers.get(room.number) ?? []) {
      this.#feeds.get(session)?.notice(room.number);
      this.#touched.add(session);
    }
  }

  #cutLost(): void {
    const lost = [...this.#lost];
    this.#lost.clear();
    for (const session of lost) {
      const seat = this.#seats.get(session);
      this.apply({ kind: "close", session, why: "too_slow" });
      seat?.cut();
    }
  }

  #forget(session: SessionId): void {
    const feed = this.#feeds.get(session);
    this.#seats.delete(session);
    this.#touched.delete(session);
    this.#lost.delete(session);
    for (const room of feed?.rooms ?? []) this.#unfollow(session, room);
    this.#feeds.delete(session);
  }

  #tailOf(room: Room): LogTail {
    const existing = this.#tails.get(room.number);
    if (existing !== undefined) return existing;
    const { history } = this.#house.settings;
    const { number, seq } = room;
    const read = (after: number) => history.read(number, { after });
    const tail = new LogTail({ seq, read, space: this.#space });
    this.#tails.set(number, tail);
    return tail;
  }

  #scheduleFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.schedule(() => {
      this.#scheduled = false;
      this.flush();
    });
  }
}

/** How it is told that the keys of a room are others by now. */
const OUTRUN = {
  code: "CHAT_SEAL_OUTRUN",
  text: "Cannot store this: the keys of the room have changed since",
} as const;

/** How a failure of the history is told to who wanted something kept. */
function refusalOf(failure: unknown): { code: RefusalCode; text: string } {
  const isFull = failure instanceof ChatError &&
    failure.code === "CHAT_STORE_FULL";
  return isFull
    ? { code: "CHAT_STORE_FULL", text: "Cannot store this: the disk is full" }
    : { code: "CHAT_STORE_DAMAGED", text: "Cannot store this: the disk fails" };
}
