import fc from "fast-check";
import { encode } from "cborg";
import { ChatError } from "../../lib/errors.ts";
import type { SharedLine } from "../../lib/room/sealed_rooms.ts";
import {
  type Content,
  CONTENTS,
  decodeContent,
  encodeContent,
  MAX_PAST_LINES,
  pastContents,
} from "../../lib/sealing/content.ts";
import { MAX_BODY_BYTES } from "../../lib/sealed/limits.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { anyMessage } from "../protocol/arbitrary.ts";

const FINGERPRINT = new Uint8Array(32).fill(7);

function line(more: Partial<SharedLine> = {}): SharedLine {
  const said = { kind: "said", at: 5, name: "alice", text: "hello" } as const;
  return { ...said, fingerprint: FINGERPRINT, ...more };
}

const SAMPLES: readonly Content[] = [
  { kind: "say", text: "hello\nyou" },
  { kind: "act", text: "waves" },
  { kind: "title", text: "plans" },
  { kind: "title", text: "" },
  { kind: "past", lines: [line(), line({ kind: "did", at: 2 ** 53 - 1 })] },
];

Deno.test("decodeContent() is the inverse of encodeContent()", () => {
  for (const sample of SAMPLES) {
    assertEquals(decodeContent(encodeContent(sample)), sample);
  }
  assertEquals(new Set(SAMPLES.map(({ kind }) => kind)).size, 4);
});

Deno.test("decodeContent() takes what encodeContent() makes, and that is no longer than a body", () => {
  fc.assert(
    fc.property(anyMessage(CONTENTS), (any) => {
      const content = any as Content;
      try {
        const bytes = encodeContent(content);
        assert(bytes.length <= MAX_BODY_BYTES);
        assertEquals(decodeContent(bytes), content);
      } catch (error) {
        assert(error instanceof ChatError, String(error));
        assertEquals(error.code, "CHAT_MESSAGE_INVALID");
      }
    }),
  );
});

Deno.test("decodeContent() takes no other bytes for what was encoded", () => {
  for (const sample of SAMPLES) {
    const bytes = encodeContent(sample);
    for (let end = 0; end < bytes.length; end++) {
      assertEquals(decodeContent(bytes.subarray(0, end)), undefined);
    }
    assertEquals(decodeContent(Uint8Array.of(...bytes, 0)), undefined);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const content = decodeContent(bytes);
      if (content !== undefined) assertEquals(encodeContent(content), bytes);
    }),
  );
});

/** What breaks a rule, as CBOR that the codec itself would take. */
const REFUSED: Readonly<Record<string, readonly unknown[]>> = {
  "of another kind": [5, "hello"],
  "a blank text": [1, " \n "],
  "an escape sequence": [1, "\x1b[2J"],
  "a C1 control": [2, "a\u009bb"],
  "a text that is too long": [1, "x".repeat(16_385)],
  "a topic of two lines": [3, "one\ntwo"],
  "a topic with an escape": [3, "\x1b]0;x"],
  "a topic that is too long": [3, "x".repeat(513)],
  "no lines": [4, []],
  "more lines than may be": [
    4,
    Array.from(
      { length: MAX_PAST_LINES + 1 },
      () => ["said", 1, "a", FINGERPRINT, "x"],
    ),
  ],
  "a line without a name": [4, [["said", 1, "", FINGERPRINT, "x"]]],
  "a line whose name has controls": [4, [["said", 1, "\r", FINGERPRINT, "x"]]],
  "a blank line": [4, [["said", 1, "a", FINGERPRINT, ""]]],
  "a line with an escape": [4, [["did", 1, "a", FINGERPRINT, "\x1b"]]],
  "a line of another kind": [4, [["titled", 1, "a", FINGERPRINT, "x"]]],
  "a line by nobody": [4, [["said", 1, "a", new Uint8Array(31), "x"]]],
  "more than a body": [4, [
    ["said", 1, "a", FINGERPRINT, "x".repeat(16_384)],
    ["said", 1, "a", FINGERPRINT, "x".repeat(16_384)],
  ]],
};
for (const [what, items] of Object.entries(REFUSED)) {
  Deno.test(`decodeContent() refuses ${what}`, () => {
    assertEquals(decodeContent(encode(items)), undefined);
  });
}

const LONG = "x".repeat(16_384);
const INVALID: Readonly<Record<string, Content>> = {
  "a blank text": { kind: "say", text: "" },
  "a lone surrogate": { kind: "act", text: "\ud800" },
  "a topic with a lone surrogate": { kind: "title", text: "\ud800" },
  "a long topic": { kind: "title", text: "x".repeat(513) },
  "no lines": { kind: "past", lines: [] },
  "too many lines": {
    kind: "past",
    lines: Array.from({ length: MAX_PAST_LINES + 1 }, () => line()),
  },
  "what is a little longer than a body": {
    kind: "past",
    lines: [line({ text: LONG }), line({ text: LONG.slice(100) })],
  },
  "what is far longer than a body": {
    kind: "past",
    lines: Array.from({ length: MAX_PAST_LINES }, () => line({ text: LONG })),
  },
};
for (const [what, content] of Object.entries(INVALID)) {
  Deno.test(`encodeContent() refuses ${what}`, () => {
    assertRefuses("CHAT_MESSAGE_INVALID", () => encodeContent(content));
  });
}

Deno.test("pastContents() puts all lines, in order, into contents that can be sealed", () => {
  const anyLine = fc.record({
    name: fc.integer({ min: 1, max: 128 }).map((n) => "n".repeat(n)),
    text: fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 16_384 }),
    ).map((n) => "t".repeat(n)),
  }).map(line);
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 600 }), (lines) => {
      const contents = pastContents(lines).map((content) =>
        decodeContent(encodeContent(content))
      );
      const found = contents.flatMap((content) =>
        content?.kind === "past" ? content.lines : []
      );
      assertEquals(found, lines);
    }),
    { numRuns: 30 },
  );
  const many = Array.from({ length: 600 }, () => line());
  assertEquals(pastContents(many).length, 3);
});
