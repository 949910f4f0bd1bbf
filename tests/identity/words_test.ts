import fc from "fast-check";
import { wordlist } from "@scure/bip39/wordlists/english";
import type { Bytes } from "../../lib/bytes.ts";
import { fingerprintFromBytes } from "../../lib/identity/fingerprint.ts";
import { BITS_PER_WORD, WORDS, wordsOf } from "../../lib/identity/words.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("wordsOf() reads 11 bits a word, the most significant first", () => {
  const digest = new Uint8Array(32);
  digest.set([0b00000000, 0b00100000, 0b00001000]); // 1, then 2 of 11 bits each
  digest.set([0b00000111, 0b11111111], 9); // the last word: all ones
  const words = wordsOf(fingerprintFromBytes(digest));
  assertEquals(words, [
    "ability",
    "able",
    "abandon",
    "abandon",
    "abandon",
    "abandon",
    "abandon",
    "zoo",
  ]);
});

Deno.test("wordsOf() carries exactly the first 88 bits", () => {
  const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(fc.property(digest, (bytes) => {
    const words = wordsOf(fingerprintFromBytes(bytes as Bytes));
    const bits = words
      .map((word) => wordlist.indexOf(word).toString(2).padStart(11, "0"))
      .join("");
    const first = [...bytes.slice(0, 11)]
      .map((byte) => byte.toString(2).padStart(8, "0")).join("");
    assertEquals(bits, first);
  }));
  assertEquals(WORDS * BITS_PER_WORD, 88);
});

Deno.test("wordsOf() draws from 2048 different words of lower-case letters", () => {
  assertEquals(new Set(wordlist).size, 2 ** BITS_PER_WORD);
  assertEquals(wordlist.every((word) => /^[a-z]{3,8}$/.test(word)), true);
});
