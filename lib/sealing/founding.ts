import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { fingerprintFromBytes } from "../identity/fingerprint.ts";
import { hashOfKey, sealHello } from "../sealed/hello.ts";
import { generateRoomSecret, roomKeysOf } from "../sealed/room_secret.ts";
import { openPublishedKey } from "../sealed/sealing_key.ts";
import { GroupSession } from "./group_session.ts";
import { askHead, askKey, found, type Head } from "./requests.ts";
import type { HeldGroup, RoomCell } from "./room_cell.ts";
import type { KnownGroup } from "./sealed_store.ts";
import { checkTrust } from "./standing.ts";
import type { Attachment } from "./surroundings.ts";

/**
 * Founds a group for a direct room and has the server give its secret, sealed, to
 * the other. It is in force once the log says so.
 *
 * @param replaces The group that the room has as far as we know; `null` for none.
 * @throws {ChatError} `CHAT_SEAL_OUTRUN` when the room has another group by now;
 * `CHAT_SEAL_NO_KEYS` when the other cannot be given any; `CHAT_SEAL_REFUSED` when
 * the server shows a key that is not its.
 */
export async function foundDirect(
  cell: RoomCell,
  replaces: Bytes | null,
  { wire }: Attachment,
): Promise<void> {
  const { around, info: { name }, number: room } = cell;
  const peer = peerOf(cell);
  checkTrust(cell);
  const published = await askKey(wire, fingerprintFromBytes(peer));
  if (published.length === 0) {
    throw new ChatError(
      "CHAT_SEAL_NO_KEYS",
      `${name} has not been here yet with a program that can read sealed messages: what you say waits`,
    );
  }
  const to = await openPublishedKey(published, peer);
  if (cell.next?.known.isOutlived) cell.next = undefined; // for another key
  const next = cell.next ??= await newGroup(cell, peer);
  const { known, session } = next;
  if (session === undefined) throw new TypeError("A founder has a session");
  const { group, secret } = known;
  const { identity } = around;
  const hello = await sealHello({ secret, group, to, identity });
  next.known = { ...known, helloTo: await hashOfKey(published) };
  around.store.keepGroup(next.known);
  const { groupInfo: info } = await session.room.head();
  await found(wire, { room, group, replaces, info, hello });
}

async function newGroup(cell: RoomCell, peer: Bytes): Promise<HeldGroup> {
  const { around } = cell;
  const rekeyedAt = around.host.clock.now();
  const begun = { thread: peer, peer, name: "", rekeyedAt };
  const group = await groupOf(generateRoomSecret(), begun);
  const known: KnownGroup = { ...group, mayGo: "unborn" };
  around.store.keepGroup(known);
  const session = await GroupSession.create(known, around.name(), around);
  return { known, session };
}

/** A group that follows from a secret. */
export async function groupOf(
  secret: Bytes,
  { thread, peer, name, rekeyedAt }: {
    readonly thread?: Bytes;
    readonly peer: Bytes | null;
    readonly name: string;
    readonly rekeyedAt: number;
  },
): Promise<KnownGroup> {
  const { roomId: group } = await roomKeysOf(secret);
  return {
    ...{ group, secret: secret.slice(), thread: thread ?? group },
    ...{ peer, name, topic: "", rekeyedAt },
  };
}

/**
 * Takes the secret of the group that a direct room has, as the other gives it.
 *
 * @throws {ChatError} `CHAT_SEAL_NO_KEYS` or `CHAT_SEAL_REFUSED` when it is not
 * for this device; `CHAT_NO_SUCH_ROOM` when there is no group;
 * `CHAT_SEAL_OUT_OF_STEP` when the log says that it is another one.
 */
export async function takeHello(
  cell: RoomCell,
  { wire, signal }: Attachment,
): Promise<void> {
  const peer = peerOf(cell);
  const head = await askHead(wire, cell.number);
  await cell.progress.reached(head.seq, signal); // those before are others'
  if (cell.held !== undefined) return;
  if (isOver(cell, head)) {
    throw new ChatError(
      "CHAT_SEAL_OUT_OF_STEP",
      "Cannot take keys of sealed room: the log is about another group",
    );
  }
  const { keys, store } = cell.around;
  const { group } = head;
  if (cell.isRetired(group)) {
    throw new ChatError(
      "CHAT_SEAL_REFUSED",
      "Cannot take keys of sealed room: they were replaced by others",
    );
  }
  const secret = await keys.open(head.hello, group, peer);
  const known = await groupOf(secret, {
    ...{ thread: peer, peer, name: "", rekeyedAt: 0 },
  });
  const isOther = store.groups().some((one) =>
    equalBytes(one.group, known.group) && !equalBytes(one.thread, peer)
  );
  if (isOther) {
    throw new ChatError(
      "CHAT_SEAL_REFUSED",
      "Cannot take keys of sealed room: they are those of another room",
    );
  }
  store.keepGroup(known);
  cell.group = known.group;
  cell.held = { known, session: undefined };
}

/** Whether the log has gone on to another group since. */
function isOver({ group }: RoomCell, head: Head): boolean {
  return group !== null && !equalBytes(group, head.group);
}

function peerOf({ info: { peer } }: RoomCell): Bytes {
  if (peer === null) throw new TypeError("Not a direct room");
  return peer;
}
