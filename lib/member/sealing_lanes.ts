import { equalBytes } from "../bytes.ts";
import type { JoinedRoomInfo } from "../room/conversation.ts";
import type { Slot } from "./outbox_slot.ts";
import type { Sealing } from "./sealing.ts";

/** What of one room has to be sealed. */
interface Lane {
  /** What is not sealed, by number. */
  readonly waiting: Slot[];
  /** What was sealed and is not answered. */
  readonly sealed: Set<Slot>;
  /** Whether it could not be sealed, until the sealing says otherwise. */
  stalled: boolean;
  /** A group that the server does not take for this room any more. */
  outrun: Uint8Array | null;
}

/**
 * The order in which messages of ours are sealed and sent, each room by itself: none
 * is sealed before those that were said before it, and none is sent for another
 * group than one before it that is not answered, or a refusal would change their
 * order.
 */
export class SealingLanes {
  readonly #sealing: Pick<Sealing, "isReady">;
  readonly #rooms: ReadonlyMap<number, Pick<JoinedRoomInfo, "group">>;
  readonly #lanes = new Map<number, Lane>();

  /** @param rooms The rooms we belong to, kept up to date. */
  constructor(
    sealing: Pick<Sealing, "isReady">,
    rooms: ReadonlyMap<number, Pick<JoinedRoomInfo, "group">>,
  ) {
    this.#sealing = sealing;
    this.#rooms = rooms;
  }

  /** A message has to go through here, sealed before or not. */
  add(slot: Slot): void {
    const lane = this.#lane(slot);
    if (slot.sealed !== null) lane.sealed.add(slot);
    else insert(lane.waiting, slot);
  }

  /** A message is answered, or given up. */
  remove(slot: Slot): void {
    const { room } = slot.message;
    const lane = this.#lanes.get(room);
    if (lane === undefined) return;
    lane.sealed.delete(slot);
    const at = lane.waiting.indexOf(slot);
    if (at >= 0) lane.waiting.splice(at, 1);
    const isEmpty = lane.sealed.size === 0 && lane.waiting.length === 0;
    if (isEmpty) this.#lanes.delete(room);
  }

  /** What waits in the room of a message to be sealed, in order. */
  waiting({ message: { room } }: Slot): readonly Slot[] {
    return [...this.#lanes.get(room)?.waiting ?? []];
  }

  /** Whether a message may be sealed now. */
  isNext(slot: Slot): boolean {
    const { room } = slot.message;
    const lane = this.#lane(slot);
    if (lane.waiting[0] !== slot || lane.stalled) return false;
    const group = this.#rooms.get(room)?.group ?? null;
    if (group !== null && isSame(lane.outrun, group)) return false;
    for (const { sealed } of lane.sealed) {
      if (!isSame(sealed?.group, group)) return false;
    }
    return this.#sealing.isReady(room);
  }

  /**
   * A message was sealed.
   *
   * @returns Whether that is of use: not for a group that the server refused, nor
   * when something before it has to be sealed again by now.
   */
  took(slot: Slot): boolean {
    const lane = this.#lane(slot);
    if (lane.waiting[0] !== slot) return false;
    if (isSame(lane.outrun, slot.sealed?.group)) {
      lane.stalled = true;
      return false;
    }
    lane.waiting.splice(lane.waiting.indexOf(slot), 1);
    lane.sealed.add(slot);
    return true;
  }

  /** Whether a sealed message may be sent: none before it is for another group. */
  mayGo(slot: Slot): boolean {
    for (const { message, sealed } of this.#lane(slot).sealed) {
      if (message.number >= slot.message.number) continue;
      if (!isSame(sealed?.group, slot.sealed?.group)) return false;
    }
    return true;
  }

  /** What is in doubt in the room of a message. */
  doubted({ message: { room } }: Slot): readonly Slot[] {
    const sealed = [...this.#lanes.get(room)?.sealed ?? []];
    return sealed.filter(({ doubt }) => doubt !== null);
  }

  /** Whether nothing that was sealed behind a message may be stored. */
  isLast(slot: Slot): boolean {
    return [...this.#lane(slot).sealed].every(({ doubt, message, sealed }) =>
      doubt !== null || message.number < slot.message.number ||
      !isSame(sealed?.group, slot.sealed?.group) // it waits for this one
    );
  }

  /** Another connection: what is in doubt is asked for again. */
  forgetDoubts(): void {
    for (const { sealed } of this.#lanes.values()) {
      for (const slot of sealed) slot.doubt = null;
    }
  }

  /** Whether the room of a sealed message has another group by now. */
  isOver({ message: { room }, sealed }: Slot): boolean {
    const group = this.#rooms.get(room)?.group ?? null;
    return group !== null && !isSame(sealed?.group, group);
  }

  /**
   * The server refused a message because of its group.
   *
   * @returns Those that have to be sealed again: it, and those behind it that are
   * not under way.
   */
  outran(slot: Slot): readonly Slot[] {
    const lane = this.#lane(slot);
    lane.outrun = slot.sealed?.group ?? null;
    const again = [...lane.sealed].filter((each) =>
      each === slot ||
      (!each.inFlight && each.message.number > slot.message.number)
    );
    for (const each of again) {
      lane.sealed.delete(each);
      insert(lane.waiting, each);
    }
    return again;
  }

  /** Nothing of a room can be sealed for now. */
  stall(slot: Slot): void {
    this.#lane(slot).stalled = true;
  }

  /** Something of a room may be sealed again. */
  resume(room: number): void {
    const lane = this.#lanes.get(room);
    if (lane !== undefined) lane.stalled = false;
  }

  /** What could not be sealed is tried again. */
  resumeAll(): void {
    for (const lane of this.#lanes.values()) lane.stalled = false;
  }

  /** Another connection: what the server refused there, it may take here. */
  forgetRefusals(): void {
    for (const lane of this.#lanes.values()) lane.outrun = null;
  }

  #lane({ message: { room } }: Slot): Lane {
    const known = this.#lanes.get(room);
    if (known !== undefined) return known;
    const lane: Lane = {
      ...{ waiting: [], sealed: new Set(), stalled: false, outrun: null },
    };
    this.#lanes.set(room, lane);
    return lane;
  }
}

function insert(waiting: Slot[], slot: Slot): void {
  const { number } = slot.message;
  const at = waiting.findLastIndex(({ message }) => message.number < number);
  waiting.splice(at + 1, 0, slot);
}

function isSame(
  a: Uint8Array | null = null,
  b: Uint8Array | null = null,
): boolean {
  return a !== null && b !== null && equalBytes(a, b);
}
