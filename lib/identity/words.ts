import { wordlist } from "@scure/bip39/wordlists/english";
import type { Bytes } from "../bytes.ts";
import { type Fingerprint, fingerprintBytes } from "./fingerprint.ts";

/** Words in the short form of a fingerprint. */
export const WORDS = 8;
/** Bits each word carries: the list has 2048. */
export const BITS_PER_WORD = 11;

/**
 * The first 88 bits of a fingerprint as eight words of the BIP-39 English list
 * (most significant bit first), which was chosen for words that are not
 * mistaken for one another when spoken or misspelt.
 *
 * Two people who compare all eight words aloud notice another key: to find one
 * with the same words takes about 2^88 key pairs. A pin is a standing promise
 * and always needs the whole fingerprint; nothing parses words back.
 */
export function wordsOf(fingerprint: Fingerprint): readonly string[] {
  return wordsOfDigest(fingerprintBytes(fingerprint));
}

/** The same of any digest of at least 11 bytes. */
export function wordsOfDigest(digest: Bytes): readonly string[] {
  const bytes = digest.slice(0, 11);
  const bits = bytes.reduce((value, byte) => value << 8n | BigInt(byte), 0n);
  return Array.from({ length: WORDS }, (_, index) => {
    const shift = BigInt(BITS_PER_WORD * (WORDS - 1 - index));
    return wordlist[Number(bits >> shift & 0x7ffn)] as string;
  });
}
