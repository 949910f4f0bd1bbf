import { type Bytes, equalBytes } from "../bytes.ts";
import { fingerprintFromBytes } from "../identity/fingerprint.ts";
import type { RoomCell } from "./room_cell.ts";

/**
 * Finds what is kept of a room of two under the key that the other had before, as
 * the server says that this is the same room.
 */
export function findFormerPeer(cell: RoomCell): void {
  const { info: { group, peer }, around: { store } } = cell;
  if (peer === null || group === null) return;
  const former = store.groups().find((known) =>
    equalBytes(known.group, group) && known.peer !== null &&
    !equalBytes(known.peer, peer)
  );
  if (former?.peer) followPeer(cell, { from: former.peer, to: peer });
}

/**
 * The other of a room of two has another key: what was said is kept under that. Its
 * group is still read, but nothing more is said in it, as the other is not in it
 * with that key; a next one takes its place.
 */
export function followPeer(
  { number, around: { host, store }, held, next }: RoomCell,
  { from, to }: { readonly from: Bytes; readonly to: Bytes },
): void {
  const change = { peer: to.slice(), thread: to.slice(), isOutlived: true };
  store.transaction(() => {
    store.renameThread(from, to);
    for (const known of store.groups()) {
      if (known.peer === null || !equalBytes(known.peer, from)) continue;
      store.keepGroup({ ...known, ...change });
    }
  });
  for (const one of [held, next]) {
    if (one !== undefined) one.known = { ...one.known, ...change };
  }
  const [before, now] = [from, to].map(fingerprintFromBytes);
  // The server's word: it may as well be somebody else.
  const text =
    `In direct room ${number}, the server shows another key for the other person: ${now} in place of ${before}. ` +
    "What is said there from now on is for whoever has the new key: compare safety numbers";
  host.tell({ kind: "notice", text });
}
