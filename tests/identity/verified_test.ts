import fc from "fast-check";
import type { Bytes } from "../../lib/bytes.ts";
import { parseAddress } from "../../lib/identity/address.ts";
import {
  type Fingerprint,
  fingerprintFromBytes,
} from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { makeSuccession } from "../../lib/identity/succession.ts";
import {
  MAX_VERIFIED_BYTES,
  MAX_VERIFIED_LINES,
  type Verified,
  VerifiedIdentities,
} from "../../lib/identity/verified.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const HERE = parseAddress("host:1");
const THERE = parseAddress("[2001:db8::1]:2");
const NOON = Date.UTC(2026, 2, 3, 12, 3);
const NOBODY = VerifiedIdentities.parse("");

function key(byte: number): Fingerprint {
  return fingerprintFromBytes(new Uint8Array(32).fill(byte));
}

function mark(byte: number, more: Partial<Verified> = {}): Verified {
  const fingerprint = key(byte);
  return {
    fingerprint,
    at: NOON,
    how: "digits",
    address: HERE,
    name: "bob",
    ...more,
  };
}

const BOB = mark(1);
const LINE = `${key(1)} 2026-03-03T12:03:00Z digits host:1 bob`;

Deno.test("VerifiedIdentities.mark() marks an identity, in one line of text", () => {
  const known = NOBODY.mark(BOB);
  assertEquals(known.format(), `${LINE}\n`);
  assertEquals(known.list(), [BOB]);
  assert(known.isVerified(key(1)));
  assert(!known.isVerified(key(2)));
  assertEquals(NOBODY.list(), []); // a value
});

Deno.test("VerifiedIdentities.parse() keeps comments and blank lines as they are", () => {
  const text = `# mine\n\n${LINE}\n \n`;
  const known = VerifiedIdentities.parse(text);
  assertEquals(known.format(), text);
  assertEquals(
    known.mark(mark(2, { name: "eve" })).unmark(key(2)).format(),
    text,
  );
});

Deno.test("VerifiedIdentities.parse() is the inverse of format()", () => {
  const marks = fc.array(fc.record({
    byte: fc.nat(5),
    at: fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => 1_000 * s),
    how: fc.constantFrom("digits", "words", "code", "succession" as const),
    address: fc.constantFrom(HERE, THERE),
    name: fc.constantFrom("bob", "Bob", "eve", "Åse", "ｂｏｂ", "李"),
  }));
  fc.assert(fc.property(marks, (marks) => {
    let known = NOBODY;
    for (const { byte, ...more } of marks) {
      const next = mark(byte, more);
      known = known.mark(next);
      assertEquals(known.meet(next), { kind: "verified", mark: next });
    }
    const again = VerifiedIdentities.parse(known.format());
    assertEquals(again.list(), known.list());
  }));
});

Deno.test("VerifiedIdentities.meet() tells verified, unverified and changed apart", () => {
  const known = NOBODY.mark(BOB);
  assertEquals(known.meet(BOB), { kind: "verified", mark: BOB });
  const renamed = mark(1, { name: "robert" });
  assertEquals(known.meet(renamed), { kind: "verified", mark: BOB });
  assertEquals(known.meet(mark(2)), { kind: "changed", was: BOB });
  for (const name of ["Bob", "ｂｏｂ", "BOB"]) {
    assertEquals(known.meet(mark(2, { name })).kind, "changed", name);
  }
  assertEquals(known.meet(mark(2, { name: "eve" })).kind, "unverified");
  assertEquals(known.meet(mark(2, { address: THERE })).kind, "unverified");
  const port = { ...HERE, port: 2 };
  assertEquals(known.meet(mark(2, { address: port })).kind, "unverified");
});

Deno.test("VerifiedIdentities.meet() is not misled by another verified identity", () => {
  const eve = mark(2, { name: "eve" });
  const known = NOBODY.mark(BOB).mark(eve);
  assertEquals(known.meet({ ...eve, name: "bob" }), {
    kind: "changed",
    was: BOB,
  });
});

Deno.test("VerifiedIdentities.meet() asks which names look alike", () => {
  const known = NOBODY.mark(BOB);
  const person = mark(2, { name: "b0b" });
  assertEquals(known.meet(person).kind, "unverified");
  const alike = (one: string, other: string): boolean =>
    one === other.replace("0", "o");
  assertEquals(known.meet(person, alike), { kind: "changed", was: BOB });
});

Deno.test("VerifiedIdentities.mark() resolves a changed key for the new one", () => {
  const known = NOBODY.mark(BOB).mark(mark(2, { name: "Bob" }));
  assertEquals(known.list(), [mark(2, { name: "Bob" })]);
  assert(!known.isVerified(key(1)));
  assertEquals(known.meet(BOB).kind, "changed"); // the old key is not welcome
});

Deno.test("VerifiedIdentities.mark() notes an identity once for each server", () => {
  const there = mark(1, { address: THERE, name: "robert" });
  const again = mark(1, { name: "rob", how: "code", at: NOON + 1_000 });
  const known = NOBODY.mark(BOB).mark(there).mark(again);
  assertEquals(known.list(), [there, again]);
});

Deno.test("VerifiedIdentities.release() gives a name free, and unmark() forgets an identity", () => {
  const there = mark(1, { address: THERE });
  const known = NOBODY.mark(BOB).mark(there);
  const released = known.release({ address: HERE, name: "BOB" });
  assertEquals(released.list(), [there]);
  assertEquals(released.meet(mark(2)).kind, "unverified");
  assertEquals(known.unmark(key(1)).list(), []);
  assert(known.unmark(key(2)) === known);
  assert(known.release({ address: HERE, name: "eve" }) === known);
});

Deno.test("VerifiedIdentities.see() follows a verified identity to other names and servers", () => {
  const known = NOBODY.mark(BOB);
  assert(known.see(BOB) === known);
  assert(known.see(mark(2, { name: "eve" })) === known);
  assert(known.see(mark(2)) === known); // changed: nothing is noted
  const renamed = known.see({ ...BOB, name: "robert" });
  assertEquals(renamed.list(), [{ ...BOB, name: "robert" }]);
  const elsewhere = known.see({ ...BOB, address: THERE, name: "r" });
  assertEquals(elsewhere.list(), [BOB, { ...BOB, address: THERE, name: "r" }]);
  const eve = mark(2, { name: "eve" });
  const both = known.mark(eve);
  assert(both.see({ ...eve, name: "bob" }) === both);
});

const [OLD, NEXT, LAST] = [
  await generateIdentity(),
  await generateIdentity(),
  await generateIdentity(),
];
const CARRIED = { ...BOB, fingerprint: OLD.fingerprint };

Deno.test("VerifiedIdentities.carryOver() moves the marks to the key that follows", async () => {
  const there = { ...CARRIED, address: THERE };
  const known = NOBODY.mark(CARRIED).mark(there);
  const first = await known.carryOver(await makeSuccession(OLD, NEXT));
  const how = { fingerprint: NEXT.fingerprint, how: "succession" } as const;
  assertEquals(first.list(), [{ ...CARRIED, ...how }, { ...there, ...how }]);
  assertEquals(VerifiedIdentities.parse(first.format()).list(), first.list());
  const person = { ...BOB, fingerprint: LAST.fingerprint };
  assertEquals(first.meet(person).kind, "changed");
  const second = await first.carryOver(await makeSuccession(NEXT, LAST));
  assertEquals(second.meet(person).kind, "verified");
});

Deno.test("VerifiedIdentities.carryOver() moves nothing for a key that was given up", async () => {
  const known = NOBODY.mark(CARRIED);
  const first = await known.carryOver(await makeSuccession(OLD, NEXT));
  const second = await first.carryOver(await makeSuccession(OLD, LAST));
  assert(second === first);
  assertEquals(first.meet(CARRIED).kind, "changed");
});

Deno.test("VerifiedIdentities.carryOver() moves nothing on a false statement", async () => {
  const known = NOBODY.mark(CARRIED);
  const statement = await makeSuccession(OLD, NEXT);
  const { signature, consent } = await makeSuccession(LAST, NEXT);
  for (const forged of [{ signature }, { consent }]) {
    assert(await known.carryOver({ ...statement, ...forged }) === known);
  }
  const unmarked = NOBODY.mark({ ...BOB, fingerprint: LAST.fingerprint });
  assert(await unmarked.carryOver(statement) === unmarked);
});

Deno.test("VerifiedIdentities.carryOver() keeps what is known of the next key", async () => {
  const own = { ...BOB, name: "robert", fingerprint: NEXT.fingerprint };
  const there = { ...CARRIED, address: THERE };
  const known = NOBODY.mark(CARRIED).mark(own).mark(there);
  const after = await known.carryOver(await makeSuccession(OLD, NEXT));
  assertEquals(after.list(), [own, {
    ...there,
    fingerprint: NEXT.fingerprint,
    how: "succession",
  }]);
});

const badLines = {
  "a fingerprint cut short": LINE.replace(/.(?= 2026)/, ""),
  "no fingerprint": LINE.replace(/^\S+/, "bob"),
  "no time": LINE.replace("2026-03-03T12:03:00Z", "noon"),
  "a time that does not exist": LINE.replace("03-03", "02-30"),
  "a time with another zone": LINE.replace("00Z", "00+00:00"),
  "a time with milliseconds": LINE.replace("00Z", "00.000Z"),
  "a way that is none": LINE.replace("digits", "trust"),
  "a property of every object as a way": LINE.replace("digits", "constructor"),
  "no port": LINE.replace("host:1", "host"),
  "a host in capitals": LINE.replace("host", "HOST"),
  "no name": LINE.replace(" bob", ""),
  "an empty name": LINE.replace("bob", ""),
  "a field too many": `${LINE} smith`,
  "two spaces": LINE.replace(" digits", "  digits"),
  "a tab": LINE.replace(" digits", "\tdigits"),
  "a space at the end": `${LINE} `,
  "a carriage return": `${LINE}\r`,
  "a space before it": ` ${LINE}`,
  "a name with an escape sequence": LINE.replace("bob", "b\x1b[2Jb"),
  "a name that turns round": LINE.replace("bob", "b\u202eb"),
  "a name with a wide space": LINE.replace("bob", "b\u3000b"),
  "a name of 129 characters": LINE.replace("bob", "b".repeat(129)),
};
for (const [what, line] of Object.entries(badLines)) {
  Deno.test(`VerifiedIdentities.parse() refuses ${what}`, () => {
    const error = assertRefuses(
      "CHAT_VERIFIED_DAMAGED",
      () => VerifiedIdentities.parse(`# mine\n${line}\n`),
      "line 2",
    );
    assert(!error.message.includes("\x1b"));
  });
}

Deno.test("VerifiedIdentities.parse() refuses lines that contradict each other", () => {
  const second = LINE.replace(" bob", " Bob").replace(key(1), key(2));
  for (const other of [LINE, second, LINE.replace("bob", "robert")]) {
    assertRefuses(
      "CHAT_VERIFIED_DAMAGED",
      () => VerifiedIdentities.parse(`${LINE}\n${other}\n`),
      "line 2 contradicts",
    );
  }
  const fine = [second.replace("host", "other"), second.replace("Bob", "eve")];
  for (const other of fine) VerifiedIdentities.parse(`${LINE}\n${other}\n`);
});

Deno.test("VerifiedIdentities.mark() refuses a name that no line can hold", () => {
  for (const name of ["", "b b", "b\nb", "\x1b[2J", "b".repeat(129)]) {
    assertRefuses("CHAT_NAME_INVALID", () => NOBODY.mark(mark(1, { name })));
    assertRefuses(
      "CHAT_NAME_INVALID",
      () => NOBODY.mark(BOB).see({ ...BOB, name }),
    );
  }
});

Deno.test("VerifiedIdentities bounds lines and bytes", () => {
  const full = "#\n".repeat(MAX_VERIFIED_LINES);
  const known = VerifiedIdentities.parse(full);
  assertRefuses("CHAT_VERIFIED_DAMAGED", () => known.mark(BOB), "lines");
  assertRefuses(
    "CHAT_VERIFIED_DAMAGED",
    () => VerifiedIdentities.parse(`${full}#\n`),
    "lines",
  );
  const large = `#${"x".repeat(MAX_VERIFIED_BYTES - 2)}\n`;
  const most = VerifiedIdentities.parse(large);
  assertRefuses("CHAT_VERIFIED_DAMAGED", () => most.mark(BOB), "bytes");
  assertRefuses(
    "CHAT_VERIFIED_DAMAGED",
    () => VerifiedIdentities.parse(`${large}#`),
    "bytes",
  );
});

Deno.test("VerifiedIdentities.parse() reads as many marks as there may be at once", () => {
  const lines = Array.from({ length: MAX_VERIFIED_LINES }, (_, index) => {
    const digest = new Uint8Array(32) as Bytes;
    new DataView(digest.buffer).setUint32(0, index);
    return `${
      fingerprintFromBytes(digest)
    } 2026-03-03T12:03:00Z code h:1 n${index}\n`;
  });
  const text = lines.join("");
  assertEquals(VerifiedIdentities.parse(text).format(), text);
});
