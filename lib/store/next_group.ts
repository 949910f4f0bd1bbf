import type {
  GroupChange,
  GroupRecord,
  Introduction,
} from "../room/group_record.ts";
import type { NewRoom } from "../room/history.ts";
import type { RoomKind } from "../protocol/words.ts";

/** A group in which nothing is ordered, of which nobody else has the bytes. */
export function newGroup(
  { id, title, info, hello }: Introduction & { readonly id: Uint8Array },
): GroupRecord {
  return {
    id: id.slice(),
    turn: 0,
    title: title.slice(),
    info: info.slice(),
    hello: hello.slice(),
  };
}

/**
 * The group that a room has after a change; `undefined` when the change cannot
 * be: a direct room may get any other group, a sealed one has its own for ever,
 * and turns are one after another.
 */
export function nextGroup(
  room: { readonly kind: RoomKind; readonly group: GroupRecord | null },
  change: GroupChange,
): GroupRecord | undefined {
  const { kind, group } = room;
  if (change.kind === "founded") {
    const isOther = group?.id.toHex() !== change.id.toHex();
    return kind === "direct" && isOther ? newGroup(change) : undefined;
  }
  if (group === null || change.turn !== group.turn + 1) return undefined;
  return { ...group, turn: change.turn, info: change.info.slice() };
}

/** Makes sure that a room to be has a group exactly if it is a sealed one. */
export function requireGroup({ kind, form, group }: NewRoom): void {
  if ((kind === "sealed") === (group !== undefined)) return;
  throw new Error(`Cannot create room ${form}: only sealed ones have a group`);
}
