import { MAX_TEXT_BYTES } from "../../lib/protocol/limits.ts";
import { CHUNK_BYTES } from "../../lib/room/chunk.ts";
import { MAX_CHUNKS } from "../../lib/room/tail_space.ts";
import { DEFAULT_ROOM_LIMITS } from "../../lib/room/room_limits.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { Driver, kindsOf, repliesTo } from "./driver.ts";

/** How long a refusal tells `session` to wait to say `text`; 0 if accepted. */
function retryMs(driver: Driver, session: number, text: string): number {
  const [reply] = repliesTo(session, driver.say(session, text, { number: 1 }));
  if (reply === undefined) return 0;
  assert(reply?.kind === "refused" && reply.code === "CHAT_RATE_LIMITED");
  return reply.retryMs;
}

Deno.test("step() refuses what all say too fast together, and says for how long", () => {
  const driver = new Driver({ roomByteBurst: 10, roomBytesPerSecond: 2 });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  assertEquals(retryMs(driver, alice, "12345678"), 0);
  assertEquals(retryMs(driver, bob, "1234"), 1_000);
  driver.at += 1_000;
  assertEquals(retryMs(driver, bob, "1234"), 0);
});

Deno.test("step() counts the entries of all, and that members leave", () => {
  const driver = new Driver({ roomMessageBurst: 6, roomMessagesPerSecond: 2 });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  assertEquals(retryMs(driver, alice, "1"), 0);
  assertEquals(retryMs(driver, bob, "2"), 0);
  assertEquals(retryMs(driver, bob, "3"), 500);
  const who = driver.ask(bob, { kind: "who", room: 0 });
  assertEquals(kindsOf(who), ["reply members"]); // adds no entry
});

Deno.test("step() blames nobody for what others say, and charges nothing for it", () => {
  const driver = new Driver({
    roomByteBurst: 3,
    roomBytesPerSecond: 1,
    byteBurst: 6,
    bytesPerSecond: 1,
    refusals: 3,
  });
  const alice = driver.join(1, "alice");
  const bob = driver.join(2, "bob");
  assertEquals(retryMs(driver, alice, "123"), 0);
  for (let i = 0; i < 9; i++) assertEquals(retryMs(driver, bob, "123"), 3_000);
  driver.at += 3_000;
  assertEquals(retryMs(driver, bob, "123"), 0);
  driver.at += 1;
  assertEquals(retryMs(driver, bob, "123"), 2_999);
});

Deno.test("step() ends who exceeds its own rate, however busy the room", () => {
  const driver = new Driver({
    roomByteBurst: 9,
    roomBytesPerSecond: 1,
    byteBurst: 6,
    bytesPerSecond: 2,
    refusals: 2,
  });
  const alice = driver.join(1, "alice");
  assertEquals(retryMs(driver, alice, "123456"), 0);
  assertEquals(retryMs(driver, alice, "12345"), 2_500);
  const effects = driver.say(alice, "123456");
  const expected = ["reply refused", "end flooding", "pass left"];
  assertEquals(kindsOf(effects), expected);
});

Deno.test("step() tells who waits for both its own rate and the room's the longer time", () => {
  const limits = { roomByteBurst: 6, byteBurst: 6, roomBytesPerSecond: 1 };
  const driver = new Driver({ ...limits, bytesPerSecond: 2 });
  const alice = driver.join(1, "alice");
  assertEquals(retryMs(driver, alice, "123456"), 0);
  assertEquals(retryMs(driver, alice, "1234"), 4_000);
});

Deno.test("step() counts topics among what all say", () => {
  const driver = new Driver({ roomByteBurst: 10, roomBytesPerSecond: 1 });
  const alice = driver.join(1, "alice");
  driver.ask(alice, { kind: "join", name: "dev" });
  const title = { kind: "title", room: 1, text: "12345678" } as const;
  assertEquals(kindsOf(driver.ask(alice, title)), ["append titled"]);
  const [refused] = repliesTo(alice, driver.ask(alice, title));
  assert(refused?.kind === "refused" && refused.code === "CHAT_RATE_LIMITED");
});

Deno.test("step() hears the operator whatever goes on", () => {
  const driver = new Driver({ roomByteBurst: 3, roomBytesPerSecond: 1 });
  const operator = driver.open(1, { console: true });
  driver.enter(operator, "operator");
  assertEquals(retryMs(driver, driver.join(2, "bob"), "123"), 0);
  assertEquals(retryMs(driver, operator, "123"), 0);
});

Deno.test("step() takes no more from 60 new identities than a part of the tails in memory", () => {
  const driver = new Driver();
  const text = "x".repeat(MAX_TEXT_BYTES);
  const joined = Array.from(
    { length: 60 },
    (_, n) => driver.join(n, `m${n}-x`),
  );
  let accepted = 0;
  for (let round = 0; round < 8; round++) {
    for (const session of joined) {
      if (retryMs(driver, session, text) === 0) accepted += text.length;
    }
  }
  assertEquals(driver.house.people.size, 60);
  assertEquals(accepted, DEFAULT_ROOM_LIMITS.roomByteBurst);
  assert(accepted <= MAX_CHUNKS * CHUNK_BYTES / 2);
});

Deno.test("DEFAULT_ROOM_LIMITS let the longest text through when the room has rested", () => {
  assert(DEFAULT_ROOM_LIMITS.roomByteBurst >= MAX_TEXT_BYTES);
});
