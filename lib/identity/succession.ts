import { type Bytes, concat, equalBytes, utf8 } from "../bytes.ts";
import { ED25519_PUBLIC_BYTES, verifyEd25519 } from "../crypto/ed25519.ts";
import { ChatError } from "../errors.ts";
import type { Identity } from "./identity.ts";
import { decodePem, encodePem } from "./pem.ts";
import { type PublicIdentity, publicIdentity } from "./public_identity.ts";

/** What both keys sign begins with this, and nothing else they sign does. */
export const SUCCESSION_LABEL = "chat/1 succession\0";

/** Size of an Ed25519 signature, in bytes. */
const SIGNATURE_BYTES = 64;

/** Size of a statement: two public keys and two signatures, in bytes. */
const STATEMENT_BYTES = 2 * ED25519_PUBLIC_BYTES + 2 * SIGNATURE_BYTES;

/** What stands in the first line of a file that holds a statement. */
const PEM_LABEL = "CHAT SUCCESSION";

/**
 * What is said of the key that follows another one. Both sign it: the current
 * key names its heir, and the next one agrees, so that nobody can make another
 * an heir who does not want to be, of a bad name or of a mute.
 */
export interface Succession {
  /** The next key: raw Ed25519, 32 bytes. */
  readonly publicKey: Bytes;
  /** By the current key, 64 bytes. */
  readonly signature: Bytes;
  /** By the next key over the same, 64 bytes. */
  readonly consent: Bytes;
}

/** A succession that names the key it begins with: what a file holds. */
export interface SuccessionStatement extends Succession {
  /** The key that is followed: raw Ed25519, 32 bytes. */
  readonly current: Bytes;
}

/** What both keys sign: the label, the current and the next public key. */
export function successionInput(current: Bytes, next: Bytes): Bytes {
  return concat(utf8(SUCCESSION_LABEL), current, next);
}

/** States that `next` follows `current`. */
export async function makeSuccession(
  current: Identity,
  next: Identity,
): Promise<SuccessionStatement> {
  const input = successionInput(current.publicKey, next.publicKey);
  return {
    current: current.publicKey,
    publicKey: next.publicKey,
    signature: await current.sign(input),
    consent: await next.sign(input),
  };
}

/**
 * Checks that the holder of `current`, who was proven, has named its next key
 * and that this key agrees.
 *
 * @returns The next identity, or `undefined` when anything is wrong: a
 * signature, a key that proves nothing, or a key that follows itself.
 */
export async function verifySuccession(
  current: Bytes,
  { publicKey, signature, consent }: Succession,
): Promise<PublicIdentity | undefined> {
  if (equalBytes(current, publicKey)) return undefined;
  const message = successionInput(current, publicKey);
  const named = { publicKey: current, signature, message };
  if (!await verifyEd25519(named)) return undefined;
  const agreed = { publicKey, signature: consent, message };
  if (!await verifyEd25519(agreed)) return undefined;
  return await publicIdentity(publicKey);
}

/** Encodes a statement as a file: PEM of its keys and signatures. */
export function encodeSuccession(statement: SuccessionStatement): Bytes {
  const { current, publicKey, signature, consent } = statement;
  const bytes = concat(current, publicKey, signature, consent);
  return utf8(encodePem({ label: PEM_LABEL, bytes }));
}

/**
 * Reads what {@linkcode encodeSuccession} wrote; whether it is true, nobody
 * knows before {@linkcode verifySuccession}.
 *
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED`.
 */
export function decodeSuccession(text: string): SuccessionStatement {
  const { label, bytes } = decodePem(text);
  if (label !== PEM_LABEL || bytes.length !== STATEMENT_BYTES) {
    throw new ChatError(
      "CHAT_IDENTITY_DAMAGED",
      "Cannot read succession: the file holds something else",
    );
  }
  return {
    current: bytes.slice(0, 32),
    publicKey: bytes.slice(32, 64),
    signature: bytes.slice(64, 128),
    consent: bytes.slice(128),
  };
}
