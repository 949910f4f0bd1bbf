import { assert, assertEquals } from "../support/assert.ts";
import { Driver, GROUP, kindsOf, refusalTo, repliesTo } from "./driver.ts";

Deno.test("step() counts the bytes that it cannot read, too", () => {
  const some = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size);
  const of = { room: 1, group: GROUP, turn: 0 } as const;
  for (
    const [bytes, request] of [
      [5, { kind: "publish", key: some(5) }],
      [5, { kind: "seal", room: 1, group: GROUP, number: 1, body: some(5) }],
      [7, { kind: "propose", ...of, commit: some(4), info: some(3) }],
      [3, { kind: "refresh", ...of, info: some(3) }],
      [6, {
        kind: "found",
        ...{ room: 1, group: GROUP, replaces: null },
        ...{ title: some(1), info: some(2), hello: some(3) },
      }],
    ] as const
  ) {
    const driver = new Driver({ byteBurst: 20, bytesPerSecond: 1 });
    const session = driver.join(1, "alice");
    driver.join(2, "bob");
    driver.ask(session, { kind: "direct", name: "bob" });
    driver.ask(session, request);
    const said = driver.say(session, "x".repeat(20));
    const refused = repliesTo(session, said)[0];
    assert(refused?.kind === "refused", request.kind);
    assertEquals(refused.retryMs, bytes * 1_000, request.kind);
  }
});

Deno.test("step() counts what is to be kept as what all may say", () => {
  const some = new Uint8Array(6);
  const limits = { roomByteBurst: 10, roomBytesPerSecond: 1 };
  const of = { room: 1, group: GROUP } as const;
  for (
    const request of [
      { kind: "seal", ...of, number: 1, body: some },
      { kind: "propose", ...of, turn: 0, commit: some, info: some },
      { kind: "refresh", ...of, turn: 0, info: some },
      { kind: "publish", key: some },
      {
        kind: "found",
        ...{ ...of, replaces: null, title: some, info: some, hello: some },
      },
    ] as const
  ) {
    const driver = new Driver(limits);
    const [alice, bob] = [driver.join(1, "alice"), driver.join(2, "bob")];
    driver.ask(alice, { kind: "direct", name: "bob" });
    driver.say(bob, "12345");
    const code = refusalTo(alice, driver.ask(alice, request));
    assertEquals(code, "CHAT_RATE_LIMITED", request.kind);
  }
});

Deno.test("step() takes nothing behind a refused message, sealed or not", () => {
  const driver = new Driver({ byteBurst: 10, bytesPerSecond: 1 });
  const alice = driver.join(1, "alice");
  driver.join(2, "bob");
  driver.ask(alice, { kind: "direct", name: "bob" });
  driver.say(alice, "12345", { number: 1 });
  const body = new Uint8Array(6);
  const refused = driver.seal(alice, 1, { number: 2, body });
  assertEquals(refusalTo(alice, refused), "CHAT_RATE_LIMITED");
  for (
    const effects of [
      driver.say(alice, "x", { number: 3 }),
      driver.seal(alice, 1, { number: 4, body: new Uint8Array(1) }),
    ]
  ) {
    assertEquals(refusalTo(alice, effects), "CHAT_RATE_LIMITED");
  }
  driver.at += 10_000;
  const again = driver.seal(alice, 1, { number: 2, body });
  assertEquals(kindsOf(again), ["append sealed"]);
});
