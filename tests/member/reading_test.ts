import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { settle } from "../support/virtual_clock.ts";
import { room, said, Stage } from "./stage.ts";

/** What was shown of the lobby. */
function seqs(stage: Stage): number[] {
  return stage.all("said").map(({ seq }) => seq);
}

Deno.test("Correspondent notes how far it has read once that was iterated, not before", async () => {
  await using stage = new Stage();
  await stage.settleIn();
  stage.link.say(said(1), said(2), said(3));
  await settle();
  assertEquals(stage.state.positions(), []);
  const events = stage.member.events[Symbol.asyncIterator]();
  const texts: string[] = [];
  while (texts.length < 2) {
    const { value } = await events.next();
    if (value?.kind === "said") texts.push(value.text);
  }
  assertEquals(stage.state.positions()[0]?.seq, 1); // the second is looked at
  await stage.reconnect();
  stage.link.say(room());
  await settle();
  assertEquals(stage.link.last("follow").after, 3); // in memory, all of it
});

Deno.test("Correspondent notes nothing of an earlier log", async () => {
  await using stage = new Stage();
  await stage.settleIn();
  stage.link.say(said(1), said(2));
  await settle();
  await stage.reconnect(undefined, { log: new Uint8Array(16).fill(8) });
  stage.link.say(room());
  await settle();
  stage.listen();
  await settle();
  assertEquals(stage.state.positions(), []);
  assertEquals(seqs(stage), [1, 2]);
});

Deno.test("Correspondent brings positions to the disk now and then, and at the end", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16));
  let flushes = 0;
  state.flush = () => void (flushes += 1);
  const stage = new Stage({}, state);
  stage.listen();
  await stage.settleIn();
  assertEquals(flushes, 1); // a room without a position would begin anew
  stage.link.say(said(1), said(2));
  await settle();
  assertEquals(flushes, 1);
  await stage.clock.pass(1_000);
  assertEquals(flushes, 2);
  await stage.clock.pass(100_000);
  assertEquals(flushes, 2);
  stage.link.say(said(3));
  await settle();
  await stage.member.close();
  assertEquals(flushes, 3);
});

Deno.test("Correspondent notes what is looked at after it was closed, too", async () => {
  const stage = new Stage();
  await stage.settleIn();
  stage.link.say(said(1));
  await settle();
  await stage.member.close();
  assertEquals(stage.state.positions(), []);
  stage.listen(); // as a pipe prints what is left
  await settle();
  assertEquals(seqs(stage), [1]);
  assertEquals(stage.state.positions(), [{ room: 0, seq: 1, at: 1_001 }]);
});

Deno.test("Correspondent takes in nothing more while nobody looks at its events", async () => {
  await using stage = new Stage();
  await stage.settleIn();
  for (let seq = 1; seq <= 5_000; seq++) stage.link.say(said(seq));
  await settle();
  assert(stage.link.unread > 5_000 - 4_096);
  stage.link.finish();
  await stage.clock.pass(10_000);
  assertEquals(stage.transport.attempts, 1); // it has not read to the end
  stage.listen();
  await stage.clock.pass(10_000);
  assertEquals(stage.transport.attempts, 2);
  assertEquals(seqs(stage).length, 5_000);
});

Deno.test("Correspondent.close() ends while nobody looks at its events", async () => {
  const stage = new Stage();
  await stage.settleIn();
  for (let seq = 1; seq <= 5_000; seq++) stage.link.say(said(seq));
  await settle();
  await stage.member.close();
});

Deno.test("Correspondent brings to the disk at once what is read after its end", async () => {
  const state = new MemoryDeviceState(new Uint8Array(16));
  let flushed = 0;
  state.flush = () => void (flushed = state.positions()[0]?.seq ?? 0);
  await using stage = new Stage({}, state);
  await stage.settleIn();
  stage.link.say(said(1), { kind: "goodbye", why: "shutdown", text: "" });
  stage.link.finish();
  await settle();
  stage.listen();
  await settle();
  assertEquals(stage.ended, { error: undefined });
  assertEquals(flushed, 1);
  assertEquals(stage.clock.waiting, 0);
});
