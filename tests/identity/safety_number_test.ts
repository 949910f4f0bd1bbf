import { wordlist } from "@scure/bip39/wordlists/english";
import { pbkdf2Sync } from "node:crypto";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { publicIdentity } from "../../lib/identity/public_identity.ts";
import {
  compareSafetyCode,
  encodeSafetyCode,
  SAFETY_DIGITS,
  safetyNumber,
} from "../../lib/identity/safety_number.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import vectors from "../vectors/safety_numbers.json" with { type: "json" };

const [ALICE, BOB, EVE] = [
  await generateIdentity(),
  await generateIdentity(),
  await generateIdentity(),
];
const NUMBER = await safetyNumber(ALICE, BOB);

Deno.test("safetyNumber() is the same on both sides", async () => {
  assertEquals(await safetyNumber(BOB, ALICE), NUMBER);
});

Deno.test("safetyNumber() has sixty digits in groups of five, and sixteen words", () => {
  assertEquals(NUMBER.groups.length, 12);
  assert(NUMBER.groups.every((group) => /^[0-9]{5}$/.test(group)));
  assertEquals(NUMBER.groups.join("").length, SAFETY_DIGITS);
  assertEquals(NUMBER.words.length, 16);
  assert(NUMBER.words.every((word) => wordlist.includes(word)));
});

Deno.test("safetyNumber() differs when somebody stands between", async () => {
  const [seenByAlice, seenByBob] = [
    await safetyNumber(ALICE, EVE),
    await safetyNumber(EVE, BOB),
  ];
  for (const number of [seenByAlice, seenByBob]) {
    assert(number.groups.join() !== NUMBER.groups.join());
    assert(number.words.join() !== NUMBER.words.join());
  }
  assert(seenByAlice.groups.join() !== seenByBob.groups.join());
});

for (const { identity, digest, groups, words } of vectors.halves) {
  Deno.test(`the published half of ${identity.slice(0, 8)} holds when node:crypto computes it`, () => {
    const key = Uint8Array.fromHex(identity);
    const label = new TextEncoder().encode("chat/1 safety number\0");
    assertEquals(vectors.label, label.toHex());
    const bytes = pbkdf2Sync(key, label, vectors.iterations, 32, "sha256");
    assertEquals(bytes.toString("hex"), digest);
    assertEquals(
      Array.from({ length: 6 }, (_, i) => (
        bytes.readUIntBE(5 * i, 5) % 100_000
      )),
      groups.map(Number),
    );
    const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0"))
      .join("");
    assertEquals(
      Array.from({ length: 8 }, (_, i) => (
        wordlist[parseInt(bits.slice(11 * i, 11 * i + 11), 2)]
      )),
      words,
    );
  });
}

for (const { one, other, groups, words, code } of vectors.numbers) {
  const name = `${one.slice(0, 8)} and ${other.slice(0, 8)}`;
  Deno.test(`safetyNumber() gives what is published for ${name}`, async () => {
    const a = await publicIdentity(Uint8Array.fromHex(one));
    const b = await publicIdentity(Uint8Array.fromHex(other));
    const number = await safetyNumber(a, b);
    assertEquals(number, { groups, words });
    assertEquals(encodeSafetyCode(number), code);
  });
  Deno.test(`the published number of ${name} is made of both halves, the lower one first`, () => {
    const halves = [one, other].map((key) => (
      vectors.halves.find(({ identity }) => identity === key)
    ));
    const sorted = halves.toSorted((a, b) => (
      BigInt(a?.groups.join("") ?? 0) < BigInt(b?.groups.join("") ?? 0) ? -1 : 1
    ));
    assertEquals(sorted.flatMap((half) => half?.groups), groups);
    assertEquals(sorted.flatMap((half) => half?.words), words);
  });
}

Deno.test("compareSafetyCode() tells the same number from another", async () => {
  const code = encodeSafetyCode(NUMBER);
  assertMatch(code, /^CHAT1:[0-9 ]{71}$/);
  assertEquals(compareSafetyCode(NUMBER, code), "same");
  const other = encodeSafetyCode(await safetyNumber(ALICE, EVE));
  assertEquals(compareSafetyCode(NUMBER, other), "different");
  for (let at = "CHAT1:".length; at < code.length; at++) {
    if (code[at] === " ") continue;
    const digit = (Number(code[at]) + 1) % 10;
    const changed = code.slice(0, at) + digit + code.slice(at + 1);
    assertEquals(compareSafetyCode(NUMBER, changed), "different", changed);
  }
});

for (const { why, text } of vectors.unreadable) {
  Deno.test(`compareSafetyCode() cannot read the published ${why}`, () => {
    assertEquals(compareSafetyCode(NUMBER, text), "unreadable");
  });
}
