import {
  askPatiently,
  MAX_ASKED,
  MAX_WAIT_MS,
} from "../../lib/member/ask_patiently.ts";
import { Wire } from "../../lib/member/wire.ts";
import type { RefusalCode } from "../../lib/protocol/words.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle, VirtualClock } from "../support/virtual_clock.ts";
import { ScriptedLink } from "./scripted_link.ts";
import { cut, settled } from "./stage.ts";

/** A question that waits for its answer, over a link of its own. */
class Question {
  readonly clock = new VirtualClock();
  readonly link = new ScriptedLink();
  readonly wire = new Wire(this.link, this.clock);
  readonly answer = askPatiently(
    this.wire,
    (id) => ({ kind: "join", id, name: "dev" }),
    (answer) => answer.kind,
  );

  constructor() {
    this.answer.catch(() => {});
  }

  /** How often it was asked. */
  get asked(): number {
    return this.link.sent.length;
  }

  /** The newest time that it was asked is refused. */
  async refuse(
    retryMs: number,
    code: RefusalCode = "CHAT_RATE_LIMITED",
  ): Promise<void> {
    const { id } = this.link.last("join");
    this.wire.answer({ kind: "refused", id, code, text: "no", retryMs });
    await settle();
  }
}

Deno.test("askPatiently() asks again when the server says, and nobody notices", async () => {
  const question = new Question();
  await question.refuse(141);
  await question.clock.pass(140);
  assertEquals(question.asked, 1);
  await question.clock.pass(1);
  assertEquals(question.asked, 2);
  await question.refuse(1); // never at once
  await question.clock.pass(49);
  assertEquals(question.asked, 2);
  await question.clock.pass(1);
  const { id } = question.link.last("join");
  question.wire.answer({ kind: "done", id, room: 3 });
  assertEquals(await question.answer, "done");
});

Deno.test("askPatiently() tells a refusal after some tries, or after some time", async () => {
  const often = new Question();
  for (let times = 1; times < MAX_ASKED; times++) {
    await often.refuse(100);
    await often.clock.pass(100);
    assertEquals(often.asked, times + 1);
  }
  await often.refuse(100);
  await assertRefusesLater("CHAT_RATE_LIMITED", () => often.answer);
  assertEquals(often.asked, MAX_ASKED);

  const long = new Question();
  await long.refuse(MAX_WAIT_MS - 1_000);
  await long.clock.pass(MAX_WAIT_MS - 1_000);
  assertEquals(long.asked, 2);
  await long.refuse(1_001); // in all, it would be too long
  await assertRefusesLater("CHAT_RATE_LIMITED", () => long.answer);
  assertEquals(long.asked, 2);
});

Deno.test("askPatiently() tells at once what waiting does not help", async () => {
  for (
    const [retryMs, code] of [
      [MAX_WAIT_MS + 1, "CHAT_RATE_LIMITED"],
      [0, "CHAT_RATE_LIMITED"], // when, the server does not say
      [100, "CHAT_NO_SUCH_ROOM"],
    ] as const
  ) {
    const question = new Question();
    await question.refuse(retryMs, code);
    await assertRefusesLater(code, () => question.answer);
    assertEquals(question.asked, 1);
  }
});

Deno.test("askPatiently() ends with the connection, also while it waits", async () => {
  const question = new Question();
  await question.refuse(5_000);
  question.wire.end(cut());
  await assertRefusesLater("CHAT_CONNECTION_CUT", () => question.answer);
  assertEquals(question.asked, 1);
});

Deno.test("Correspondent asks again what was refused as too fast", async () => {
  await using stage = await settled();
  const leaving = stage.member.leave(3);
  await settle();
  const { id } = stage.link.last("leave");
  const text = "Cannot take more: wait 141 ms";
  stage.link.say({
    ...{ kind: "refused", id, code: "CHAT_RATE_LIMITED", text, retryMs: 141 },
  });
  await stage.clock.pass(141);
  const again = stage.link.last("leave");
  stage.link.say({ kind: "done", id: again.id, room: null });
  await leaving;
  assertEquals(stage.link.all("leave").length, 2);
});
