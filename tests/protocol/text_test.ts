import fc from "fast-check";
import { utf8 } from "../../lib/bytes.ts";
import { ChatError } from "../../lib/errors.ts";
import { MAX_TEXT_BYTES } from "../../lib/protocol/limits.ts";
import {
  checkText,
  utf8Length,
  whyTextInvalid,
} from "../../lib/protocol/text.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("utf8Length() is the length of what utf8() returns", () => {
  for (
    const text of ["", "\u007f", "\u0080", "\u07ff", "\u0800", "\uffff", "😀"]
  ) {
    assertEquals(utf8Length(text), utf8(text).length, text);
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(utf8Length(text), utf8(text).length);
  }));
});

Deno.test("checkText() accepts text with line feeds, tabs and any script", () => {
  const longest = "a".repeat(MAX_TEXT_BYTES);
  const texts = [
    "a",
    "a\n\tb",
    " a ",
    "é\u0301",
    "שלום",
    "👩‍👩‍👧",
    "\u00a0x",
    longest,
  ];
  for (const text of texts) checkText(text);
});

const INVALID: [string, string][] = [
  ["no text", ""],
  ["spaces alone", "  \u3000"],
  ["line feeds alone", "\n\n\t"],
  ["a NUL", "a\u0000"],
  ["a carriage return", "a\rb"],
  ["a backspace", "a\b"],
  ["a vertical tab", "a\u000bb"],
  ["an escape", "\u001b[2J"],
  ["a unit separator", "a\u001f"],
  ["a DEL", "a\u007f"],
  ["a C1 control", "a\u009b2J"],
  ["the last C1 control", "a\u009f"],
  ["a lone surrogate", "a\ud800"],
  ["text that is too long", "a".repeat(MAX_TEXT_BYTES + 1)],
  ["text that is too long in UTF-8", "ü".repeat(MAX_TEXT_BYTES / 2) + "a"],
];

for (const [what, text] of INVALID) {
  Deno.test(`checkText() refuses ${what}`, () => {
    const error = assertThrows(() => checkText(text), ChatError);
    assertEquals(error.code, "CHAT_MESSAGE_INVALID");
    assertEquals(error.message, `Cannot send message: ${whyTextInvalid(text)}`);
  });
}
