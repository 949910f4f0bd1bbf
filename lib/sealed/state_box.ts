import { type Bytes, concat, equalBytes, utf8 } from "../bytes.ts";
import {
  AES_KEY_BYTES,
  AesGcmKey,
  GCM_NONCE_BYTES,
  GCM_TAG_BYTES,
} from "../crypto/aes_gcm.ts";
import { hkdfExtract, HkdfSecret } from "../crypto/hkdf.ts";
import { ChatError } from "../errors.ts";
import type { Identity } from "../identity/identity.ts";

/**
 * What an identity signs for nobody but itself: the signature is the secret that
 * states are kept under. Nothing else that it signs begins like this, and this
 * signature is never sent.
 */
export const STATE_LABEL = "chat/1 sealed state\0";

/** Longest state or change, in bytes. */
export const MAX_STATE_BYTES = 16 * 1024 * 1024;

/** Begins every record, before its version. */
const MAGIC = utf8("chatbox");
const VERSION = 1;
const SALT_BYTES = 32;
const VERSION_AT = MAGIC.length;
const COUNTER_AT = VERSION_AT + 1;
const SALT_AT = COUNTER_AT + 8;
const SEALED_AT = SALT_AT + SALT_BYTES;

/** Bytes that a record has more than what it holds. */
export const RECORD_OVERHEAD_BYTES = SEALED_AT + GCM_TAG_BYTES;

/** Where a record stands. */
export interface Place {
  /** 1 for the first that was ever kept of a room, and one more each time. */
  readonly counter: number;
  /** The record before it, for a change; left out for a whole state. */
  readonly after?: Bytes;
}

/** What was kept of a room. */
export interface Kept {
  /** Of the newest record. */
  readonly counter: number;
  readonly whole: Bytes;
  /** What has changed since, in order. */
  readonly changes: readonly Bytes[];
}

/** What is known of how new a file is, from beside it. */
export interface Evidence {
  /** Highest counter that was noted; 0 when none was. */
  readonly notedCounter: number;
  /** Whether the file is the very one that was written then, not a copy. */
  readonly sameFile: boolean;
}

/**
 * Seals what one identity keeps of one room on the disk
 * (docs/sealed.md, "State on disk"). A record is
 *
 * | offset | bytes | field     |                                                    |
 * | -----: | ----: | --------- | -------------------------------------------------- |
 * |      0 |     8 | `magic`   | `chatbox` and the version 0x01                     |
 * |      8 |     8 | `counter` | most significant byte first, from 1 on             |
 * |     16 |    32 | `salt`    | random, for this record only                       |
 * |     48 |     n | `sealed`  | AES-256-GCM (NIST SP 800-38D): ciphertext, then tag |
 *
 * Key (32 bytes) and nonce (12) are HKDF-SHA-256 (RFC 5869) of the secret, with
 * `salt` and the label `sealed state`. As every record has a key of its own, no
 * older copy of a file, nor a second process that was cloned from this one, makes
 * a nonce repeat. The associated data is `magic`, `counter`, the tag of the record
 * before (16 zeros for a whole state) and the id of the room: records cannot be
 * taken from another room, left out, swapped, or mixed from two copies.
 */
export class StateBox {
  readonly #secret: Bytes;
  readonly #roomId: Bytes;

  private constructor(secret: Bytes, roomId: Bytes) {
    this.#secret = secret;
    this.#roomId = roomId;
  }

  /**
   * Makes the box of an identity for a room. The private key may be out of our
   * reach, in WebCrypto or elsewhere, so the secret is a signature: Ed25519 is
   * deterministic (RFC 8032 section 5.1.6), and its result is as hard to guess as
   * the key for all who have not seen it. Signers that add randomness exist
   * (draft-irtf-cfrg-det-sigs-with-noise); one would never open what it sealed,
   * and is noticed here.
   *
   * @throws {ChatError} `CHAT_INTERNAL` when two signatures differ.
   */
  static async of(identity: Identity, roomId: Bytes): Promise<StateBox> {
    const secret = await identity.sign(utf8(STATE_LABEL));
    if (!equalBytes(secret, await identity.sign(utf8(STATE_LABEL)))) {
      throw new ChatError(
        "CHAT_INTERNAL",
        "Cannot keep sealed rooms: this identity never signs the same twice",
      );
    }
    return new StateBox(secret, roomId.slice());
  }

  /**
   * Seals a whole state, or a change to what the record before it holds.
   *
   * @param plaintext At most {@linkcode MAX_STATE_BYTES}.
   * @throws {RangeError} when it is longer, or the counter is no positive integer.
   */
  async seal(plaintext: Bytes, place: Place): Promise<Bytes> {
    if (plaintext.length > MAX_STATE_BYTES) {
      throw new RangeError("Cannot seal state: it is too long");
    }
    const header = new Uint8Array(SEALED_AT);
    header.set(MAGIC);
    header[VERSION_AT] = VERSION;
    writeCounter(header, place.counter);
    crypto.getRandomValues(header.subarray(SALT_AT));
    const { key, operation } = await this.#keyOf(header, place.after);
    return concat(header, await key.seal(plaintext, operation));
  }

  /**
   * Opens all that was kept: a whole state and the changes that follow it, up to
   * the first that does not open. From there on counts as not written: a power cut
   * loses or damages changes that were lazy, and {@linkcode isPutBack} tells
   * whether there were others.
   *
   * @throws {ChatError} `CHAT_SEAL_DAMAGED` when there is nothing, when the whole
   * state is damaged or missing, or was sealed for another room or by another
   * identity; `CHAT_DEVICE_UNKNOWN` when the first record
   * says that it is of another version.
   */
  async open(records: readonly Bytes[]): Promise<Kept> {
    const opened: Bytes[] = [];
    for (const [index, record] of records.entries()) {
      const content = await this.#open(record, records[index - 1]);
      if (content === undefined) break;
      opened.push(content);
    }
    const [whole, ...changes] = opened;
    const newest = records[changes.length];
    if (whole === undefined || newest === undefined) throw damaged();
    return { counter: readCounter(newest), whole, changes };
  }

  async #open(record: Bytes, after?: Bytes): Promise<Bytes | undefined> {
    if (record.length < RECORD_OVERHEAD_BYTES) return undefined;
    const header = record.slice(0, SEALED_AT);
    if (!equalBytes(header.subarray(0, VERSION_AT), MAGIC)) return undefined;
    if (header[VERSION_AT] !== VERSION) {
      if (after === undefined) throw unknownVersion(); // no crash leaves that
      return undefined;
    }
    if (after !== undefined && readCounter(record) !== readCounter(after) + 1) {
      return undefined;
    }
    const { key, operation } = await this.#keyOf(header, after);
    try {
      return await key.open(record.slice(SEALED_AT), operation);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return undefined;
    }
  }

  async #keyOf(
    header: Bytes,
    after: Bytes | undefined,
  ): Promise<
    { key: AesGcmKey; operation: { nonce: Bytes; additionalData: Bytes } }
  > {
    const salt = header.slice(SALT_AT);
    const root = await HkdfSecret.import(
      await hkdfExtract(salt, this.#secret),
    );
    const bytes = await root.expandLabel(
      "sealed state",
      new Uint8Array(0),
      AES_KEY_BYTES + GCM_NONCE_BYTES,
    );
    const tag = after?.subarray(-GCM_TAG_BYTES) ??
      new Uint8Array(GCM_TAG_BYTES);
    return {
      key: new AesGcmKey(bytes.slice(0, AES_KEY_BYTES)),
      operation: {
        nonce: bytes.slice(AES_KEY_BYTES),
        additionalData: concat(header.slice(0, SALT_AT), tag, this.#roomId),
      },
    };
  }
}

/**
 * Whether an older copy of a file was put back: its newest record is older than
 * one that was noted, or it is the one noted, but in another file. `false` says
 * only that there is no evidence; who puts back the note as well leaves none here,
 * and is noticed by what the other members have seen (docs/sealed.md).
 */
export function isPutBack(
  { counter }: Pick<Kept, "counter">,
  { notedCounter, sameFile }: Evidence,
): boolean {
  return counter < notedCounter || (counter === notedCounter && !sameFile);
}

function writeCounter(record: Bytes, counter: number): void {
  if (!Number.isSafeInteger(counter) || counter < 1) {
    throw new RangeError(
      "Cannot seal state: its counter is no positive integer",
    );
  }
  new DataView(record.buffer).setBigUint64(COUNTER_AT, BigInt(counter));
}

function readCounter(record: Bytes): number {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  return Number(view.getBigUint64(COUNTER_AT));
}

function unknownVersion(): ChatError {
  return new ChatError(
    "CHAT_DEVICE_UNKNOWN",
    "Cannot open the state of a sealed room: it is of another version of chat",
  );
}

function damaged(): ChatError {
  return new ChatError(
    "CHAT_SEAL_DAMAGED",
    "Cannot open the state of a sealed room: it is damaged, or of another room or identity",
  );
}
