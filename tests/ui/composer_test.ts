import fc from "fast-check";
import {
  type Composer,
  EMPTY_COMPOSER,
  press,
  replaceText,
  submit,
} from "../../lib/ui/composer.ts";
import type { Key } from "../../lib/ui/key.ts";
import { anyText } from "../support/any_text.ts";
import { assert, assertEquals } from "../support/assert.ts";

const options = {
  commands: new Map<string, "names" | "rooms" | undefined>([
    ["/help", undefined],
    ["/who", undefined],
    ["/whois", "names"],
    ["/join", "rooms"],
  ]),
  rooms: ["#lobby", "#dev", "@bob"],
  names: ["alice", "albert", "Bob", "ev\x1b[31mil"],
  maxBytes: 1_000,
};

/** The composer with `|` where the cursor is. */
function at(marked: string): Composer {
  const cursor = marked.indexOf("|");
  return { ...EMPTY_COMPOSER, text: marked.replace("|", ""), cursor };
}

function shown({ text, cursor }: Composer): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

/** Presses the keys named, or types what begins with `+`. */
function keys(composer: Composer, ...names: readonly string[]): Composer {
  return names.reduce((state, name) => {
    const key: Key = name.startsWith("+")
      ? { kind: "text", text: name.slice(1) }
      : { kind: "press", name };
    return press(state, key, options);
  }, composer);
}

const CASES: readonly (readonly [from: string, key: string, to: string])[] = [
  ["|", "+hello", "hello|"],
  ["he|o", "+ll", "hell|o"],
  ["e|", "+\u{301}", "e\u{301}|"], // joins what stands before
  ["|\u{301}x", "+e", "e\u{301}|x"], // and what stands after
  ["|", "+\x1b[31mre\u{202e}d\x07", "red|"],
  ["ab|", "left", "a|b"],
  ["|ab", "left", "|ab"],
  ["👨\u{200d}👩\u{200d}👧|", "left", "|👨\u{200d}👩\u{200d}👧"],
  ["|e\u{301}b", "right", "e\u{301}|b"],
  ["a|b", "ctrl-b", "|ab"],
  ["a|b", "ctrl-f", "ab|"],
  ["one two|", "ctrl-left", "one |two"],
  ["one, |two", "alt-b", "|one, two"],
  ["|one two", "ctrl-right", "one| two"],
  ["one| two", "alt-f", "one two|"],
  ["ab\ncd|ef", "home", "ab\n|cdef"],
  ["ab\nc|d\nef", "end", "ab\ncd|\nef"],
  ["ab|", "ctrl-a", "|ab"],
  ["|ab", "ctrl-e", "ab|"],
  ["ab|c", "backspace", "a|c"],
  ["|abc", "backspace", "|abc"],
  ["🇩🇪|", "backspace", "|"],
  ["a|bc", "delete", "a|c"],
  ["a|bc", "ctrl-d", "a|c"],
  ["ab|c", "ctrl-h", "a|c"],
  ["ab cd|ef", "ctrl-u", "|ef"],
  ["ab|cd\nef", "ctrl-k", "ab|\nef"],
  ["ab|\nef", "ctrl-k", "ab|ef"],
  ["a /usr/bin |", "ctrl-w", "a |"],
  ["  |", "ctrl-w", "|"],
  ["a /usr/bin|", "alt-backspace", "a /usr/|"],
  ["a |bc de", "alt-d", "a | de"],
  ["ab|", "ctrl-t", "ba|"],
  ["a|bc", "ctrl-t", "ba|c"],
  ["|ab", "ctrl-t", "|ab"],
  ["a|", "alt-enter", "a\n|"],
  ["abc\nde|f", "up", "ab|c\ndef"],
  ["ab|cd\ne", "down", "abcd\ne|"],
  ["👍x\na|b", "up", "👍|x\nab"],
  ["al|", "tab", "alice: |"],
  ["hi bo|", "tab", "hi Bob |"],
  ["hi @BO|!", "tab", "hi Bob |!"],
  ["/whoi|", "tab", "/whois |"],
  ["/whois |", "tab", "/whois alice|"],
  ["x /who|", "tab", "x /who|"],
  ["ev|", "tab", "evil: |"],
  ["|", "tab", "|"],
  ["zz|", "tab", "zz|"],
  ["ab|", "f5", "ab|"],
];
for (const [from, key, to] of CASES) {
  Deno.test(`press() makes of ${JSON.stringify(from)} with ${JSON.stringify(key)} ${JSON.stringify(to)}`, () => {
    assertEquals(shown(keys(at(from), key)), to);
  });
}

Deno.test("press() returns the same composer when nothing changes", () => {
  for (const [text, key] of [["|a", "left"], ["a|", "f5"], ["|", "up"]]) {
    const composer = at(text ?? "");
    assert(keys(composer, key ?? "") === composer);
  }
});

Deno.test("press() goes through the ways to complete a word", () => {
  assertEquals(shown(keys(at("al|"), "tab", "tab")), "albert: |");
  assertEquals(shown(keys(at("al|"), "tab", "tab", "tab")), "alice: |");
  assertEquals(shown(keys(at("al|"), "tab", "+x", "tab")), "alice: x|");
});

Deno.test("press() brings back with Ctrl-Y what was cut in a row", () => {
  const cut = keys(at("one two three|"), "ctrl-w", "ctrl-w", "ctrl-k");
  assertEquals(shown(keys(cut, "ctrl-y")), "one two three|");
  const apart = keys(at("one two|"), "ctrl-w", "left", "ctrl-u", "ctrl-y");
  assertEquals(shown(apart), "one| ");
  const both = keys(at("one |two"), "alt-d", "ctrl-u", "ctrl-y");
  assertEquals(shown(both), "one two|");
});

Deno.test("press() recalls what was entered and keeps what was begun", () => {
  let composer = submit(at("first|")).rest;
  composer = submit(keys(composer, "+second")).rest;
  composer = submit(keys(composer, "+second")).rest; // not remembered twice
  composer = keys(composer, "+third");
  assertEquals(shown(keys(composer, "up")), "second|");
  assertEquals(shown(keys(composer, "up", "up")), "first|");
  assertEquals(shown(keys(composer, "up", "up", "up")), "first|");
  assertEquals(shown(keys(composer, "up", "up", "down")), "second|");
  assertEquals(shown(keys(composer, "up", "down", "down")), "third|");
});

Deno.test("submit() remembers a bounded number of texts, not empty ones", () => {
  let composer = submit(EMPTY_COMPOSER).rest;
  for (let i = 0; i < 600; i++) {
    composer = submit(replaceText(composer, String(i))).rest;
  }
  assertEquals(composer.history.entries.length, 500);
  assertEquals(composer.history.entries.at(-1), "599");
});

Deno.test("press() completes what a command takes, and rooms by their sign", () => {
  const completed: Record<string, string> = {
    "/whois al|": "/whois alice|",
    "/whois |": "/whois alice|",
    "/whois @b|": "/whois Bob|",
    "/join de|": "/join #dev|",
    "/join |": "/join #lobby|",
    "/join b|": "/join @bob|",
    "see #d|": "see #dev |",
    "see d|": "see d|",
    "/help a|": "/help alice |",
    "|": "|",
  };
  for (const [from, to] of Object.entries(completed)) {
    assertEquals(shown(keys(at(from), "tab")), to);
  }
});

Deno.test("press() takes a paste of several lines as one text", () => {
  const pasted = press(at("a|d"), {
    kind: "paste",
    text: "\x1b[31mb\r\nc\r\n\r\n",
  }, options);
  assertEquals(shown(pasted), "ab\nc|d");
});

Deno.test("press() takes nothing beyond the bound", () => {
  const tight = { ...options, maxBytes: 6 };
  const full = at("ab|");
  const type = (text: string): string => (
    shown(press(full, { kind: "text", text }, tight))
  );
  assertEquals(type("1234"), "ab1234|");
  assertEquals(type("12345"), "ab|");
  assertEquals(type("漢"), "ab漢|");
  assertEquals(type("漢字"), "ab|");
  const tab = press(at("al|"), { kind: "press", name: "tab" }, tight);
  assertEquals(shown(tab), "al|");
  assert(press(full, { kind: "overlong_paste" }, options) === full);
});

Deno.test("press() keeps the cursor on a grapheme border, whatever is typed", () => {
  const names = ["left", "right", "up", "down", "backspace", "delete"];
  const more = [
    "ctrl-t",
    "ctrl-w",
    "ctrl-k",
    "ctrl-y",
    "alt-b",
    "alt-f",
    "tab",
  ];
  const typed = anyText(4);
  const key: fc.Arbitrary<Key> = fc.oneof(
    fc.constantFrom(...names, ...more).map((name) => ({
      kind: "press" as const,
      name,
    })),
    fc.oneof(typed, fc.constantFrom("👨", "\u{200d}", "e", "\u{301}", "\n"))
      .map((text) => ({ kind: "text" as const, text })),
  );
  const segmenter = new Intl.Segmenter();
  fc.assert(fc.property(fc.array(key, { maxLength: 20 }), (all) => {
    let composer = EMPTY_COMPOSER;
    for (const each of all) composer = press(composer, each, options);
    const { text, cursor } = composer;
    const found = segmenter.segment(text).containing(cursor);
    assert(cursor === text.length || found?.index === cursor);
  }));
});
