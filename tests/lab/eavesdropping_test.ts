import { tapPlainRoom } from "../../lib/lab/eavesdropping/plain_tap.ts";
import {
  PlainClient,
  PlainRoom,
} from "../../lib/lab/eavesdropping/plain_room.ts";
import { conversation, type Line } from "../../lib/lab/eavesdropping/talk.ts";
import {
  anybodyIsAlice,
  plainIsReadable,
  sizesAlike,
} from "../../lib/lab/eavesdropping/verdicts.ts";
import { splitFrames } from "../../lib/lab/frames.ts";
import { Laboratory } from "../../lib/lab/laboratory.ts";
import { needlesOf } from "../../lib/lab/needles.ts";
import { seeded } from "../../lib/lab/random.ts";
import { chanceFindings } from "../../lib/lab/search.ts";
import { secretWords } from "../../lib/lab/secret.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { soon } from "../support/program.ts";

const script: readonly Line[] = [
  { who: "alice", text: "a" },
  { who: "bobby", text: "longer" },
];

Deno.test("tapPlainRoom() reads names and lines off the wire, and sees a forgery succeed", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const tap = await tapPlainRoom(lab, script);
  assertEquals(tap.names, ["alice", "bobby"]);
  assertEquals(tap.lines, script);
  assert(anybodyIsAlice(tap).held);
  assert(plainIsReadable(tap, script).held);
});

Deno.test("PlainRoom turns away more than sixteen", async () => {
  await using room = new PlainRoom();
  await using clients = new AsyncDisposableStack();
  for (let at = 0; at < 16; at++) {
    clients.use(await PlainClient.enter(`member${at}`, room.port));
    await room.named(at + 1);
  }
  using late = await PlainClient.enter("late", room.port);
  await assertRejects(() => late.hear(), Error);
});

Deno.test("plainIsReadable() fails when a line or a name was not read", () => {
  const names = ["alice", "bobby"];
  assert(!plainIsReadable({ names, lines: script.slice(1) }, script).held);
  assert(!plainIsReadable({ names: ["alice"], lines: script }, script).held);
  const other = [{ who: "bobby", text: "a" } as const, ...script.slice(1)];
  assert(!plainIsReadable({ names, lines: other }, script).held);
});

Deno.test("anybodyIsAlice() fails when Bobby sees who really spoke", () => {
  assert(
    !anybodyIsAlice({ forged: "mallory - the meeting is cancelled" }).held,
  );
});

Deno.test("sizesAlike() fails when two short lines make records of two sizes", () => {
  const frame = (size: number) =>
    splitFrames(encodeFrame(new Uint8Array(size)));
  assert(sizesAlike([frame(272), frame(272)], script).held);
  assert(!sizesAlike([frame(272), frame(288)], script).held);
  assert(!sizesAlike([[], []], script).held);
  assert(!sizesAlike([frame(272)], script.slice(1)).held); // tells nothing
});

Deno.test("conversation() cannot be found by chance once in 25,000 runs", () => {
  const lines = conversation(seeded(1)).map(({ text }) => text);
  const needles = secretWords([...lines, "alice", "bobby"]).flatMap(needlesOf);
  assert(chanceFindings(64 * 1024, needles) < 1 / 25_000);
});
