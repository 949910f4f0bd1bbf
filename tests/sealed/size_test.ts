import type { Bytes } from "../../lib/bytes.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import {
  MAX_COMMIT_BYTES,
  MAX_GROUP_INFO_BYTES,
  MAX_MESSAGE_BYTES,
} from "../../lib/protocol/limits.ts";
import type { RoomHead } from "../../lib/sealed/propose.ts";
import { MAX_SEALED_MEMBERS } from "../../lib/sealed/limits.ts";
import { SealedRoom } from "../../lib/sealed/sealed_room.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { founded, MemoryKeeper } from "./support.ts";

/** What a `propose` has besides commit and GroupInfo, at most. */
const AROUND_BYTES = 128;

/** A room as large as can be, seen by the one who came last. */
async function largest(): Promise<{ room: SealedRoom; keys: Bytes[] }> {
  const name = (index: number): string => `${index}`.padEnd(128, "x");
  const { founder, secret, server } = await founded(name(0));
  const keys = [founder.identity.publicKey];
  let head: RoomHead = server.head;
  let room = founder.room;
  for (let index = 1; index < MAX_SEALED_MEMBERS; index++) {
    const identity = await generateIdentity();
    const keeper = new MemoryKeeper();
    room = await SealedRoom.join(head, {
      ...{ identity, keeper, secret, name: name(index) },
    });
    keys.push(identity.publicKey);
    const { turn, groupInfo } = proposalOf(room);
    head = { turn: turn + 1, groupInfo };
  }
  await order(room);
  return { room, keys };
}

function proposalOf(room: SealedRoom): NonNullable<SealedRoom["proposal"]> {
  const { proposal } = room;
  assert(proposal !== undefined);
  const { commit, groupInfo } = proposal;
  assert(commit.length <= MAX_COMMIT_BYTES, `${commit.length}`);
  assert(groupInfo.length <= MAX_GROUP_INFO_BYTES, `${groupInfo.length}`);
  return proposal;
}

async function order(room: SealedRoom): Promise<void> {
  const { turn, commit } = proposalOf(room);
  await room.receiveCommit({ turn: turn + 1, bytes: commit });
  assertEquals(room.turn, turn + 1);
}

Deno.test("commits and GroupInfos of the largest room fit into one message", async () => {
  const { room, keys } = await largest();
  assertEquals((await room.members()).length, MAX_SEALED_MEMBERS);
  const { groupInfo } = await room.head();
  assertEquals(groupInfo.length, 46_630); // docs/sealed.md
  const sum = MAX_COMMIT_BYTES + MAX_GROUP_INFO_BYTES + AROUND_BYTES;
  assert(sum <= MAX_MESSAGE_BYTES);
  await room.propose({ kind: "rekey" });
  await order(room);
  // Every second one goes, so that no node above a leaf keeps its key.
  const others = keys.slice(0, -1);
  const members = others.filter((_, index) => index % 2 === 0);
  await room.propose({ kind: "remove", members });
  await order(room);
  await room.propose({ kind: "rekey" }); // to each of those who are left by itself
  await order(room);
  const rest = others.filter((_, index) => index % 2 === 1);
  await room.propose({ kind: "remove", members: rest });
  await order(room);
  assertEquals((await room.members()).length, 1);
});
