import { utf8 } from "../../lib/bytes.ts";
import type { Bytes } from "../../lib/bytes.ts";
import {
  LATE_MESSAGES,
  PAST_EPOCHS,
  SKIPPED_MESSAGES,
} from "../../lib/sealed/limits.ts";
import { assertEquals } from "../support/assert.ts";
import { type Device, kindsOf, propose, roomOf } from "./support.ts";

Deno.test("a message opens until its epoch is more than PAST_EPOCHS ago, and says so then", async () => {
  const { server, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const intime = await alice.room.seal(utf8("in time"));
  const late = await alice.room.seal(utf8("too late"));
  for (let i = 0; i <= PAST_EPOCHS; i++) {
    if (i === PAST_EPOCHS) {
      assertEquals(kindsOf(await bob.room.receiveMessage(intime)), ["message"]);
    }
    await alice.room.propose({ kind: "rekey" });
    propose(server, alice);
    for (const device of devices) await device.catchUp(server);
  }
  assertEquals(kindsOf(await bob.room.receiveMessage(late)), ["too_old"]);
});

Deno.test("messages may come LATE_MESSAGES later than others, and skip SKIPPED_MESSAGES", async () => {
  const { devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const sealed: Bytes[] = [];
  const count = LATE_MESSAGES + SKIPPED_MESSAGES + 3;
  for (let i = 0; i < count; i++) sealed.push(await alice.room.seal(utf8("x")));
  const kind = async (at: number): Promise<string | undefined> =>
    kindsOf(await bob.room.receiveMessage(sealed[at] as Bytes))[0];
  assertEquals(await kind(SKIPPED_MESSAGES + 1), "too_far_ahead");
  assertEquals(await kind(LATE_MESSAGES + 1), "message");
  assertEquals(await kind(0), "replayed"); // one more than can be late
  assertEquals(await kind(1), "message");
  assertEquals(await kind(LATE_MESSAGES), "message");
  assertEquals(await kind(LATE_MESSAGES + 2 + SKIPPED_MESSAGES), "message");
});
