import type {
  GroupChange,
  GroupRecord,
} from "../../../lib/room/group_record.ts";
import type { History, NewEntry, NewRoom } from "../../../lib/room/history.ts";
import { entry } from "./histories.ts";

/** The number of the group that `which` stands for, 32 bytes. */
export function groupId(which: number): Uint8Array {
  return new Uint8Array(32).fill(which);
}

/** What a group is introduced by when it is founded. */
export const INTRODUCTION = {
  title: Uint8Array.of(1, 1),
  info: Uint8Array.of(2, 2, 2),
  hello: Uint8Array.of(3),
};

/** A sealed room of the group that `which` stands for. */
export function sealedRoom(which: number): NewRoom {
  const id = groupId(which);
  const group = { ...INTRODUCTION, hello: new Uint8Array(), id };
  return { name: "", form: `&${id.toHex()}`, kind: "sealed", group };
}

/** A direct room, without a group. */
export const DIRECT_ROOM: NewRoom = { name: "", form: "@1+2", kind: "direct" };

/** An entry that gives a direct room a group. */
export function founding(room: number, seq: number, which: number): NewEntry {
  const id = groupId(which);
  return entry(seq, { room, group: { kind: "founded", ...INTRODUCTION, id } });
}

/** An entry with the commit number `turn`, and the GroupInfo after it. */
export function commit(
  room: number,
  seq: number,
  turn: number,
  info: Uint8Array = Uint8Array.of(turn),
): NewEntry {
  const group: GroupChange = { kind: "committed", turn, info };
  return entry(seq, { room, group });
}

/** The group that a room has been founded with, after so many commits. */
export function expected(
  which: number,
  more: Partial<GroupRecord> = {},
): GroupRecord {
  return { id: groupId(which), turn: 0, ...INTRODUCTION, ...more };
}

/** All groups of all rooms. */
export function groups(history: History): unknown {
  return [...history.rooms()].map(({ number }) => history.group(number));
}
