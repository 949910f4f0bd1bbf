import { ChatError } from "../errors.ts";
import { type Entry, isKept } from "../protocol/entry.ts";
import type { Answer, MessageOfKind } from "../protocol/messages.ts";
import {
  type ConversationEvent,
  type JoinedRoomInfo,
  LOBBY,
} from "../room/conversation.ts";
import type { ReadingPosition } from "./device_state.ts";
import { JoinedRooms, MAX_JOINED_ROOMS } from "./joined_rooms.ts";
import { Pace } from "./pace.ts";
import { unexpected } from "./unexpected.ts";
import type { Wire } from "./wire.ts";

/** Times in a row that a room's order may be wrong before it is given up. */
export const MAX_DISORDERS = 3;

/** Rooms that are asked for at once. */
const MAX_FOLLOWS = 8;

/** What is to be noted of a room once everything before it was shown. */
export type Note =
  | { readonly kind: "read to"; readonly position: ReadingPosition }
  | { readonly kind: "left"; readonly room: number };

/** How following a room begins. */
export interface Beginning {
  /** What follows this entry will come. */
  readonly after: number;
  /** The newest entry that there is. */
  readonly newest: number;
  /** Whether its log is another one than was read before. */
  readonly isChanged: boolean;
}

/** Where rooms put what happens in them. */
export type Tell = (event: ConversationEvent | null, note?: Note) => void;

/**
 * The rooms we belong to, and how far we have read in each. Outlives connections;
 * on each, it follows every room from the last entry it has taken.
 */
export class Rooms {
  readonly #tell: Tell;
  readonly #began: (room: number, beginning: Beginning) => void;
  readonly #past: boolean;
  readonly #joined: JoinedRooms;
  readonly #announcing: (message: MessageOfKind<"room">) => void;
  /** The newest entry taken of each room, shown or not. */
  readonly #positions = new Map<number, ReadingPosition>();
  /** Where rooms ended when they were new to us, until they are followed. */
  readonly #beginnings = new Map<number, ReadingPosition>();
  /** Rooms among them that were asked for, maybe in vain. */
  readonly #tried = new Set<number>();
  readonly #disorders = new Map<number, number>();
  #wire: Wire | null = null;
  #pace: Pace | null = null;
  // What follows is of this connection only.
  readonly #announced = new Set<number>();
  /** Rooms to be asked for, and those asked for that wait for the answer. */
  readonly #unasked = new Set<number>();
  readonly #asked = new Set<number>();
  /** With the newest entry that there was when following began. */
  readonly #following = new Map<number, number>();
  /** Left on this connection: what was under way is not shown any more. */
  readonly #left = new Set<number>();

  constructor(
    positions: readonly ReadingPosition[],
    { tell, announced, describe, began, past = true }: {
      readonly tell: Tell;
      /** Told what the server says of a room, before it is described. */
      readonly announced: (message: MessageOfKind<"room">) => void;
      /** What to call a sealed or direct room. */
      readonly describe: (info: JoinedRoomInfo) => JoinedRoomInfo;
      /** Told that a room is followed. */
      readonly began: (room: number, beginning: Beginning) => void;
      /** Whether to ask for what was said in a room before it was new to us. */
      readonly past?: boolean | undefined;
    },
  ) {
    this.#tell = tell;
    this.#joined = new JoinedRooms(describe);
    this.#announcing = announced;
    this.#began = began;
    this.#past = past;
    for (const position of positions) {
      this.#positions.set(position.room, position);
    }
  }

  /** The rooms we belong to, by number. */
  get joined(): ReadonlyMap<number, JoinedRoomInfo> {
    return this.#joined.all;
  }

  /** The newest entry taken of a room; 0 before the first. */
  seq(room: number): number {
    return this.#positions.get(room)?.seq ?? 0;
  }

  /** From now on the server announces rooms, and each is followed. */
  attach(wire: Wire): void {
    this.#wire = wire;
    this.#pace = new Pace(wire, {
      max: MAX_FOLLOWS,
      resume: (): void => this.#pump(),
    });
  }

  /** The connection is over. */
  detach(): void {
    this.#wire = null;
    this.#pace = null;
    this.#unasked.clear();
    this.#announced.clear();
    this.#asked.clear();
    this.#following.clear();
    this.#left.clear();
  }

  /** The logs are others than before: nothing that was read counts. */
  changeLog(): void {
    for (const room of [...this.joined.keys()]) {
      if (room !== LOBBY) this.#forget(room);
    }
    this.#joined.changeLog();
    this.#positions.clear();
    this.#beginnings.clear();
    this.#tried.clear();
    this.#disorders.clear();
  }

  /** We belong to a room, or something about it has changed. */
  announce(message: MessageOfKind<"room">): void {
    const { room, seq } = message;
    if (this.#joined.isOther(message)) this.#forget(room);
    this.#joined.announce(message);
    this.#left.delete(room);
    this.#announcing(message);
    const described = this.#joined.describe(room);
    if (described?.isNew) this.#tell({ kind: "room", room: described.info });
    if (this.#announced.has(room)) return;
    this.#announced.add(room);
    if (!this.#positions.has(room) && !this.#beginnings.has(room)) {
      this.#beginnings.set(room, { room, seq, at: 0 });
    }
    this.#unasked.add(room);
    this.#pump();
  }

  /** Whoever speaks was told of a room. */
  shown(room: JoinedRoomInfo): void {
    this.#joined.shown(room);
  }

  /** @throws {ChatError} `CHAT_NO_SUCH_ROOM` where nothing may be said. */
  check(room: number): void {
    this.#joined.check(room);
  }

  /** Describes a room anew, and tells that. */
  describe(room: number): void {
    const described = this.#joined.describe(room);
    if (described === undefined) return;
    this.#tell({ kind: "room", room: described.info });
  }

  /** We do not belong to a room any more. */
  part(room: number): void {
    if (room === LOBBY) throw unexpected("parted");
    if (!this.#joined.has(room)) return; // we have left it ourselves
    this.#left.add(room);
    const [oldest] = this.#left;
    if (this.#left.size > MAX_JOINED_ROOMS) this.#left.delete(oldest as number);
    this.#forget(room);
  }

  /**
   * Takes an entry, if it is the next one of its room.
   *
   * @returns Why the connection must be made again, to read on from the last
   * entry that was right.
   * @throws {ChatError} `CHAT_PROTOCOL` when that did not help.
   */
  take(entry: Entry): ChatError | undefined {
    const { room, seq, at } = entry;
    if (this.#left.has(room)) return undefined;
    const last = this.seq(room);
    if (!this.#following.has(room)) {
      return this.#disorder(room, `entry ${seq} came before it was asked for`);
    }
    const kept = isKept(entry.kind);
    const expected = kept ? last + 1 : last;
    if (seq !== expected) {
      return this.#disorder(
        room,
        `entry ${seq} came where ${expected} belongs`,
      );
    }
    if (!kept) {
      // What passed while we were away is over; how far others got is not.
      const isOver = seq < (this.#following.get(room) ?? 0);
      if (!isOver || entry.kind === "marks") this.#tell(entry);
      return undefined;
    }
    this.#disorders.delete(room);
    this.#tell(entry, this.#advance({ room, seq, at }));
    return undefined;
  }

  /** Says that a room's order is wrong, and whether that can be mended. */
  #disorder(room: number, found: string): ChatError {
    const times = (this.#disorders.get(room) ?? 0) + 1;
    const error = new ChatError(
      "CHAT_PROTOCOL",
      `Cannot follow room ${room}: ${found}`,
    );
    if (times >= MAX_DISORDERS || !this.#joined.has(room)) throw error;
    this.#disorders.set(room, times);
    this.#tell({
      kind: "notice",
      text: `The server lost the order of room ${room}: ${found}. ` +
        `Reading on after entry ${this.seq(room)} over a new connection`,
    });
    return error;
  }

  #advance(position: ReadingPosition): Note {
    this.#positions.set(position.room, position);
    this.#beginnings.delete(position.room);
    this.#tried.delete(position.room);
    return { kind: "read to", position };
  }

  #forget(room: number): void {
    this.#joined.delete(room);
    this.#positions.delete(room);
    this.#beginnings.delete(room);
    this.#tried.delete(room);
    this.#disorders.delete(room);
    this.#announced.delete(room);
    this.#unasked.delete(room);
    this.#following.delete(room);
    this.#tell({ kind: "parted", room }, { kind: "left", room });
  }

  /** Asks for rooms, as many at once as may be. */
  #pump(): void {
    for (const room of this.#unasked) {
      if (this.#wire === null || !this.#pace?.isFree) return;
      if (this.#asked.has(room)) continue; // we left it and came back
      this.#unasked.delete(room);
      this.#asked.add(room);
      this.#pace.begin();
      this.#follow(room, { wire: this.#wire, pace: this.#pace });
    }
  }

  #follow(
    room: number,
    { wire, pace }: { readonly wire: Wire; readonly pace: Pace },
  ): void {
    const position = this.#placeIn(room);
    const after = position?.seq ?? null;
    wire.start((id) => ({ kind: "follow", id, room, after }), {
      answered: (answer): true => {
        this.#asked.delete(room);
        pace.accepted();
        this.#begin(room, position, answer);
        this.#pump();
        return true;
      },
      refused: ({ code, retryMs }): void => {
        this.#asked.delete(room);
        if (code === "CHAT_RATE_LIMITED") {
          pace.tooFast(retryMs);
          if (this.#announced.has(room)) this.#unasked.add(room);
        } else {
          pace.refused();
          if (this.#announced.has(room) && !this.#unasked.has(room)) {
            const text = `Cannot follow room ${room}: refused [${code}]`;
            this.#tell({ kind: "notice", text });
          }
        }
        this.#pump();
      },
      ended(): void {},
    });
  }

  /**
   * Where to go on in a room; in one that is new to us, the server decides. What
   * was said since we first asked for it is ours, though: if there was no answer,
   * it goes on where it ended then.
   */
  #placeIn(room: number): ReadingPosition | undefined {
    const position = this.#positions.get(room);
    if (position !== undefined) return position;
    if (this.#tried.has(room) || !this.#past) return this.#beginnings.get(room);
    this.#tried.add(room);
    return undefined;
  }

  /** The server has said from where on entries of a room come. */
  #begin(
    room: number,
    asked: ReadingPosition | undefined,
    answer: Answer,
  ): void {
    if (answer.kind !== "following") throw unexpected(answer.kind);
    const { after, at, seq } = answer;
    if (answer.room !== room || seq < after) throw unexpected(answer.kind);
    // By now the server has announced every room we belong to.
    if (room === LOBBY) this.#forgetOthers();
    if (!this.#joined.has(room)) return;
    this.#following.set(room, seq);
    this.#unasked.delete(room);
    const found = { room, seq: after, at };
    const isChanged = asked !== undefined && this.#resume(asked, found, seq);
    if (asked === undefined) this.#tell(null, this.#advance(found));
    this.#began(room, { after, newest: seq, isChanged });
  }

  /**
   * Compares where a room goes on with where we were.
   *
   * @returns Whether its log is another one.
   */
  #resume(
    asked: ReadingPosition,
    found: ReadingPosition,
    newest: number,
  ): boolean {
    const { room } = found;
    if (found.seq > asked.seq) {
      this.#tell(
        { kind: "missed", room, from: asked.seq + 1, to: found.seq },
        this.#advance(found),
      );
      return false;
    }
    const isKnown = found.at !== 0 && asked.at !== 0;
    if (found.seq === asked.seq && (found.at === asked.at || !isKnown)) {
      this.#tell(null, this.#advance(found.at === 0 ? asked : found));
      return false;
    }
    const text = found.seq < asked.seq
      ? `it ends at entry ${newest}, but entry ${asked.seq} was read`
      : `entry ${found.seq} is not the one that was read`;
    this.#tell({ kind: "changed", room, text }, this.#advance(found));
    return true;
  }

  #forgetOthers(): void {
    for (const room of [...this.joined.keys()]) {
      if (!this.#announced.has(room)) this.#forget(room);
    }
    for (const room of [...this.#positions.keys()]) {
      if (this.#announced.has(room)) continue;
      this.#positions.delete(room);
      this.#tell(null, { kind: "left", room });
    }
  }
}
