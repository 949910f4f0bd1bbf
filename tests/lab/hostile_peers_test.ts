import { keepsNobodyOut } from "../../lib/lab/hostile_peers/crowd.ts";
import { harmless } from "../../lib/lab/hostile_peers/escapes.ts";
import {
  type Answered,
  refusesAll,
  type ShownOut,
  STAYED,
} from "../../lib/lab/hostile_peers/garbage.ts";
import {
  conversationGoesOn,
  MAX_LATENCY_MS,
  median,
} from "../../lib/lab/hostile_peers/latency.ts";
import { costsNoMemory } from "../../lib/lab/hostile_peers/slow_reader.ts";
import { assert, assertEquals } from "../support/assert.ts";

const LINES = Array.from({ length: 40 }, (_, at) => `Hana: line ${at}`);

Deno.test("harmless() holds for text", () => {
  assert(harmless(LINES).held);
  assert(!harmless([]).held);
});

for (
  const character of [
    ...["\x1b", "\x9b", "\x07", "\r", "\b", "\x00", "\x7f"],
    ...["\u202e", "\u2066", "\u061c", "\u200b", "\ufeff", "\u00ad", "\u2028"],
    "\u{e0068}",
  ]
) {
  const code = character.codePointAt(0)?.toString(16);
  Deno.test(`harmless() does not hold when U+${code} is printed`, () => {
    assert(!harmless([...LINES, `a${character}b`]).held);
  });
}

const STRANGER: Answered = {
  what: "noise",
  answer: 8,
  reason: "CHAT_NOT_CHAT",
};
const MEMBER: ShownOut = { what: "noise", code: "CHAT_PROTOCOL" };

Deno.test("refusesAll() holds when everything was refused", () => {
  assert(refusesAll([STRANGER], [MEMBER]).held);
});

Deno.test("refusesAll() does not hold when anything was taken", () => {
  const taken: readonly Answered[] = [
    { ...STRANGER, answer: 2000 },
    { ...STRANGER, reason: "ok" },
    { ...STRANGER, reason: undefined },
  ];
  for (const each of taken) assert(!refusesAll([each], [MEMBER]).held);
  assert(!refusesAll([STRANGER], [{ ...MEMBER, code: STAYED }]).held);
  assert(!refusesAll([], []).held);
});

Deno.test("keepsNobodyOut() holds within its bounds only", () => {
  const crowd = { opened: 10_000, held: 1_024, entering: 10 };
  assert(keepsNobodyOut(crowd).held);
  assert(!keepsNobodyOut({ ...crowd, held: 1_025 }).held);
  assert(!keepsNobodyOut({ ...crowd, held: 0 }).held);
  assert(!keepsNobodyOut({ ...crowd, entering: 5_000 }).held);
});

Deno.test("costsNoMemory() holds within its bounds only", () => {
  assert(costsNoMemory({ asked: 2 ** 20, growth: 2 ** 20 }).held);
  assert(!costsNoMemory({ asked: 2 ** 20, growth: 97 * 2 ** 20 }).held);
  assert(!costsNoMemory({ asked: 0, growth: 0 }).held);
});

Deno.test("conversationGoesOn() holds when all arrives soon", () => {
  const phases = [{ phase: "nothing", ms: [1, 2, 3] }];
  assert(conversationGoesOn(phases, { said: 3, heard: 3 }).held);
  assert(!conversationGoesOn(phases, { said: 3, heard: 2 }).held);
  assert(!conversationGoesOn(phases, { said: 0, heard: 0 }).held);
  const late = [...phases, { phase: "a crowd", ms: [1, MAX_LATENCY_MS] }];
  assert(!conversationGoesOn(late, { said: 3, heard: 3 }).held);
});

Deno.test("median() is the value in the middle", () => {
  assertEquals(median([9, 1, 5]), 5);
});
