import { Roster } from "../../lib/ui/roster.ts";
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
