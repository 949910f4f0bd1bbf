import { ChatError } from "../../lib/errors.ts";
import { ADMISSION_TIMEOUT_MS } from "../../lib/member/admission.ts";
import { GOODBYE_MS } from "../../lib/member/connection.ts";
import type { MessageOfKind } from "../../lib/protocol/messages.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { cut, ENTERED, room, said, settled, Stage } from "./stage.ts";

const WANTED: MessageOfKind<"name_wanted"> = {
  kind: "name_wanted",
  why: "taken",
  text: "Somebody else has this name",
  suggestion: "alice2",
};

Deno.test("Correspondent.enter() resolves when the server grants a name", async () => {
  await using stage = new Stage();
  const link = await stage.enter();
  const { member } = stage;
  assertEquals(member.self.name, "alice");
  assertEquals(member.serverName, "garden");
  assertEquals([member.motd, member.present], ["hi", 2]);
  const device = stage.state.device;
  assertEquals(link.sent, [
    { kind: "enter", protocol: 1, name: "alice", device, invitation: null },
  ]);
});

Deno.test("Correspondent.enter() shows an invitation until it is in", async () => {
  await using stage = new Stage();
  const invitation = new Uint8Array(16).fill(9);
  const entering = stage.member.enter({ invitation });
  await settle();
  assertEquals(stage.link.last("enter").invitation, invitation);
  assertEquals(stage.link.last("enter").name, null);
  stage.link.say(ENTERED);
  await entering;
  await stage.reconnect();
  assertEquals(stage.link.last("enter").invitation, null);
  assertEquals(stage.link.last("enter").name, "alice");
});

Deno.test("Correspondent.enter() throws why there is no first connection", async () => {
  await using stage = new Stage();
  stage.transport.failures.push(new ChatError("CHAT_UNREACHABLE", "Cannot"));
  await assertRefusesLater("CHAT_UNREACHABLE", () => stage.member.enter());
  assertEquals(stage.transport.attempts, 1);
});

Deno.test("Correspondent.enter() throws when the server says goodbye at once", async () => {
  for (const why of ["banned", "shutdown", "full"] as const) {
    await using stage = new Stage();
    const entering = stage.member.enter();
    await settle();
    stage.link.say({ kind: "goodbye", why, text: "no" });
    stage.link.finish();
    await assertRejects(() => entering, ChatError);
    assertEquals(stage.transport.attempts, 1);
  }
});

Deno.test("Correspondent.enter() gives up a server that does not answer", async () => {
  await using stage = new Stage();
  const entering = stage.member.enter();
  entering.catch(() => {});
  await stage.clock.pass(ADMISSION_TIMEOUT_MS - 1);
  assertEquals(stage.link.aborted, undefined);
  await stage.clock.pass(1);
  await assertRefusesLater("CHAT_TIMEOUT", () => entering);
  assertEquals(stage.link.aborted?.code, "CHAT_TIMEOUT");
});

Deno.test("Correspondent.enter() waits for a person as long as that takes", async () => {
  await using stage = new Stage();
  const asked = Promise.withResolvers<string | undefined>();
  const askName = () => asked.promise;
  const entering = stage.member.enter({ name: "alice", askName });
  await settle();
  stage.link.say(WANTED);
  await stage.clock.pass(10 * ADMISSION_TIMEOUT_MS);
  assertEquals(stage.link.all("enter").length, 1);
  asked.resolve("alice2");
  await settle();
  assertEquals(stage.link.last("enter").name, "alice2");
  stage.link.say({ ...ENTERED, name: "alice2" });
  await entering;
  assertEquals(stage.member.self.name, "alice2");
});

Deno.test("Correspondent.enter() refuses a second question before the first is answered", async () => {
  for (const second of [WANTED, ENTERED]) {
    await using stage = new Stage();
    const askName = () => new Promise<string>(() => {});
    const entering = stage.member.enter({ askName });
    await settle();
    stage.link.say(WANTED, second);
    await assertRefusesLater("CHAT_PROTOCOL", () => entering);
  }
});

Deno.test("Correspondent.enter() throws what the server says of a name when nobody is asked", async () => {
  for (
    const [why, code] of [
      ["taken", "CHAT_NAME_TAKEN"],
      ["look_alike", "CHAT_NAME_TAKEN"],
      ["invalid", "CHAT_NAME_INVALID"],
    ] as const
  ) {
    for (const askName of [undefined, () => Promise.resolve(undefined)]) {
      await using stage = new Stage();
      const asking = askName === undefined ? {} : { askName };
      const entering = stage.member.enter({ name: "alice", ...asking });
      await settle();
      stage.link.say({ ...WANTED, why });
      const error = await assertRefusesLater(code, () => entering, "alice2");
      assertEquals(stage.link.aborted, error);
    }
  }
});

Deno.test("Correspondent.enter() refuses names that cannot be sent", async () => {
  for (const name of ["x".repeat(129), "\ud800"]) {
    await using stage = new Stage();
    await assertRefusesLater(
      "CHAT_NAME_INVALID",
      () => stage.member.enter({ name }),
    );
    assertEquals(stage.transport.attempts, 0);
    const askName = () => Promise.resolve(name);
    const entering = stage.member.enter({ askName });
    await settle();
    stage.link.say(WANTED);
    await assertRefusesLater("CHAT_NAME_INVALID", () => entering);
    assertEquals(stage.link.all("enter").length, 1);
  }
});

Deno.test("Correspondent.enter() throws the abort reason, dialing or asking", async () => {
  for (const early of [true, false]) {
    await using stage = new Stage();
    const stop = new AbortController();
    const reason = new Error("enough");
    if (early) stop.abort(reason);
    const entering = stage.member.enter({ signal: stop.signal });
    entering.catch(() => {});
    await settle();
    stop.abort(reason);
    assertEquals(await assertRejects(() => entering, Error), reason);
    if (!early) assert(stage.link.closed);
  }
});

Deno.test("Correspondent.enter() heeds its signal no longer once it is in", async () => {
  await using stage = new Stage();
  const stop = new AbortController();
  const entering = stage.member.enter({ signal: stop.signal });
  await settle();
  stage.link.say(ENTERED);
  await entering;
  stop.abort();
  await settle();
  assert(!stage.link.closed);
  await stage.reconnect();
  assertEquals(stage.link.last("enter").name, "alice");
});

Deno.test("Correspondent ends for what has no place in a connection", async () => {
  for (
    const message of [
      ENTERED,
      WANTED,
      { kind: "ack", id: 99, seq: 1, at: 1 },
      { kind: "done", id: 99, room: null },
      { kind: "parted", room: 0 },
      room(5, { type: "direct" }),
      room(5, { peer: new Uint8Array(32) }),
    ] as const
  ) {
    await using stage = await settled();
    stage.link.say(message);
    await settle();
    assertEquals((stage.ended?.error as ChatError).code, "CHAT_PROTOCOL");
    assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
    await stage.clock.pass(100_000);
    assertEquals(stage.transport.attempts, 1);
  }
});

Deno.test("Correspondent ends for anything but a name before it has entered", async () => {
  for (
    const message of [room(), said(1), {
      kind: "ack",
      id: 1,
      seq: 1,
      at: 1,
    }] as const
  ) {
    await using stage = new Stage();
    const entering = stage.member.enter();
    await settle();
    stage.link.say(message);
    await assertRefusesLater("CHAT_PROTOCOL", () => entering);
  }
});

Deno.test("Correspondent ends after the goodbye of a server that stops", async () => {
  await using stage = await settled();
  const asking = stage.member.who();
  stage.link.say({ kind: "goodbye", why: "shutdown", text: "bye" }, said(1));
  stage.link.finish(cut());
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => asking);
  await settle();
  assertEquals(stage.ended, { error: undefined });
  assertEquals(stage.all("said").length, 1);
  assertEquals(stage.events.at(-1)?.kind, "goodbye");
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => stage.member.who());
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => stage.member.say("x"));
});

Deno.test("Correspondent makes an error of a goodbye that is meant", async () => {
  for (
    const [why, code] of [
      ["kicked", "CHAT_KICKED"],
      ["banned", "CHAT_BANNED"],
      ["flooding", "CHAT_FLOODING"],
      ["protocol_error", "CHAT_PROTOCOL"],
    ] as const
  ) {
    await using stage = await settled();
    const asking = stage.member.who();
    stage.link.say({ kind: "goodbye", why, text: "out" });
    stage.link.finish();
    await assertRefusesLater(code, () => asking);
    await settle();
    assertEquals((stage.ended?.error as ChatError).code, code);
    assertEquals(stage.all("goodbye").length, 1);
    assertEquals(stage.transport.attempts, 1);
  }
});

Deno.test("Correspondent closes a connection that its server leaves open after a goodbye", async () => {
  await using stage = await settled();
  stage.link.say({ kind: "goodbye", why: "shutdown", text: "bye" });
  await stage.clock.pass(GOODBYE_MS - 1);
  assert(!stage.link.closed);
  await stage.clock.pass(1);
  assert(stage.link.closed);
  await settle();
  assertEquals(stage.ended, { error: undefined });
});

Deno.test("Correspondent refuses a second goodbye", async () => {
  await using stage = await settled();
  const goodbye = { kind: "goodbye", why: "shutdown", text: "" } as const;
  stage.link.say(goodbye, goodbye);
  await settle();
  assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
});

Deno.test("Correspondent.close() ends everything, even while connecting again", async () => {
  const stage = await settled();
  const asking = stage.member.who();
  const saying = stage.member.say("hello");
  saying.catch(() => {});
  stage.link.finish(cut());
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => asking);
  await stage.member.close();
  await stage.member.close();
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => saying);
  await settle();
  assertEquals(stage.ended, { error: undefined });
  assertEquals(stage.clock.waiting, 0);
  assertEquals(stage.state.outbox().map(({ text }) => text), ["hello"]);
});

Deno.test("Correspondent.close() says goodbye, and leaves no timer", async () => {
  const stage = await settled();
  await stage.member.close();
  await settle();
  assert(stage.link.closed);
  assertEquals(stage.clock.waiting, 0);
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => stage.member.who());
});

Deno.test("Correspondent hands on the next key of its server, a few times", async () => {
  const told: unknown[] = [];
  await using stage = await settled({
    onSuccession: (succession) => void told.push(succession),
  });
  const publicKey = new Uint8Array(32);
  const signature = new Uint8Array(64);
  const next = { publicKey, signature, consent: signature };
  for (let times = 0; times < 4; times++) {
    stage.link.say({ kind: "succession", ...next });
  }
  await settle();
  assertEquals(told, [next, next, next, next]);
  stage.link.say({ kind: "succession", ...next });
  await settle();
  assertEquals(stage.link.aborted?.code, "CHAT_PROTOCOL");
});
