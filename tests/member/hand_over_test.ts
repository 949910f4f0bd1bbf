import type { ErrorCode } from "../../lib/errors.ts";
import { HAND_OVER_TIMEOUT_MS, handOver } from "../../lib/member/hand_over.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { VirtualClock } from "../support/virtual_clock.ts";
import { ScriptedLink } from "./scripted_link.ts";

const SUCCESSION = {
  publicKey: new Uint8Array(32).fill(1),
  signature: new Uint8Array(64).fill(2),
  consent: new Uint8Array(64).fill(3),
};

/** Hands over to a server that answers like this, and then leaves. */
async function ask(
  answers: readonly ServerMessage[],
  finish?: (link: ScriptedLink) => void,
): Promise<ScriptedLink> {
  const link = new ScriptedLink();
  const transport = { open: () => Promise.resolve(link) };
  const { signal } = new AbortController();
  if (answers.length > 0) link.say(...answers);
  finish?.(link);
  await handOver(transport, SUCCESSION, { clock: new VirtualClock(), signal });
  return link;
}

for (
  const answer of [
    { kind: "ack", id: 1, seq: 3, at: 4 },
    { kind: "done", id: 1, room: null },
  ] as const
) {
  Deno.test(`handOver() is done at ${answer.kind}, and leaves`, async () => {
    const link = await ask([answer]);
    assertEquals(link.sent, [{ kind: "rotate", id: 1, ...SUCCESSION }]);
    assert(link.closed);
  });
}

const refused = { kind: "refused", id: 1, text: "no", retryMs: 0 } as const;
const CASES: readonly (readonly [ErrorCode, ServerMessage])[] = [
  ["CHAT_FORBIDDEN", { ...refused, code: "CHAT_FORBIDDEN" }],
  ["CHAT_PROTOCOL", { ...refused, id: 2, code: "CHAT_FORBIDDEN" }],
  ["CHAT_PROTOCOL", { kind: "ack", id: 2, seq: 3, at: 4 }],
  ["CHAT_PROTOCOL", { kind: "parted", room: 1 }],
  ["CHAT_BANNED", { kind: "goodbye", why: "banned", text: "out" }],
  ["CHAT_RESTARTING", { kind: "goodbye", why: "shutdown", text: "" }],
];

for (const [code, answer] of CASES) {
  Deno.test(`handOver() throws ${code} at ${JSON.stringify(answer)}`, async () => {
    await assertRefusesLater(code, () => ask([answer]));
  });
}

Deno.test("handOver() does not take an end for an answer", async () => {
  await assertRefusesLater(
    "CHAT_CONNECTION_CUT",
    () => ask([], (link) => link.finish()),
  );
});

Deno.test("handOver() waits HAND_OVER_TIMEOUT_MS for the answer", async () => {
  const link = new ScriptedLink();
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  const transport = { open: () => Promise.resolve(link) };
  const over = handOver(transport, SUCCESSION, { clock, signal });
  const refused = assertRefusesLater("CHAT_TIMEOUT", () => over);
  await clock.pass(HAND_OVER_TIMEOUT_MS - 1);
  assertEquals(link.aborted, undefined);
  await clock.pass(1);
  await refused;
  assertEquals(link.aborted?.code, "CHAT_TIMEOUT");
});

Deno.test("handOver() ends when its signal aborts, with that reason", async () => {
  const link = new ScriptedLink();
  const abort = new AbortController();
  const transport = { open: () => Promise.resolve(link) };
  const over = handOver(transport, SUCCESSION, {
    clock: new VirtualClock(),
    signal: abort.signal,
  });
  await Promise.resolve();
  abort.abort(new Error("enough"));
  await assertRejects(() => over, Error, "enough");
  assert(link.closed);
});
