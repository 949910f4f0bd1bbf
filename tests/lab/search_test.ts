import fc from "fast-check";
import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { needlesOf, WINDOW_BYTES } from "../../lib/lab/needles.ts";
import { chanceFindings, findNeedles } from "../../lib/lab/search.ts";
import type { Secret } from "../../lib/lab/secret.ts";
import { assert, assertEquals } from "../support/assert.ts";

const word = (text: string): Secret => ({ kind: "text", what: text, text });
const key = (bytes: Bytes): Secret => ({ kind: "bytes", what: "key", bytes });
const small = fc.uint8Array({ maxLength: 20 }).map((b) => Uint8Array.from(b));

/** Encodings, written without the code under test. */
const TEXT_ENCODINGS: Record<string, (text: string) => Bytes> = {
  "UTF-8": (text) => utf8(text),
  "UTF-8 backwards": (text) => utf8([...text].reverse().join("")),
  "UTF-16LE": (text) =>
    Uint8Array.from([...text].flatMap((c) => [c.charCodeAt(0), 0])),
  "UTF-16BE": (text) =>
    Uint8Array.from([...text].flatMap((c) => [0, c.charCodeAt(0)])),
  "hexadecimal": (text) =>
    utf8([...text].map((c) => c.charCodeAt(0).toString(16)).join("")),
};

for (const [encoding, encode] of Object.entries(TEXT_ENCODINGS)) {
  Deno.test(`findNeedles() finds a word in ${encoding}, whatever its case`, () => {
    const needles = needlesOf(word("harbour"));
    const usual = ["Harbour", "harbour", "HARBOUR"];
    const any = encoding === "hexadecimal" ? [] : ["hArBoUr"];
    for (const text of [...usual, ...any]) {
      fc.assert(
        fc.property(small, small, (before, after) => {
          const found = findNeedles(
            concat(before, encode(text), after),
            needles,
          );
          assert(
            found.some(({ needle, offset }) =>
              needle.encoding === encoding && offset === before.length
            ),
          );
        }),
        { numRuns: 20 },
      );
    }
  });
}

Deno.test("findNeedles() finds upper-case hexadecimal", () => {
  const needles = needlesOf(word("jkl?"));
  assertEquals(findNeedles(utf8("6A6B6C3F"), needles).length, 1);
});

Deno.test("findNeedles() finds a word in base64 of anything around it", () => {
  for (const text of ["Harbour", "harbour", "HARBOUR"]) {
    fc.assert(fc.property(small, small, (before, after) => {
      const haystack = utf8(
        btoa(String.fromCharCode(...before, ...utf8(text), ...after)),
      );
      const found = findNeedles(haystack, needlesOf(word("Harbour")));
      assertEquals(found.map(({ needle }) => needle.encoding), [
        `base64, offset ${before.length % 3}`,
      ]);
    }));
  }
});

Deno.test("findNeedles() finds a word beyond ASCII in both cases", () => {
  const needles = needlesOf(word("Łódź"));
  for (const text of ["Łódź", "łódź", "ŁÓDŹ"]) {
    assertEquals(findNeedles(utf8(`in ${text}!`), needles)[0]?.offset, 3);
  }
});

Deno.test("findNeedles() finds any part of a key of eight bytes", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => 0xe0 + i * 37 & 0xff);
  const needles = needlesOf(key(bytes));
  for (let at = 0; at + WINDOW_BYTES <= bytes.length; at++) {
    const part = bytes.slice(at, at + WINDOW_BYTES);
    const text = String.fromCharCode(...part);
    const forms: [string, Bytes][] = [
      ["raw", part],
      ["backwards", part.toReversed()],
      ["hexadecimal", utf8(part.toHex().toUpperCase())],
      ["base64, offset 0", utf8(btoa(text))],
      ["base64, offset 1", utf8(btoa("x" + text))],
      ["base64, offset 2", utf8(btoa("xy" + text))],
      ["base64url", utf8(part.toBase64({ alphabet: "base64url" }))],
    ];
    for (const [encoding, form] of forms) {
      const found = findNeedles(form, needles);
      assert(
        found.some(({ needle }) => needle.encoding.startsWith(encoding)) ||
          (encoding === "base64url" && found.length > 0),
        `${encoding} of ${part.toHex()}`,
      );
    }
  }
  assertEquals(findNeedles(bytes.slice(0, WINDOW_BYTES - 1), needles), []);
});

Deno.test("findNeedles() looks for short bytes as a whole", () => {
  const needles = needlesOf(key(Uint8Array.of(1, 2, 3)));
  assertEquals(findNeedles(Uint8Array.of(0, 1, 2, 3), needles)[0]?.offset, 1);
});

Deno.test("findNeedles() finds nothing where nothing is", () => {
  const needles = [...needlesOf(word("harbour")), ...needlesOf(word("seven"))];
  assertEquals(findNeedles(utf8("a harbou r, 5even, HARBO URS"), needles), []);
  assertEquals(findNeedles(new Uint8Array(0), needles), []);
});

Deno.test("chanceFindings() counts places, letters and bytes", () => {
  const [first] = needlesOf(word("ab1"));
  assert(first !== undefined && first.encoding === "UTF-8");
  assertEquals(chanceFindings(3, [first]), 4 / 2 ** 24);
  assertEquals(chanceFindings(12, [first]), 10 * 4 / 2 ** 24);
  assertEquals(chanceFindings(2, [first]), 0);
});

Deno.test("chanceFindings() agrees with what random bytes contain", () => {
  const needles = needlesOf(word("ab")).filter(({ encoding }) =>
    encoding === "UTF-8"
  );
  const rounds = 200;
  const length = 65_536 / 4; // expects 0.25 * 4 findings a round
  const expected = rounds * (1 - Math.exp(-chanceFindings(length, needles)));
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    found += findNeedles(bytes, needles).length;
  }
  assert(Math.abs(found - expected) < 48, `${found}, expected ${expected}`); // 7 sigma
});
