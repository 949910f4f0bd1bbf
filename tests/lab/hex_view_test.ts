import { utf8 } from "../../lib/bytes.ts";
import { hexRow } from "../../lib/lab/hex_view.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("hexRow() shows groups of four and what is printable", () => {
  const { hex, text } = hexRow(utf8("a B\x1b\x7f\u00e9~!rest"), 8);
  assertEquals(hex, "6120421b 7fc3a97e");
  assertEquals(text, "a.B....~");
});

Deno.test("hexRow() is equally wide when bytes are missing", () => {
  const { hex, text } = hexRow(utf8("12345"), 12);
  assertEquals(hex, "31323334 35               ");
  assertEquals(text, "12345       ");
});
