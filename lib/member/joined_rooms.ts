import { equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import { type JoinedRoomInfo, LOBBY } from "../room/conversation.ts";
import { unexpected } from "./unexpected.ts";

/** Rooms that we may belong to; a server that names more is lying. */
export const MAX_JOINED_ROOMS = 512;

/** Rooms that are remembered as closed; then the oldest is not any more. */
const MAX_CLOSED = 65_536;

/**
 * The rooms we belong to: as the server announces them, and as they are described.
 * When a number that was of a sealed or direct room is of an open one, nothing is
 * said there before that was shown: it would go to the server in clear.
 */
export class JoinedRooms {
  readonly #describe: (info: JoinedRoomInfo) => JoinedRoomInfo;
  readonly #announced = new Map<number, JoinedRoomInfo>();
  readonly #described = new Map<number, JoinedRoomInfo>();
  /** What was returned last. */
  readonly #told = new Map<number, JoinedRoomInfo>();
  /** Numbers that nobody was shown to be of open rooms since they were of others. */
  readonly #closed = new Set<number>();

  /** @param describe What to call a sealed or direct room. */
  constructor(describe: (info: JoinedRoomInfo) => JoinedRoomInfo) {
    this.#describe = describe;
  }

  /** By number, as they are described. */
  get all(): ReadonlyMap<number, JoinedRoomInfo> {
    return this.#described;
  }

  has(room: number): boolean {
    return this.#announced.has(room);
  }

  /**
   * Whether an announcement is of another room than the one that we belong to under
   * its number: it takes the place of one that was never stored. A room of two with
   * the same group is the same, though the other has another key.
   */
  isOther({ room, type, peer, group }: MessageOfKind<"room">): boolean {
    const known = this.#announced.get(room);
    if (known === undefined || room === LOBBY) return false;
    if (known.type !== type) return true;
    const isSameGroup = isSame(known.group, group);
    if (type === "direct" && group !== null && isSameGroup) return false;
    return !isSame(known.peer, peer) || (type === "sealed" && !isSameGroup);
  }

  /**
   * Notes what the server says of a room that we belong to.
   *
   * @throws {ChatError} `CHAT_PROTOCOL` for what cannot be.
   */
  announce(message: MessageOfKind<"room">): void {
    const { room, type, name, peer, group } = message;
    const isNew = !this.#announced.has(room);
    if (isNew && this.#announced.size >= MAX_JOINED_ROOMS) {
      throw unexpected(`more than ${MAX_JOINED_ROOMS} rooms`);
    }
    if (!isPossible(message)) throw unexpected("room");
    if (type !== "open") this.#close(room);
    const info = {
      ...{ room, type, peer, group },
      name: type === "sealed" ? "" : name,
      topic: type === "open" ? message.topic : "",
    };
    this.#announced.set(room, info);
    // Until it is described, what was known of it is not wrong but for the group.
    const { name: called, topic } = this.#described.get(room) ?? info;
    this.#described.set(room, { ...info, name: called, topic });
  }

  /**
   * Describes a room anew.
   *
   * @returns What is known of it now, and whether that is new; `undefined` of a
   * room that we do not belong to.
   */
  describe(
    room: number,
  ): { readonly info: JoinedRoomInfo; readonly isNew: boolean } | undefined {
    const announced = this.#announced.get(room);
    if (announced === undefined) return undefined;
    const told = this.#told.get(room);
    const info = announced.type === "open"
      ? announced
      : this.#describe(announced);
    this.#described.set(room, info);
    this.#told.set(room, info);
    return { info, isNew: told === undefined || !areAlike(told, info) };
  }

  /** Whoever speaks knows by now what a room is. */
  shown({ room, type }: JoinedRoomInfo): void {
    const isNow = this.#announced.get(room)?.type === type;
    if (type === "open" && isNow) this.#closed.delete(room);
  }

  /**
   * Checks that something may be said in a room: of one that is not known, nobody
   * knows whether the server may read it.
   *
   * @throws {ChatError} `CHAT_NO_SUCH_ROOM`.
   */
  check(room: number): void {
    const type = this.#announced.get(room)?.type;
    if (type === undefined && room !== LOBBY) {
      throw noRoom(`${room} is no room that you belong to`);
    }
    if (type === "open" && this.#closed.has(room)) {
      throw noRoom(`${room} is another room by now`);
    }
  }

  delete(room: number): void {
    this.#announced.delete(room);
    this.#described.delete(room);
    this.#told.delete(room);
  }

  /** The numbers of rooms mean others from here on. */
  changeLog(): void {
    this.#closed.clear();
  }

  #close(room: number): void {
    this.#closed.add(room);
    if (this.#closed.size <= MAX_CLOSED) return;
    for (const oldest of this.#closed) {
      if (this.#announced.has(oldest)) continue;
      this.#closed.delete(oldest);
      return;
    }
  }
}

function noRoom(found: string): ChatError {
  return new ChatError("CHAT_NO_SUCH_ROOM", `Cannot send message: ${found}`);
}

function isPossible(
  { room, type, peer, group }: MessageOfKind<"room">,
): boolean {
  if ((type === "direct") !== (peer !== null)) return false;
  switch (type) {
    case "open":
      return group === null;
    case "direct":
      return room !== LOBBY;
    case "sealed":
      return room !== LOBBY && group !== null;
  }
}

function areAlike(a: JoinedRoomInfo, b: JoinedRoomInfo): boolean {
  return a.type === b.type && a.name === b.name && a.topic === b.topic &&
    isSame(a.peer, b.peer) && isSame(a.group, b.group);
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && equalBytes(a, b));
}
