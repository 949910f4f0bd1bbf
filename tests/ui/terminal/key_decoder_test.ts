import fc from "fast-check";
import { utf8 } from "../../../lib/bytes.ts";
import type { Key } from "../../../lib/ui/key.ts";
import {
  KeyDecoder,
  MAX_PASTE_CHARACTERS,
} from "../../../lib/ui/terminal/key_decoder.ts";
import { assert, assertEquals } from "../../support/assert.ts";

function decode(text: string): Key[] {
  return new KeyDecoder().feed(utf8(text));
}

function press(name: string): Key {
  return { kind: "press", name };
}

const SEQUENCES: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "ctrl-h",
  "\x01": "ctrl-a",
  "\x1a": "ctrl-z",
  "\x00": "ctrl-space",
  "\x1b[A": "up",
  "\x1bOB": "down",
  "\x1b[C": "right",
  "\x1b[1;5D": "ctrl-left",
  "\x1b[1;5C": "ctrl-right",
  "\x1b[1;3D": "alt-left",
  "\x1b[H": "home",
  "\x1bOF": "end",
  "\x1b[1~": "home",
  "\x1b[8~": "end",
  "\x1b[3~": "delete",
  "\x1b[3;5~": "ctrl-delete",
  "\x1b[Z": "shift-tab",
  "\x1bOM": "enter",
  "\x1b[13;2u": "alt-enter",
  "\x1b\r": "alt-enter",
  "\x1bb": "alt-b",
  "\x1bF": "alt-f",
  "\x1b\x7f": "alt-backspace",
};
for (const [text, name] of Object.entries(SEQUENCES)) {
  Deno.test(`KeyDecoder.feed() knows ${JSON.stringify(text)} as ${name}`, () => {
    assertEquals(decode(text), [press(name)]);
  });
}

Deno.test("KeyDecoder.feed() gives text whole, with what is not ASCII", () => {
  assertEquals(decode("héllo 漢字 👍🏽"), [
    { kind: "text", text: "héllo 漢字 👍🏽" },
  ]);
});

Deno.test("KeyDecoder.feed() swallows sequences that mean nothing to us", () => {
  const unknown = [
    "\x1b[I", // focus
    "\x1b[<0;10;20M", // mouse
    "\x1b[24~", // F12
    "\x1b[?62;22c", // what the terminal is
    "\x1b[[A", // F1 of the Linux console
    "\x1b]11;rgb:0000/0000/0000\x1b\\", // its colours
    "\x1bP>|xterm(1)\x1b\\",
    "\x1b[1;1R",
    "\x1c",
  ];
  for (const text of unknown) {
    assertEquals(decode(`a${text}b`), [
      { kind: "text", text: "a" },
      { kind: "text", text: "b" },
    ], JSON.stringify(text));
  }
});

Deno.test("KeyDecoder.feed() takes no text with what is no sequence", () => {
  assertEquals(decode("\x1b[\x01x"), [
    press("ctrl-a"),
    { kind: "text", text: "x" },
  ]);
});

Deno.test("KeyDecoder.feed() gives the same keys however bytes are cut", () => {
  const text =
    "é\x1b[1;5D漢\x1b[3~\x1b\x7f\x1bOHx\x1b[200~a\x1b[1mb\r\nc\x1b[201~\r";
  const bytes = utf8(text);
  const whole = joined(new KeyDecoder().feed(bytes));
  for (let cut = 0; cut <= bytes.length; cut++) {
    const decoder = new KeyDecoder();
    const keys = [bytes.slice(0, cut), bytes.slice(cut)]
      .flatMap((part) => decoder.feed(part));
    assertEquals(joined(keys), whole, `cut at ${cut}`);
  }
  const decoder = new KeyDecoder();
  const single = Array.from(bytes, (byte) => decoder.feed(Uint8Array.of(byte)));
  assertEquals(joined(single.flat()), whole);
});

Deno.test("KeyDecoder.feed() survives any bytes, and keeps few of them", () => {
  const part = fc.oneof(
    fc.constantFrom("\x1b[", "\x1b]", "\x1bP", "\x1b[200~", "\x1b[201~", "\x1b")
      .map(utf8),
    fc.uint8Array({ maxLength: 300 }),
  );
  fc.assert(fc.property(fc.array(part), (parts) => {
    const decoder = new KeyDecoder();
    for (const bytes of parts) decoder.feed(bytes);
    decoder.flush();
    assert(!decoder.waiting);
  }));
});

Deno.test("KeyDecoder.flush() takes a lone escape for the key", () => {
  const decoder = new KeyDecoder();
  assertEquals(decoder.feed(utf8("a\x1b")), [{ kind: "text", text: "a" }]);
  assert(decoder.waiting);
  assertEquals(decoder.flush(), [press("escape")]);
  assert(!decoder.waiting);
  assertEquals(decoder.feed(utf8("[A")), [{ kind: "text", text: "[A" }]);
});

Deno.test("KeyDecoder.flush() drops the start of a sequence that never ended", () => {
  const decoder = new KeyDecoder();
  assertEquals(decoder.feed(utf8("\x1b[1;")), []);
  assertEquals(decoder.flush(), []);
  assertEquals(decoder.feed(utf8("x")), [{ kind: "text", text: "x" }]);
});

Deno.test("KeyDecoder.feed() drops a sequence that never ends", () => {
  const decoder = new KeyDecoder();
  assertEquals(decoder.feed(utf8("\x1b]" + "0".repeat(300))), []);
  assert(!decoder.waiting);
});

Deno.test("KeyDecoder.feed() gives a paste as one key", () => {
  assertEquals(decode("\x1b[200~one\r\ntwo\x1b[A\x03\x1b[201~x"), [
    { kind: "paste", text: "one\r\ntwo\x1b[A\x03" },
    { kind: "text", text: "x" },
  ]);
});

Deno.test("KeyDecoder.flush() does not cut a paste short", () => {
  const decoder = new KeyDecoder();
  decoder.feed(utf8("\x1b[200~one\x1b[2"));
  assert(!decoder.waiting);
  assertEquals(decoder.flush(), []);
  assertEquals(decoder.feed(utf8("01~")), [{ kind: "paste", text: "one" }]);
});

Deno.test("KeyDecoder.feed() drops a paste beyond its bound", () => {
  const decoder = new KeyDecoder();
  const chunk = utf8("x".repeat(65_536));
  decoder.feed(utf8("\x1b[200~"));
  for (let i = 0; i <= MAX_PASTE_CHARACTERS / chunk.length; i++) {
    assertEquals(decoder.feed(chunk), []);
  }
  assertEquals(decoder.feed(utf8("\x1b[201~y\x1b[200~z\x1b[201~")), [
    { kind: "overlong_paste" },
    { kind: "text", text: "y" },
    { kind: "paste", text: "z" },
  ]);
});

/** Text that came in pieces is one. */
function joined(keys: readonly Key[]): Key[] {
  const all: Key[] = [];
  for (const key of keys) {
    const last = all.at(-1);
    if (key.kind === "text" && last?.kind === "text") {
      all[all.length - 1] = { kind: "text", text: last.text + key.text };
    } else all.push(key);
  }
  return all;
}
