import { assert, assertEquals } from "../support/assert.ts";
import { Driver, identity, kindsOf, ownerOf } from "./driver.ts";

Deno.test("step() tells who left and why, after the last session only", () => {
  const driver = new Driver();
  const one = driver.join(1, "alice");
  const two = driver.join(1, null);
  const closeOne = { kind: "close", session: one, why: "quit" } as const;
  assertEquals(driver.apply(closeOne), []);
  const effects = driver.apply({ kind: "close", session: two, why: "cut" });
  const { fingerprint } = identity(1);
  const author = { at: 1_000, name: "alice", fingerprint };
  assertEquals(effects[0], {
    kind: "pass",
    room: driver.lobby,
    entry: { kind: "left", ...author, why: "cut" },
  });
  assertEquals(kindsOf(effects), ["pass left"]);
  assertEquals(driver.house.people.size, 0);
});

Deno.test("step() says nothing of a session that never entered", () => {
  const driver = new Driver();
  const session = driver.open(1);
  assertEquals(driver.apply({ kind: "close", session, why: "quit" }), []);
});

Deno.test("step() ignores a session that is over", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  driver.apply({ kind: "close", session, why: "quit" });
  assertEquals(driver.apply({ kind: "close", session, why: "cut" }), []);
  assertEquals(driver.say(session, "hello"), []);
  assertEquals(driver.enter(session, "alice"), []);
});

Deno.test("step() expels an identity, in the room or not", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  driver.open(1);
  driver.join(2, "bob");
  const { fingerprint } = identity(1);
  const effects = driver.apply({ kind: "expel", fingerprint });
  assertEquals(kindsOf(effects), ["end removed", "pass left", "end removed"]);
  const left = effects.find(({ kind }) => kind === "pass");
  assert(left?.kind === "pass" && left.entry.kind === "left");
  assertEquals(left.entry.why, "removed");
  assertEquals(driver.apply({ kind: "expel", fingerprint }), []);
  assertEquals(driver.house.people.size, 1);
});

Deno.test("step() ends everybody when the server stops, without entries", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  driver.join(2, "bob");
  driver.open(3);
  const effects = driver.apply({ kind: "shutdown", restart: false });
  assertEquals(kindsOf(effects), Array(3).fill("end shutdown"));
  assertEquals(driver.house.people.size, 0);
  assertEquals(driver.apply({ kind: "shutdown", restart: false }), []);
});

Deno.test("step() tells who is ended for a restart that the server will be back", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  const effects = driver.apply({ kind: "shutdown", restart: true });
  assertEquals(kindsOf(effects), ["end restart"]);
});

Deno.test("step() forgets the rooms of who has been gone too long, but not those of two", () => {
  const driver = new Driver({ absentNames: 1 });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  driver.ask(alice, { kind: "join", name: "dev" });
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.close(alice);
  assertEquals(driver.house.belongings.get(ownerOf(1))?.size, 3);
  const effects = driver.close(bob);
  assertEquals(
    effects.flatMap((e) => e.kind === "save" ? [e.change.kind] : []),
    ["name", "forget name", "forget member", "forget member"],
  );
  const left = [...driver.house.belongings.get(ownerOf(1)) ?? []];
  assertEquals(left.map(({ type }) => type), ["direct"]);
});
