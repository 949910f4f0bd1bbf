import type { Entry, LeaveReason, Verb } from "../../lib/protocol/entry.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { Transcript } from "../../lib/ui/transcript.ts";
import { assertEquals } from "../support/assert.ts";
import { fingerprint, member, NOON, said } from "../support/people.ts";

const [alice, bob] = [member("alice", "x7Kp"), member("bob", "Qm2d")];
const at = { ...bob, room: 0, seq: 1, at: NOON };

function show(entry: Entry, place?: string): string[] {
  const transcript = new Transcript({
    self: alice,
    now: NOON,
    timeZone: "UTC",
  });
  const label = (): string => "#lobby";
  const labels = place === undefined
    ? { label }
    : { label, place: { label: [{ text: place }] } };
  return transcript.show(entry, labels).map(({ spans }) => toPlain(spans));
}

Deno.test("entryLines() names the room where it must be told from others", () => {
  assertEquals(show(said(bob, "hi"), "#dev"), ["12:03 #dev bob·Qm2d: hi"]);
  assertEquals(show({ ...at, kind: "did", text: "waves" }, "@bob"), [
    "12:03 * @bob bob·Qm2d waves",
  ]);
  assertEquals(show({ ...at, kind: "joined" }, "#dev"), [
    "12:03 → #dev bob·Qm2d joined",
  ]);
});

Deno.test("entryLines() says of who is away from a sealed room that it is offline", () => {
  const left = (why: LeaveReason, sealed: boolean): string => {
    const context = { self: alice, now: NOON, timeZone: "UTC" };
    const place = { label: [], sealed };
    const [line] = new Transcript(context).show(
      { ...at, kind: "left", why },
      { label: () => "&plans", place },
    );
    return toPlain(line?.spans ?? []);
  };
  assertEquals(left("quit", true), "12:03 ← bob·Qm2d is offline");
  assertEquals(left("quit", false), "12:03 ← bob·Qm2d left");
  assertEquals(left("banned", true), "12:03 ← bob·Qm2d was banned");
});

Deno.test("entryLines() tells of a topic, safely", () => {
  assertEquals(show({ ...at, kind: "titled", text: "a\x1b[2Jb\nc" }), [
    "12:03 -- bob·Qm2d set the topic: ab c",
  ]);
  assertEquals(show({ ...at, kind: "titled", text: "" }), [
    "12:03 -- bob·Qm2d removed the topic",
  ]);
});

Deno.test("entryLines() shows the old and the new key of who has another", () => {
  assertEquals(show({ ...at, kind: "renewed", next: fingerprint("new") }), [
    "12:03 -- bob·Qm2d has a new key, signed with the old one:",
    `      old SHA256:${"Qm2d".padEnd(43, "A")}`,
    `      new SHA256:${"new".padEnd(43, "A")}`,
  ]);
});

Deno.test("entryLines() tells what was done to whom, and for how long", () => {
  const told = (
    verb: Verb,
    { subject = "eve", target = fingerprint("E"), until = null }: Partial<
      Entry & { kind: "moderated" }
    > = {},
  ): string => (
    show({ ...at, kind: "moderated", verb, subject, target, until }).join("|")
  );
  const head = "12:03 -- bob·Qm2d";
  assertEquals(told("op"), `${head} made eve·EAAA an operator`);
  assertEquals(told("deop"), `${head} made eve·EAAA an operator no more`);
  assertEquals(told("unmute"), `${head} let eve·EAAA speak again`);
  assertEquals(told("kick"), `${head} showed eve·EAAA out`);
  assertEquals(told("unban"), `${head} let eve·EAAA come back`);
  assertEquals(
    told("mute", { subject: "e\x1b[2Jve", until: NOON + 600_000 }),
    `${head} muted eve·EAAA until 12:13`,
  );
  assertEquals(
    told("ban", { subject: "", target: null, until: NOON + 86_400_000 }),
    `${head} banned an address until 2026-03-04 12:03`,
  );
  assertEquals(
    told("mute", { target: alice.fingerprint }),
    `${head} muted you`,
  );
});

Deno.test("entryLines() shows nothing of what the status tells", () => {
  assertEquals(show({ ...at, kind: "typing" }), []);
  assertEquals(show({ ...at, kind: "marks", delivered: 1, read: 1 }), []);
});
