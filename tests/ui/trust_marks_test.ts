import { authorSpans, shownName } from "../../lib/ui/author_spans.ts";
import { identityLines } from "../../lib/ui/listing.ts";
import { Marks } from "../../lib/ui/marks.ts";
import { Scene } from "../../lib/ui/scene.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { Transcript } from "../../lib/ui/transcript.ts";
import type { Trust, Verification } from "../../lib/ui/verification.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { MEMBER } from "../support/fake_sealed_rooms.ts";
import { member, NOON, said } from "../support/people.ts";
import { sealedRoom } from "../support/rooms.ts";

const [alice, bob] = [member("alice", "x7Kp"), member("bob", "Qm2d")];

function shown(trust: Trust): string {
  return toPlain(authorSpans(bob, new Marks(() => trust)));
}

Deno.test("authorSpans() has a sign of its own for who is verified, and an alarm for another key", () => {
  assertEquals(shown("unverified"), "bob·Qm2d");
  assertEquals(shown("verified"), "bob·Qm2d✓");
  assertEquals(shown("changed"), "bob·Qm2d[OTHER KEY]");
  const spans = authorSpans(bob, new Marks(() => "changed"));
  assertEquals(spans.at(-1)?.alarm, true);
});

Deno.test("shownName() shows no sign that a name brings along", () => {
  for (const sign of ["✓", "✔", "☑", "✅", "🗸", "·", " ", "\u{a0}"]) {
    assertEquals(shownName({ ...bob, name: `bob${sign}x` }), "bob.x", sign);
  }
});

Deno.test("Transcript shows trust wherever names are, but not of ourselves", () => {
  const transcript = new Transcript({
    self: alice,
    now: NOON,
    timeZone: "UTC",
    judge: () => "verified",
  });
  const lines = [
    ...transcript.show(said(bob, "hi")),
    ...transcript.show(said(alice, "hi")),
    ...identityLines(
      { ...bob, publicKey: new Uint8Array(32), address: null },
      transcript,
    ),
  ].map(({ spans }) => toPlain(spans));
  assertEquals(lines[0], "12:03 bob·Qm2d✓: hi");
  assertEquals(lines[1], "12:03 alice·x7Kp: hi");
  assert(lines[2]?.startsWith("   -- bob·Qm2d✓, member"));
  assertEquals(lines[4], "      verified");
});

Deno.test("Scene.show() says what to do when nothing is sealed for another key", () => {
  const conversation = new FakeConversation();
  conversation.rooms.set(1, sealedRoom(1, "plans"));
  conversation.sealed.statuses.set(1, { ...MEMBER, changed: [bob] });
  const verification = { judge: () => "changed" } as unknown as Verification;
  const scene = new Scene(conversation, { verification }, { now: () => NOON });
  const message = {
    number: 4,
    kind: "say",
    room: 1,
    text: "hi",
    at: NOON,
    state: "failed",
    why: "Cannot send message: bob has another key",
  } as const;
  const lines = scene.show({ kind: "outgoing", message })
    .map(({ spans }) => toPlain(spans));
  assertEquals(lines.length, 5);
  assert(lines[3]?.includes("The key under the name bob is not the one"));
  assert(lines[4]?.includes("/verify bob forget"), lines[4]);
});
