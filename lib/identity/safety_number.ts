import { type Bytes, utf8 } from "../bytes.ts";
import { pbkdf2 } from "../crypto/pbkdf2.ts";
import type { PublicIdentity } from "./public_identity.ts";
import { wordsOfDigest } from "./words.ts";

/** What keys are hashed with, so that nothing else gives the same numbers. */
export const SAFETY_LABEL = "chat/1 safety number\0";
/** Iterations of PBKDF2 for each of the two keys: some 20 ms. */
export const SAFETY_ITERATIONS = 65_536;

/** Digits of a safety number, without the spaces. */
export const SAFETY_DIGITS = 60;

const DIGEST_BYTES = 32;
/** Six groups for each of the two identities. */
const GROUPS_PER_KEY = 6;
const DIGITS_PER_GROUP = 5;
/** Bytes a group is made of: far more than its digits need, so that all are as likely. */
const BYTES_PER_GROUP = 5;

/** Begins what a QR code holds: the version of all that is defined here. */
const CODE_PREFIX = "CHAT1:";
const CODE = new RegExp(
  `^${CODE_PREFIX}[0-9]{5}(?: [0-9]{5}){${2 * GROUPS_PER_KEY - 1}}$`,
);

/**
 * What two people compare to know that each has the other's key, the same for
 * both, whoever computes it.
 */
export interface SafetyNumber {
  /** Twelve groups of five digits. */
  readonly groups: readonly string[];
  /** Sixteen words, which say the same: either is enough. */
  readonly words: readonly string[];
}

/** What a scanned code says of a safety number. */
export type SafetyVerdict = "same" | "different" | "unreadable";

/**
 * Computes the safety number of two identities, in either order.
 *
 * Each key is hashed on its own and slowly, as Signal does (libsignal,
 * `fingerprint.rs`: 5200 times SHA-512 for 2^112): to
 * PBKDF2-HMAC-SHA-256 (RFC 8018 section 5.2) with the key as the password, 32
 * bytes. Of these, six groups of five bytes, most significant first, modulo
 * 100,000 are the 30 digits of the key, and the first 88 bits are its eight
 * words. The halves are put in the order of their digits.
 *
 * How safe that is: whoever wants to stand between two people needs a key of
 * its own whose half is the same as that of a key that is there already. That is
 * a second preimage of log2(10^30) = 99.66 bits, or 88 for the words, and each
 * try costs 2^16 iterations of two compressions each (and a key pair): 2^116
 * compressions for the digits and 2^105 for the words. Against any one of 2^20
 * people at once it is 2^96 and 2^85. Were both keys hashed together, 60 digits
 * would be worth no more than a birthday search of 2^99.66 tries without any of
 * that work, as an attacker in the middle chooses a key towards either side.
 * Two keys of its own with the same half cost it 2^67, and gain it nothing: what
 * is marked as verified is the fingerprint.
 *
 * Names are not part of it: the server gives them out, and what is verified is
 * a key.
 */
export async function safetyNumber(
  one: PublicIdentity,
  other: PublicIdentity,
): Promise<SafetyNumber> {
  const halves = await Promise.all([one, other].map(halfOf));
  // Digits have one length each, so this is the order of the numbers.
  halves.sort((a, b) => a.digits < b.digits ? -1 : 1);
  return {
    groups: halves.flatMap(({ groups }) => groups),
    words: halves.flatMap(({ words }) => words),
  };
}

/**
 * What a QR code of a safety number holds: 77 characters, as many as the digits
 * and spaces of a code of 29 modules can be. Any scanner shows it as text that a
 * person can compare as well.
 */
export function encodeSafetyCode({ groups }: SafetyNumber): string {
  return CODE_PREFIX + groups.join(" ");
}

/**
 * Compares a code that was scanned from the other's screen with our own number.
 * A code of another version is unreadable, not different: it proves nothing.
 */
export function compareSafetyCode(
  number: SafetyNumber,
  scanned: string,
): SafetyVerdict {
  if (!CODE.test(scanned)) return "unreadable";
  return scanned === encodeSafetyCode(number) ? "same" : "different";
}

interface Half {
  readonly digits: string;
  readonly groups: readonly string[];
  readonly words: readonly string[];
}

async function halfOf({ publicKey }: PublicIdentity): Promise<Half> {
  const digest = await pbkdf2(publicKey, DIGEST_BYTES, {
    salt: utf8(SAFETY_LABEL),
    iterations: SAFETY_ITERATIONS,
  });
  const groups = Array.from({ length: GROUPS_PER_KEY }, (_, index) => (
    groupOf(digest.subarray(index * BYTES_PER_GROUP), BYTES_PER_GROUP)
  ));
  return { digits: groups.join(""), groups, words: wordsOfDigest(digest) };
}

function groupOf(bytes: Bytes, length: number): string {
  const value = bytes.subarray(0, length)
    .reduce((sum, byte) => 256 * sum + byte, 0); // below 2^40: exact
  return String(value % 10 ** DIGITS_PER_GROUP).padStart(DIGITS_PER_GROUP, "0");
}
