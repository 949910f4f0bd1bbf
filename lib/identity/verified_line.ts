import { ChatError } from "../errors.ts";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { type Fingerprint, parseFingerprint } from "./fingerprint.ts";

/** What somebody did to verify an identity. */
const WAYS = ["digits", "words", "code", "succession"] as const;

/**
 * How an identity was verified: by comparing digits or words, by scanning the
 * code, or because a verified key has named it as the one that follows it.
 */
export type Way = typeof WAYS[number];

/** Somebody as a room shows them. */
export interface Person {
  readonly fingerprint: Fingerprint;
  /** Of the server: names are given out there, and may be others' elsewhere. */
  readonly address: Address;
  /** 1 to 128 characters, none of them a space or invisible. */
  readonly name: string;
}

/** A verified identity and what it was last called on one server. */
export interface Verified extends Person {
  /** When it was verified, in milliseconds since the epoch; to the second. */
  readonly at: number;
  readonly how: Way;
}

/** A line of the file; one without a mark is blank or a comment. */
export interface VerifiedLine {
  readonly text: string;
  readonly mark?: Verified;
}

/** As a terminal can show it, and as one field of a line. */
const NAME = /^[^\p{C}\p{Z}]{1,128}$/u;

/**
 * Reads a line, of which there is one text for each mark.
 *
 * @throws {ChatError} `CHAT_VERIFIED_DAMAGED`, naming the line.
 */
export function parseVerifiedLine(text: string, index: number): VerifiedLine {
  if (text.trim() === "" || text.startsWith("#")) return { text };
  const [fingerprint = "", time = "", how, where = "", name, ...more] = text
    .split(" ");
  try {
    const way = WAYS.find((each) => each === how);
    if (way === undefined || name === undefined || more.length > 0) {
      throw damagedVerified("it has other fields");
    }
    const mark = {
      fingerprint: parseFingerprint(fingerprint),
      at: Date.parse(time),
      how: way,
      address: parseAddress(where),
      name,
    };
    const line = verifiedLine(mark);
    // With its port, too: one by default would change if the default ever did.
    if (line.text !== text) throw damagedVerified("it is written otherwise");
    return line;
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    throw damagedVerified(
      `line ${index + 1} is not FINGERPRINT TIME HOW HOST:PORT NAME`,
      error,
    );
  }
}

/**
 * The line of a mark.
 *
 * @throws {ChatError} `CHAT_NAME_INVALID` for a name that no line can hold.
 */
export function verifiedLine(
  { fingerprint, at, how, address, name }: Verified,
): VerifiedLine {
  if (!NAME.test(name)) {
    throw new ChatError(
      "CHAT_NAME_INVALID",
      "Cannot mark identity: its name is empty, too long, or has spaces or invisible characters",
    );
  }
  const time = formatTime(at);
  const fields = [fingerprint, time, how, formatAddress(address), name];
  const mark = { fingerprint, at: Date.parse(time), how, address, name };
  return { text: fields.join(" "), mark };
}

/** `2026-03-03T12:03:00Z`; also what no such date is fails to be read back. */
function formatTime(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.valueOf())) throw damagedVerified("its time is none");
  return date.toISOString().replace(/\.[0-9]{3}Z$/, "Z");
}

/** The error for a file that does not hold what it should. */
export function damagedVerified(found: string, cause?: unknown): ChatError {
  return new ChatError(
    "CHAT_VERIFIED_DAMAGED",
    `Cannot read verified identities: ${found}`,
    { cause },
  );
}
