import fc from "fast-check";
import type { Bytes } from "../../lib/bytes.ts";
import { parseAddress } from "../../lib/identity/address.ts";
import {
  type Fingerprint,
  fingerprintFromBytes,
} from "../../lib/identity/fingerprint.ts";
import {
  MAX_PIN_LINES,
  MAX_PINS_BYTES,
  type Pin,
  Pins,
} from "../../lib/identity/pins.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const [a, b] = [key(1), key(2)];
const host = parseAddress("host:7878");
const other = parseAddress("[::1]:22");

const text = `# servers I know

host:7878 ${a} the old key
  [::1]:22\t${b}
#host:7878 ${b}
HOST:7878 ${b}   the  new key
`;

Deno.test("Pins.lookup() finds every key of an address and no others", () => {
  const pins = Pins.parse(text);
  assertEquals(pins.lookup(host), [a, b]);
  assertEquals(pins.lookup(other), [b]);
  assertEquals(pins.lookup(parseAddress("host:7879")), []);
  assertEquals(pins.lookup(parseAddress("hos:7878")), []);
});

Deno.test("Pins.list() tells the pins in the order of the file", () => {
  assertEquals(Pins.parse(text).list(), [
    { address: host, fingerprint: a, comment: "the old key" },
    { address: other, fingerprint: b, comment: "" },
    { address: host, fingerprint: b, comment: "the  new key" },
  ]);
});

Deno.test("Pins.format() keeps every line as it was written", () => {
  assertEquals(Pins.parse(text).format(), text);
  assertEquals(Pins.parse("").format(), "");
  assertEquals(Pins.parse("# no line end").format(), "# no line end\n");
});

Deno.test("Pins.add() appends a line", () => {
  const pin = { address: other, fingerprint: a, comment: " two\nlines " };
  const pins = Pins.parse(text).add(pin);
  assertEquals(pins.format(), `${text}[::1]:22 ${a} two lines\n`);
  assertEquals(pins.lookup(other), [b, a]);
});

Deno.test("Pins.add() returns the same value when the key is known", () => {
  const pins = Pins.parse(text);
  assert(pins.add({ address: host, fingerprint: b, comment: "new" }) === pins);
});

Deno.test("Pins.add() refuses to grow the file above its limit", () => {
  const pins = Pins.parse("#\n".repeat(MAX_PIN_LINES));
  const pin = { address: host, fingerprint: a, comment: "" };
  assertRefuses("CHAT_PINS_DAMAGED", () => pins.add(pin));
  const long = { ...pin, comment: "x".repeat(MAX_PINS_BYTES) };
  assertRefuses("CHAT_PINS_DAMAGED", () => Pins.parse("").add(long));
});

Deno.test("Pins.remove() drops the pins of an address and nothing else", () => {
  assertEquals(
    Pins.parse(text).remove(host).format(),
    `# servers I know\n\n  [::1]:22\t${b}\n#host:7878 ${b}\n`,
  );
});

Deno.test("Pins.remove() drops only the key it is told to", () => {
  const pins = Pins.parse(text).remove(host, a);
  assertEquals(pins.lookup(host), [b]);
  assertEquals(pins.lookup(other), [b]);
});

Deno.test("Pins.remove() returns the same value when there is nothing to drop", () => {
  const pins = Pins.parse(text);
  assert(pins.remove(other, a) === pins);
  assert(pins.remove(parseAddress("nobody")) === pins);
});

Deno.test("Pins.parse() is the inverse of Pins.format() after any additions", () => {
  const pin = fc.record<Pin>({
    address: fc.constantFrom(host, other),
    fingerprint: fc.integer({ min: 0, max: 5 }).map(key),
    comment: fc.string({ unit: "binary" }),
  });
  fc.assert(fc.property(fc.array(pin), (added) => {
    const pins = added.reduce((pins, pin) => pins.add(pin), Pins.parse(text));
    const again = Pins.parse(pins.format());
    assertEquals(again.list(), pins.list());
    assertEquals(again.format(), pins.format());
  }));
});

const refused = {
  "no port": `host ${a}`,
  "a bad port": `host:0 ${a}`,
  "a bad host": `ho$t:1 ${a}`,
  "no fingerprint": "host:7878",
  "a fingerprint cut short": `host:7878 ${a.slice(0, -1)}`,
  "a fingerprint before the address": `${a} host:7878`,
  "a line of OpenSSH": "host ssh-ed25519 AAAA",
  "a merge conflict": "<<<<<<< mine",
};
for (const [what, line] of Object.entries(refused)) {
  Deno.test(`Pins.parse() refuses ${what}, naming the line`, () => {
    const read = (): unknown => Pins.parse(`# first\n\n${line}\n`);
    assertRefuses("CHAT_PINS_DAMAGED", read, "line 3");
  });
}

Deno.test("Pins.parse() refuses more lines or bytes than its limits", () => {
  const lines = "\n".repeat(MAX_PIN_LINES);
  assertEquals(Pins.parse(lines).format(), lines);
  assertRefuses("CHAT_PINS_DAMAGED", () => Pins.parse(`${lines}\n`), "lines");
  const long = "#é".padEnd(MAX_PINS_BYTES - 1, "#"); // é has two bytes
  assertEquals(Pins.parse(long).list(), []);
  assertRefuses("CHAT_PINS_DAMAGED", () => Pins.parse(`${long}#`), "larger");
});

function key(byte: number): Fingerprint {
  return fingerprintFromBytes(new Uint8Array(32).fill(byte) as Bytes);
}

const ANNOUNCED = Pins.parse(`host:7878 ${a} at home\n`)
  .announce(host, { by: a, next: b });

Deno.test("Pins.announce() adds a key, says who announced it, and keeps the comment", () => {
  const lines = [
    `host:7878 ${a} at home`,
    `host:7878 ${b} announced by ${a} at home`,
  ];
  assertEquals(ANNOUNCED.format(), lines.map((line) => `${line}\n`).join(""));
  assertEquals(Pins.parse(ANNOUNCED.format()).heirOf(host, a), b);
  const next = ANNOUNCED.announce(host, { by: b, next: key(3) });
  assertEquals(next.list()[2]?.comment, `announced by ${b} at home`);
});

Deno.test("Pins.announce() changes nothing about a key that is known", () => {
  const known = Pins.parse(text);
  assert(known.announce(host, { by: a, next: b }) === known);
});

Deno.test("Pins.heirOf() finds the heir of that key of that address only", () => {
  assertEquals(ANNOUNCED.heirOf(host, b), undefined);
  assertEquals(ANNOUNCED.heirOf(other, a), undefined);
  const unlike = [
    `announced  by ${a}`,
    `announced by ${a}x`,
    `was announced by ${a}`,
    `announced by ${a.slice(0, -1)}`,
  ];
  for (const comment of unlike) {
    const pins = Pins.parse(`host:7878 ${b} ${comment}\n`);
    assertEquals(pins.heirOf(host, a), undefined, comment);
  }
});

Deno.test("Pins.agreeing() takes named keys and their heirs, of keys that are known", () => {
  assertEquals(ANNOUNCED.agreeing(host, [a]), [a, b]);
  assertEquals(ANNOUNCED.agreeing(host, [b]), [b]);
  assertEquals(ANNOUNCED.agreeing(host, [key(3)]), []);
  assertEquals(ANNOUNCED.agreeing(other, [a]), []);
  assertEquals(ANNOUNCED.remove(host, a).agreeing(host, [a]), [b]);
});

Deno.test("Pins.settle() drops the key that announced the one proved", () => {
  assertEquals(ANNOUNCED.settle(host, b).lookup(host), [b]);
  assert(ANNOUNCED.settle(host, a) === ANNOUNCED);
  const settled = ANNOUNCED.settle(host, b);
  assert(settled.settle(host, b) === settled);
});

Deno.test("Pins.settle() drops no other key, and adds one that is new", () => {
  const pins = Pins.parse(`${text}host:7878 ${key(3)} announced by ${a}\n`);
  assertEquals(pins.settle(host, key(3)).lookup(host), [b, key(3)]);
  assertEquals(pins.settle(host, key(3)).lookup(other), [b]);
  assertEquals(pins.settle(other, a).lookup(other), [b, a]);
});

Deno.test("Pins.settle() never leaves a server without the key it proved", () => {
  const itself = Pins.parse(`host:7878 ${a} announced by ${a}\n`);
  assertEquals(itself.settle(host, a).lookup(host), [a]);
});
