import fc from "fast-check";
import { utf8 } from "../../../lib/bytes.ts";
import {
  type InputLine,
  LineSplitter,
} from "../../../lib/ui/terminal/line_splitter.ts";
import { assertEquals } from "../../support/assert.ts";

function split(bytes: Uint8Array<ArrayBuffer>, maxBytes = 8): InputLine[] {
  const lines = new LineSplitter(maxBytes);
  return [...lines.feed(bytes), ...lines.finish()];
}

function line(text: string): InputLine {
  return { kind: "line", text };
}

Deno.test("LineSplitter splits at LF and CRLF, and gives the rest at the end", () => {
  const lines = ["one", "two", "", "\rthree", "end"].map(line);
  assertEquals(split(utf8("one\ntwo\r\n\n\rthree\nend")), lines);
  assertEquals(split(utf8("one\n")), [line("one")]);
  assertEquals(split(utf8("")), []);
});

Deno.test("LineSplitter refuses lines beyond its bound, and no others", () => {
  const over: InputLine = { kind: "overlong" };
  assertEquals(split(utf8("12345678\n")), [line("12345678")]);
  assertEquals(split(utf8("12345678\r\n")), [line("12345678")]);
  assertEquals(split(utf8("123456789\nok\n")), [over, line("ok")]);
  assertEquals(split(utf8("123456789\r\nok")), [over, line("ok")]);
  assertEquals(split(utf8("x".repeat(100) + "\nok")), [over, line("ok")]);
  assertEquals(split(utf8("x".repeat(100))), [over]);
});

Deno.test("LineSplitter refuses a line that is not UTF-8, and goes on", () => {
  const bytes = new Uint8Array([0x61, 0xff, 0x0a, 0x62, 0x0a]);
  assertEquals(split(bytes), [{ kind: "not_utf8" }, line("b")]);
});

Deno.test("LineSplitter keeps a byte order mark as text", () => {
  assertEquals(split(utf8("\u{feff}a\n")), [line("\u{feff}a")]);
});

Deno.test("LineSplitter gives the same lines however the bytes are cut", () => {
  const byte = fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x61), fc.nat(255));
  fc.assert(fc.property(fc.array(byte), fc.array(fc.nat(20)), (all, cuts) => {
    const bytes = Uint8Array.from(all);
    const lines = new LineSplitter(8);
    const found: InputLine[] = [];
    let start = 0;
    for (const length of cuts) {
      found.push(...lines.feed(bytes.slice(start, start + length)));
      start += length;
    }
    found.push(...lines.feed(bytes.slice(start)), ...lines.finish());
    assertEquals(found, split(bytes));
  }));
});
