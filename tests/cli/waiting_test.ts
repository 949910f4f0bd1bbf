import { tellingWaiting } from "../../lib/cli/waiting.ts";
import { ChatError } from "../../lib/errors.ts";
import type { OutgoingMessage } from "../../lib/member/device_state.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

const options = { hint: "Look", retryMs: 7 };
const refused = new ChatError("CHAT_UNREACHABLE", "Cannot connect: x", options);

/** What a device remembers that has said so many things, one of them in vain. */
function waiting(count: number): { outbox(): readonly OutgoingMessage[] } {
  const message = {
    kind: "say",
    room: 0,
    text: "hi",
    at: 0,
    hidden: false,
  } as const;
  return {
    outbox: () => [
      { ...message, number: 1, failed: "refused" },
      ...Array.from(
        { length: count },
        (_, index) => ({ ...message, number: index + 2, failed: null }),
      ),
    ],
  };
}

async function failing(count: number): Promise<ChatError> {
  return await assertRefusesLater(
    "CHAT_UNREACHABLE",
    () => tellingWaiting(waiting(count), () => Promise.reject(refused)),
  );
}

Deno.test("tellingWaiting() says in the error what waits to be sent", async () => {
  const one = await failing(1);
  assertEquals(
    one.message,
    "Cannot connect: x; 1 message waits on this machine and is sent when you connect again",
  );
  assertEquals([one.hint, one.retryMs, one.cause], ["Look", 7, refused]);
  assertEquals(
    (await failing(2)).message,
    "Cannot connect: x; 2 messages wait on this machine and are sent when you connect again",
  );
});

Deno.test("tellingWaiting() says nothing when nothing waits", async () => {
  assertEquals(await failing(0), refused);
  const unkept = tellingWaiting(undefined, () => Promise.reject(refused));
  assertEquals(await assertRejects(() => unkept, ChatError), refused);
  const bug = tellingWaiting(
    waiting(1),
    () => Promise.reject(new RangeError()),
  );
  await assertRejects(() => bug, RangeError);
  assertEquals(await tellingWaiting(waiting(1), () => Promise.resolve(3)), 3);
});
