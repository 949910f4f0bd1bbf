import type { Bytes } from "../bytes.ts";
import type { Author } from "../protocol/entry.ts";

/**
 * What is known of somebody: verified by comparing a safety number; not so; or
 * under a name that is known to be another key's.
 */
export type Trust = "verified" | "unverified" | "changed";

/** What two people compare, the same for both. */
export interface ComparedNumber {
  /** Twelve groups of five digits. */
  readonly groups: readonly string[];
  /** Sixteen words, which say the same. */
  readonly words: readonly string[];
  /** The same for a QR code: visible ASCII. */
  readonly code: string;
}

/** Somebody with a key. */
export interface KeyHolder extends Author {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
}

/** Who was verified, on this device. */
export interface Verification {
  /** At once, as it decides how names are shown. */
  judge(person: Author): Trust;
  /**
   * The safety number of us and somebody.
   *
   * @throws {ChatError} `CHAT_IDENTITY_INVALID` when the key is not that of the
   * fingerprint.
   */
  number(person: KeyHolder): Promise<ComparedNumber>;
  /** Compares what was scanned or typed; a code of another version is unreadable. */
  compare(
    number: ComparedNumber,
    scanned: string,
  ): "same" | "different" | "unreadable";
  /**
   * Marks somebody as verified, and takes the name from whoever had it.
   *
   * @throws {ChatError} What keeping it throws.
   */
  mark(person: Author, how: "digits" | "code"): Promise<void>;
  /**
   * Forgets that somebody was verified; of somebody `changed`, whoever was under
   * that name.
   *
   * @returns Whether anybody was.
   * @throws {ChatError} What keeping it throws.
   */
  forget(person: Author): Promise<boolean>;
}
