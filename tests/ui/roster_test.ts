import { MAX_PRESENT, Roster } from "../../lib/ui/roster.ts";
import { assertEquals } from "../support/assert.ts";
import { member, NOON, said } from "../support/people.ts";

const [alice, bob] = [member("alice", "x7Kp"), member("bob", "Qm2d")];
const position = { room: 0, seq: 1, at: NOON };

Deno.test("Roster.see() follows who comes and goes", () => {
  const roster = new Roster();
  roster.see({ ...position, ...alice, kind: "joined" });
  roster.see({ ...position, ...bob, kind: "joined" });
  roster.see(said(bob, "hi"));
  assertEquals(roster.names, ["alice", "bob"]);
  roster.see({ ...position, ...alice, kind: "left", why: "quit" });
  assertEquals([roster.size, roster.names], [1, ["bob"]]);
});

Deno.test("Roster.see() counts an identity once", () => {
  const roster = new Roster();
  roster.see({ ...position, ...bob, kind: "joined" });
  roster.see({ ...position, ...bob, kind: "joined", name: "robert" });
  assertEquals(roster.names, ["robert"]);
});

Deno.test("Roster.reset() takes the server's list", () => {
  const roster = new Roster();
  roster.see({ ...position, ...bob, kind: "joined" });
  roster.reset([alice]);
  assertEquals(roster.names, ["alice"]);
});

Deno.test("Roster.see() counts no more people than it may remember", () => {
  const roster = new Roster();
  const [first, ...rest] = Array.from({ length: MAX_PRESENT }, (_, i) => {
    const fingerprint = new Uint8Array(32);
    new DataView(fingerprint.buffer).setUint32(0, i);
    return { ...alice, fingerprint, name: `n${i}` };
  });
  if (first === undefined) throw new Error("Nobody came");
  roster.reset([first, ...rest]);
  assertEquals([roster.size, roster.uncounted], [MAX_PRESENT, false]);
  roster.see({ ...position, ...first, kind: "joined", name: "again" });
  assertEquals([roster.names[0], roster.uncounted], ["again", false]);
  roster.see({ ...position, ...bob, kind: "joined" });
  assertEquals([roster.size, roster.uncounted], [MAX_PRESENT, true]);
  roster.see({ ...position, ...first, kind: "left", why: "quit" });
  assertEquals([roster.size, roster.uncounted], [MAX_PRESENT - 1, true]);
  roster.reset([first, ...rest, bob]);
  assertEquals([roster.size, roster.uncounted], [MAX_PRESENT, true]);
  roster.reset([alice]);
  assertEquals([roster.size, roster.uncounted], [1, false]);
});
