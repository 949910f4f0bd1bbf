import { assert, assertEquals } from "../support/assert.ts";
import { Driver, identity, refusalTo } from "./driver.ts";

Deno.test("step() lets who made a room give it a topic, and operators", () => {
  const driver = new Driver({}, { owners: [identity(3).fingerprint.toHex()] });
  const [alice, bob, owner] = ["alice", "bob", "carol"].map((name, n) =>
    driver.join(n + 1, name)
  ) as [number, number, number];
  driver.ask(alice, { kind: "join", name: "dev" });
  driver.ask(bob, { kind: "join", name: "dev" });
  driver.ask(owner, { kind: "join", name: "dev" });
  const title = { kind: "title", room: 1, text: "plans" } as const;
  const [append] = driver.ask(alice, title);
  assert(append?.kind === "append" && append.entry.kind === "titled");
  assertEquals([append.entry.text, append.entry.name], ["plans", "alice"]);
  assertEquals(refusalTo(bob, driver.ask(bob, title)), "CHAT_FORBIDDEN");
  assertEquals(refusalTo(owner, driver.ask(owner, title)), undefined);
});

Deno.test("step() lets no member title the lobby, and nobody a room of two", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  driver.join(2, "bob");
  driver.ask(alice, { kind: "direct", name: "bob" });
  for (const room of [0, 1]) {
    const effects = driver.ask(alice, { kind: "title", room, text: "mine" });
    assertEquals(refusalTo(alice, effects), "CHAT_FORBIDDEN");
  }
});

Deno.test("step() takes no topic with control characters", () => {
  const driver = new Driver();
  const alice = driver.join(1, "alice");
  driver.ask(alice, { kind: "join", name: "dev" });
  for (const text of ["a\nb", "\u001b[2J", "a\u009b"]) {
    const effects = driver.ask(alice, { kind: "title", room: 1, text });
    assertEquals(refusalTo(alice, effects), "CHAT_MESSAGE_INVALID");
  }
});
