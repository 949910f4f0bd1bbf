import { assert, assertEquals } from "../support/assert.ts";
import { Driver, identity, kindsOf, repliesTo } from "./driver.ts";

Deno.test("step() lets in whoever has a name, then tells everybody", () => {
  const driver = new Driver();
  driver.lobby.seq = 41;
  const { fingerprint } = identity(1);
  const session = driver.open(1);
  const author = { name: "Alice", fingerprint };
  const member = {
    room: 0,
    owner: fingerprint,
    since: 41,
    delivered: 0,
    read: 0,
  };
  assertEquals(driver.enter(session, " Alice "), [
    {
      kind: "reply",
      session,
      message: {
        kind: "entered",
        name: "Alice",
        standing: "member",
        serverName: "home",
        motd: "Be kind",
        present: 1,
        log: Uint8Array.from(driver.history.logId),
        number: 0,
      },
    },
    {
      kind: "reply",
      session,
      message: {
        kind: "room",
        room: 0,
        type: "open",
        name: "lobby",
        topic: "",
        seq: 41,
        peer: null,
        group: null,
      },
    },
    {
      kind: "save",
      change: {
        kind: "name",
        name: {
          owner: fingerprint,
          shown: "Alice",
          form: "alice",
          seen: 1_000,
        },
      },
    },
    { kind: "save", change: { kind: "member", member } },
    {
      kind: "pass",
      room: driver.lobby,
      entry: { kind: "joined", at: 1_000, ...author },
    },
  ]);
});

Deno.test("step() lets a second session in under the same name, quietly", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  const session = driver.open(1);
  const effects = driver.enter(session, "other");
  assertEquals(kindsOf(effects), ["reply entered", "reply room"]);
  const [entered] = repliesTo(session, effects);
  assert(entered?.kind === "entered");
  assertEquals([entered.name, entered.present], ["alice", 1]);
});

Deno.test("step() asks again for a name until it may be had", () => {
  const driver = new Driver();
  driver.join(1, "alice");
  const session = driver.open(2);
  for (const name of [null, "ALICE", "a1ice", "!", "server"]) {
    assertEquals(kindsOf(driver.enter(session, name)), ["reply name_wanted"]);
  }
  assertEquals(kindsOf(driver.enter(session, "bob")).at(-1), "pass joined");
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
  assertEquals(kindsOf(driver.enter(other, "alice")).at(-1), "pass joined");
});

Deno.test("step() lets the operator have a name of the server", () => {
  const driver = new Driver();
  const session = driver.open(1, { console: true });
  const effects = driver.enter(session, "operator");
  assertEquals(kindsOf(effects).at(-1), "pass joined");
});

Deno.test("step() ends a session beyond those of one identity", () => {
  const driver = new Driver({ sessionsPerIdentity: 2 });
  driver.join(1, "alice");
  driver.join(1, null);
  const session = driver.open(1);
  assertEquals(kindsOf(driver.enter(session, null)), ["end full"]);
  assertEquals(driver.house.people.size, 1);
});

Deno.test("step() ends a session when the room is full", () => {
  const driver = new Driver({ members: 1 });
  const first = driver.join(1, "alice");
  const session = driver.open(2);
  assertEquals(kindsOf(driver.enter(session, "bob")), ["end full"]);
  driver.join(1, null); // not a member more
  driver.apply({ kind: "close", session: first, why: "quit" });
  assertEquals(driver.house.people.size, 1);
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
  assertEquals(kindsOf(driver.enter(fourth, "alice")).at(-1), "pass joined");
  const fifth = driver.open(1);
  assertEquals(kindsOf(driver.enter(fifth, null)), ["end flooding"]);
});

Deno.test("step() counts every name that is tried, over all sessions", () => {
  const driver = new Driver({ messageBurst: 3, messagesPerSecond: 1 });
  const one = driver.open(1);
  driver.enter(one, "!");
  driver.enter(one, null);
  const two = driver.open(1);
  driver.enter(two, "!");
  assertEquals(kindsOf(driver.enter(two, "alice")), ["end flooding"]);
  driver.at += 1_000;
  driver.join(1, "alice");
  assertEquals(driver.house.people.size, 1);
  const again = driver.open(1);
  assertEquals(kindsOf(driver.enter(again, null)), ["end flooding"]);
});

Deno.test("step() remembers as many that were not let in as names", () => {
  const driver = new Driver({ messageBurst: 1, absentNames: 2 });
  for (const n of [1, 2, 3]) driver.enter(driver.open(n), "!");
  assertEquals(kindsOf(driver.enter(driver.open(3), "c")), ["end flooding"]);
  assertEquals(kindsOf(driver.enter(driver.open(2), "b")), ["end flooding"]);
  assertEquals(
    kindsOf(driver.enter(driver.open(1), "a")).at(-1),
    "pass joined",
  );
});

Deno.test("step() takes nobody who was let in for one that was not", () => {
  const driver = new Driver({ messageBurst: 1, absentNames: 2 });
  driver.enter(driver.open(2), "!");
  driver.join(1, "alice");
  driver.enter(driver.open(3), "!");
  assertEquals(kindsOf(driver.enter(driver.open(2), "b")), ["end flooding"]);
});

Deno.test("step() lets nobody in while others come and go too fast, but the operator", () => {
  const driver = new Driver({ roomMessageBurst: 4, roomMessagesPerSecond: 1 });
  const first = driver.join(1, "alice");
  driver.join(2, "bob");
  assertEquals(kindsOf(driver.enter(driver.open(3), "carol")), ["end full"]);
  const again = driver.open(1); // no entry, so nothing of the room's
  assertEquals(kindsOf(driver.enter(again, null)), [
    "reply entered",
    "reply room",
  ]);
  driver.apply({ kind: "close", session: first, why: "quit" });
  const operator = driver.open(4, { console: true });
  assertEquals(
    kindsOf(driver.enter(operator, "operator")).at(-1),
    "pass joined",
  );
  driver.at += 2_000;
  assertEquals(
    kindsOf(driver.enter(driver.open(3), "carol")).at(-1),
    "pass joined",
  );
});

Deno.test("step() forgets an identity that came too often like any other", () => {
  const driver = new Driver({ messageBurst: 1, absentNames: 1 });
  const session = driver.join(1, "alice");
  driver.apply({ kind: "close", session, why: "quit" });
  driver.join(1, "alice"); // ended: no budget
  const bob = driver.join(2, "bob");
  driver.apply({ kind: "close", session: bob, why: "quit" });
  const other = driver.open(3);
  assertEquals(kindsOf(driver.enter(other, "alice")).at(-1), "pass joined");
});

Deno.test("step() ends a session that enters twice", () => {
  const driver = new Driver();
  const session = driver.join(1, "alice");
  const effects = driver.enter(session, "alice");
  assertEquals(kindsOf(effects), ["end protocol_error", "pass left"]);
});
