import { assert, assertEquals } from "../support/assert.ts";
import { Driver, identity, kindsOf, repliesTo } from "./driver.ts";

Deno.test("step() lets in whoever has a name, then tells everybody", () => {
  const driver = new Driver({}, 41);
  const { fingerprint } = identity(1);
  const session = driver.open(1);
  assertEquals(driver.enter(session, " Alice "), [
    {
      kind: "reply",
      session,
      message: {
        kind: "entered",
        name: "Alice",
        serverName: "home",
        motd: "Be kind",
        room: 7,
        roomName: "lobby",
        seq: 41,
        present: 1,
      },
    },
    { kind: "admit", session },
    {
      kind: "append",
      entry: {
        kind: "joined",
        room: 7,
        seq: 42,
        at: 1_000,
        name: "Alice",
        fingerprint,
      },
    },
  ]);
});

Deno.test("step() lets a second session in under the same name, quietly", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  const session = driver.open(1);
  const effects = driver.enter(session, "other");
  assertEquals(kindsOf(effects), ["reply entered", "admit"]);
  const [entered] = repliesTo(session, effects);
  assert(entered?.kind === "entered");
  assertEquals([entered.name, entered.seq, entered.present], ["alice", 1, 1]);
});

Deno.test("step() asks again for a name until it may be had", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  const session = driver.open(2);
  for (const name of [null, "ALICE", "a1ice", "!", "server"]) {
    assertEquals(kindsOf(driver.enter(session, name)), ["reply name_wanted"]);
  }
  assertEquals(kindsOf(driver.enter(session, "bob")).length, 3);
});

Deno.test("step() ends a session that tries too many names", () => {
  const driver = new Driver({ nameAttempts: 2 });
  const session = driver.open(1);
  driver.enter(session, "!");
  driver.enter(session, "!");
  assertEquals(kindsOf(driver.enter(session, "alice")), ["end flooding"]);
  assertEquals(driver.enter(session, "alice"), []);
});

Deno.test("step() keeps a name for its owner, who may change it", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  driver.apply({ kind: "close", session, why: "quit" });
  const other = driver.open(2);
  assertEquals(kindsOf(driver.enter(other, "alice")), ["reply name_wanted"]);
  const back = driver.open(1);
  const [entered] = repliesTo(back, driver.enter(back, null));
  assert(entered?.kind === "entered");
  assertEquals(entered.name, "alice");
  driver.apply({ kind: "close", session: back, why: "quit" });
  driver.join(1, "carol");
  assertEquals(kindsOf(driver.enter(other, "alice")).length, 3);
});

Deno.test("step() lets the operator have a name of the server", () => {
  const driver = new Driver();
  const session = driver.open(1, { console: true });
  const effects = driver.enter(session, "operator");
  assertEquals(kindsOf(effects).at(-1), "append joined");
});

Deno.test("step() ends a session beyond those of one identity", () => {
  const driver = new Driver({ sessionsPerIdentity: 2 });
  driver.join(1, "alice");
  driver.join(1, null);
  const session = driver.open(1);
  assertEquals(kindsOf(driver.enter(session, null)), ["end full"]);
  assertEquals(driver.room.members.size, 1);
});

Deno.test("step() ends a session when the room is full", () => {
  const driver = new Driver({ members: 1 });
  const first = driver.join(1, "alice");
  const session = driver.open(2);
  assertEquals(kindsOf(driver.enter(session, "bob")), ["end full"]);
  driver.join(1, null); // not a member more
  driver.apply({ kind: "close", session: first, why: "quit" });
  assertEquals(driver.room.members.size, 1);
});

Deno.test("step() ends an identity that comes and goes too often", () => {
  const driver = new Driver({ messageBurst: 2, messagesPerSecond: 1 });
  for (let i = 0; i < 2; i++) {
    const session = driver.join(1, "alice");
    driver.apply({ kind: "close", session, why: "quit" });
  }
  const third = driver.open(1);
  assertEquals(kindsOf(driver.enter(third, "alice")), ["end flooding"]);
  driver.at += 1_000;
  const fourth = driver.open(1);
  assertEquals(kindsOf(driver.enter(fourth, "alice")).length, 3);
  const fifth = driver.open(1);
  assertEquals(kindsOf(driver.enter(fifth, null)), ["end flooding"]);
});

Deno.test("step() forgets an identity that came too often like any other", () => {
  const driver = new Driver({ messageBurst: 1, absentNames: 1 });
  const session = driver.join(1, "alice");
  driver.apply({ kind: "close", session, why: "quit" });
  driver.join(1, "alice"); // ended: no budget
  const bob = driver.join(2, "bob");
  driver.apply({ kind: "close", session: bob, why: "quit" });
  const other = driver.open(3);
  assertEquals(kindsOf(driver.enter(other, "alice")).length, 3);
});

Deno.test("step() ends a session that enters twice", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  const effects = driver.enter(session, "alice");
  assertEquals(kindsOf(effects), ["end protocol_error", "append left"]);
});
