import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { Driver, identity, kindsOf, repliesTo } from "./driver.ts";

Deno.test("step() tells who left and why, after the last session only", () => {
  const driver = new Driver();
  const one = driver.join(1, "alice");
  const two = driver.join(1, null);
  const closeOne = { kind: "close", session: one, why: "quit" } as const;
  assertEquals(driver.apply(closeOne), []);
  const effects = driver.apply({ kind: "close", session: two, why: "cut" });
  assertEquals(effects, [{
    kind: "append",
    entry: {
      kind: "left",
      room: 7,
      seq: 2,
      at: 1_000,
      name: "alice",
      fingerprint: identity(1).fingerprint,
      why: "cut",
    },
  }]);
  assertEquals(driver.room.members.size, 0);
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
  const kick = { kind: "kick", session, id: 1, name: "alice" } as const;
  assertEquals(driver.apply(kick), []);
  assertEquals(driver.room.seq, 2);
});

Deno.test("step() lets the operator kick every session of a member", () => {
  const driver = new Driver();
  const operator = driver.open(9, { console: true });
  driver.enter(operator, "operator");
  const one = driver.join(1, "Alice");
  const two = driver.join(1, null);
  const entering = driver.open(1);
  const effects = driver.apply({
    kind: "kick",
    session: operator,
    id: 5,
    name: "alice",
  });
  assertEquals(kindsOf(effects), [
    "end kicked",
    "end kicked",
    "append left",
    "end kicked",
    "reply ack",
  ]);
  const ended = effects.flatMap((e) => e.kind === "end" ? [e.session] : []);
  assertEquals(ended, [one, two, entering]);
  assertEquals(repliesTo(operator, effects), [
    { kind: "ack", id: 5, seq: 3, at: 1_000 },
  ]);
  const left = effects[2];
  assert(left?.kind === "append" && left.entry.kind === "left");
  assertEquals(left.entry.why, "kicked");
});

Deno.test("step() refuses to kick whoever is not there, or the operator", () => {
  const driver = new Driver();
  const session = driver.open(9, { console: true });
  driver.enter(session, "operator");
  for (const name of ["alice", "!", "operator"]) {
    const effects = driver.apply({ kind: "kick", session, id: 5, name });
    const [refused] = repliesTo(session, effects);
    assert(effects.length === 1 && refused?.kind === "refused");
    assertEquals([refused.id, refused.code], [5, "CHAT_NO_SUCH_MEMBER"]);
  }
});

Deno.test("step() does not let the operator kick a session of its own", () => {
  const driver = new Driver();
  const one = driver.open(9, { console: true });
  driver.enter(one, "operator");
  const two = driver.open(9, { console: true });
  const kick = { kind: "kick", session: two, id: 5, name: "operator" } as const;
  assertEquals(kindsOf(driver.apply(kick)), ["reply refused"]);
});

Deno.test("step() lets nobody kick but the operator", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  const session = driver.join(2, "bob");
  assertThrows(
    () => driver.apply({ kind: "kick", session, id: 5, name: "alice" }),
    Error,
    "not the operator",
  );
});

Deno.test("step() expels an identity, in the room or not", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  driver.open(1);
  driver.join(2, "bob");
  const { fingerprint } = identity(1);
  const effects = driver.apply({ kind: "expel", fingerprint });
  assertEquals(kindsOf(effects), ["end removed", "append left", "end removed"]);
  const left = effects[1];
  assert(left?.kind === "append" && left.entry.kind === "left");
  assertEquals(left.entry.why, "removed");
  assertEquals(driver.apply({ kind: "expel", fingerprint }), []);
  assertEquals(driver.room.members.size, 1);
});

Deno.test("step() ends everybody when the server stops, without entries", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  driver.join(2, "bob");
  driver.open(3);
  const effects = driver.apply({ kind: "shutdown" });
  assertEquals(kindsOf(effects), Array(3).fill("end shutdown"));
  assertEquals([driver.room.members.size, driver.room.seq], [0, 2]);
  assertEquals(driver.apply({ kind: "shutdown" }), []);
});
