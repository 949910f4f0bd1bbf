import { type Bytes, equalBytes } from "../bytes.ts";
import { GroupSession, isDamage } from "./group_session.ts";
import { unreadable } from "./lines.ts";
import { findFormerPeer } from "./peer_change.ts";
import type { RoomCell } from "./room_cell.ts";
import type { RoomReader } from "./room_reader.ts";
import type { KnownGroup } from "./sealed_store.ts";

/**
 * Finds what was kept of a room, behind all that is read already.
 *
 * @throws {ChatError} What reading the store throws.
 */
export async function restoreRoom(
  cell: RoomCell,
  reader: RoomReader,
): Promise<void> {
  if (cell.held !== undefined || cell.founding !== undefined) return;
  findFormerPeer(cell);
  const { store } = cell.around;
  const { group } = cell.info;
  const isNow = (known: KnownGroup): boolean =>
    group !== null && equalBytes(known.group, group);
  const isBegun = ({ mayGo }: KnownGroup): boolean =>
    cell.isDirect && mayGo === "unborn";
  const [next, ...vain] = cell.kept.filter(isBegun)
    .toSorted((a, b) => Number(isNow(b)) - Number(isNow(a)));
  if (next !== undefined && !isNow(next)) vain.push(next);
  for (const one of vain) store.forgetGroup(one.group, { lines: false });
  // Of one that we have founded, the log says whether it has come to be.
  const begun = next !== undefined && isNow(next) ? next : undefined;
  const known = cell.kept.find((one) => !isBegun(one)) ?? begun;
  if (known !== undefined && group !== null) {
    cell.held = { known, session: await sessionOf(known, cell, reader) };
    cell.group = known.group;
    if (begun !== undefined && begun !== known) {
      const session = await sessionOf(begun, cell, reader);
      if (session !== undefined) cell.next = { known: begun, session };
    }
  }
  const { held } = cell;
  if (held?.known.isOutlived && held.session === undefined) {
    store.forgetGroup(held.known.group, { lines: false });
    cell.held = undefined;
  }
  cell.isFound = true;
}

async function sessionOf(
  known: KnownGroup,
  cell: RoomCell,
  reader: RoomReader,
): Promise<GroupSession | undefined> {
  const { around } = cell;
  try {
    const found = around.restored(known.group) ??
      await GroupSession.restore(known, around);
    if (found === undefined) return undefined;
    const { session, isPutBack } = found;
    reader.doubt(session.mark);
    if (isPutBack) reader.tell(unreadable("own_state_old"));
    return session;
  } catch (error) {
    if (!isDamage(error)) throw error;
    around.store.forgetGroup(known.group, { lines: false });
    around.store.keepGroup(known);
    reader.tell(unreadable("own_state_damaged"));
    return undefined;
  }
}

/** Whether two groups, or none, are the same. */
export function isSame(a: Bytes | null, b: Bytes | null): boolean {
  return a === b || (a !== null && b !== null && equalBytes(a, b));
}
