import type { SealedPhase } from "../../lib/room/sealed_rooms.ts";
import { keysStatus, waitsFor, waitsLong } from "../../lib/ui/sealed_phase.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { MEMBER } from "../support/fake_sealed_rooms.ts";
import { member } from "../support/people.ts";

const PHASES:
  readonly (readonly [SealedPhase, string, boolean, string, boolean])[] = [
    ["unborn", "nothing said yet", false, "", false],
    ["joining", "asking for the keys", false, "waits for keys", false],
    ["waiting", "waits for bob", false, "waits for bob", true],
    [
      "catching_up",
      "reading what was missed",
      false,
      "waits until what was missed is read",
      false,
    ],
    ["member", "", false, "", false],
    ["excluded", "you were removed", true, "you were removed", true],
    ["stale", "old keys, /resync", true, "waits for /resync", true],
    ["keyless", "no keys", true, "waits for keys", true],
  ];
for (const [phase, short, alarm, waits, long] of PHASES) {
  Deno.test(`keysStatus() and waitsFor() tell of ${phase}`, () => {
    const status = { ...MEMBER, phase };
    assertEquals(keysStatus(status, "@bob"), { short, long: short, alarm });
    const conversation = new FakeConversation();
    conversation.sealed.statuses.set(2, status);
    assertEquals(waitsFor(conversation, 2, "@bob"), waits);
    assertEquals(waitsLong(conversation, 2), long);
  });
}

Deno.test("keysStatus() says why in the words of the sealing, made safe", () => {
  const status = { ...MEMBER, phase: "keyless", why: "open\x1b[2J its link" };
  assertEquals(keysStatus({ ...status, phase: "keyless" }, "&plans"), {
    short: "no keys, see /digits",
    long: "open its link",
    alarm: true,
  });
});

Deno.test("keysStatus() tells of another key under a verified name before all else", () => {
  const changed = [member("bob", "Ev1l"), member("carol", "C4r0")];
  assertEquals(keysStatus({ ...MEMBER, changed }, "&plans"), {
    short: "another key: bob and 1 more",
    long: "another key: bob and 1 more; nothing is sent, see /verify bob",
    alarm: true,
  });
});

Deno.test("waitsFor() and waitsLong() say nothing of an open room", () => {
  const conversation = new FakeConversation();
  assertEquals(waitsFor(conversation, 0, "#lobby"), "");
  assertEquals(waitsLong(conversation, 0), false);
});
