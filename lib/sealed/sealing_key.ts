import { type Bytes, concat, equalBytes, utf8 } from "../bytes.ts";
import { ED25519_PUBLIC_BYTES, verifyEd25519 } from "../crypto/ed25519.ts";
import {
  ML_KEM_PUBLIC_BYTES,
  ML_KEM_SEED_BYTES,
  mlKemFromSeed,
  type MlKemKeyPair,
  mlKemPublicOf,
} from "../crypto/ml_kem.ts";
import {
  X25519_BYTES,
  x25519FromScalar,
  type X25519KeyPair,
} from "../crypto/x25519.ts";
import { x25519PublicOf } from "../crypto/x25519_public.ts";
import { ChatError } from "../errors.ts";
import { fingerprintBytes, fingerprintOf } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import { FieldReader } from "./field_reader.ts";
import { FieldWriter } from "./field_writer.ts";

/** What an identity signs for a sealing key begins with this. */
export const SEALING_KEY_LABEL = "chat/1 sealing key\0";

/** Size of what is published, in bytes. */
export const PUBLISHED_KEY_BYTES = 1_321;

/** Size of the private half, in bytes: X25519 scalar, then ML-KEM seed. */
export const SEALING_SECRET_BYTES = X25519_BYTES + ML_KEM_SEED_BYTES;

const VERSION = 1;
const SIGNATURE_BYTES = 64;

/** A key pair by which others give its owner the secret of a direct room. */
export interface SealingKey {
  /** When it was made, by the clock of its owner: milliseconds since the epoch. */
  readonly at: number;
  /** What the server is given, {@linkcode PUBLISHED_KEY_BYTES}. */
  readonly published: Bytes;
  /** The private half, {@linkcode SEALING_SECRET_BYTES}; wipe it after use. */
  readonly secret: Bytes;
}

/**
 * The public half of a sealing key, checked: whoever has the fingerprint has
 * signed it (docs/sealed.md, "Keys of direct rooms").
 *
 * | offset | bytes | field       | source                                   |
 * | -----: | ----: | ----------- | ---------------------------------------- |
 * |      0 |     1 | `version`   | 1                                        |
 * |      1 |     8 | `at`        | milliseconds since the epoch, by its owner |
 * |      9 |    32 | `identity`  | Ed25519 public key (RFC 8032)            |
 * |     41 |    32 | `x25519`    | public key (RFC 7748)                    |
 * |     73 |  1184 | `mlKem`     | ML-KEM-768 encapsulation key (FIPS 203)  |
 * |   1257 |    64 | `signature` | Ed25519, over the label and all before   |
 */
export interface PublishedKey {
  readonly at: number;
  /** All of it, as it was published. */
  readonly published: Bytes;
  /** Of its owner, 32 bytes. */
  readonly fingerprint: Bytes;
  readonly x25519: Bytes;
  readonly mlKem: Bytes;
}

/**
 * Makes a sealing key of `identity`.
 *
 * @param at When, in milliseconds since the epoch.
 * @param options `secret` instead of a random one, for test vectors.
 */
export async function makeSealingKey(
  identity: Identity,
  at: number,
  options: { readonly secret?: Bytes } = {},
): Promise<SealingKey> {
  const secret = options.secret?.slice() ??
    crypto.getRandomValues(new Uint8Array(SEALING_SECRET_BYTES));
  const { scalar, seed } = halvesOf(secret);
  const unsigned = new FieldWriter()
    .uint8(VERSION)
    .uint64(BigInt(at))
    .fixed(identity.publicKey)
    .fixed(x25519PublicOf(scalar))
    .fixed(await mlKemPublicOf(seed))
    .finish();
  const signature = await identity.sign(
    concat(utf8(SEALING_KEY_LABEL), unsigned),
  );
  return { at, published: concat(unsigned, signature), secret };
}

/**
 * Reads and checks what somebody has published.
 *
 * @param fingerprint Of whom it is wanted, 32 bytes.
 * @throws {ChatError} `CHAT_SEAL_REFUSED` when it is of another version, not by
 * that identity, or not as it was signed.
 */
export async function openPublishedKey(
  published: Bytes,
  fingerprint: Bytes,
): Promise<PublishedKey> {
  if (published.length !== PUBLISHED_KEY_BYTES) {
    throw refused(`it has ${published.length} bytes`);
  }
  const reader = new FieldReader(published, "a sealing key");
  if (reader.uint8() !== VERSION) throw refused("it is of another version");
  const at = reader.uint64();
  const identity = reader.fixed(ED25519_PUBLIC_BYTES);
  const x25519 = reader.fixed(X25519_BYTES);
  const mlKem = reader.fixed(ML_KEM_PUBLIC_BYTES);
  const signature = reader.fixed(SIGNATURE_BYTES);
  reader.finish();
  const owner = fingerprintBytes(await fingerprintOf(identity));
  if (!equalBytes(owner, fingerprint)) {
    throw refused("it belongs to another identity");
  }
  const signed = published.subarray(0, PUBLISHED_KEY_BYTES - SIGNATURE_BYTES);
  const message = concat(utf8(SEALING_KEY_LABEL), signed);
  if (!await verifyEd25519({ publicKey: identity, signature, message })) {
    throw refused("its signature is wrong");
  }
  if (at > Number.MAX_SAFE_INTEGER) throw refused("its time is none");
  return {
    at: Number(at),
    published: published.slice(),
    fingerprint: owner,
    x25519,
    mlKem,
  };
}

/** The private half of a sealing key, ready for use. */
export async function keyPairsOf(
  secret: Bytes,
): Promise<{ readonly x25519: X25519KeyPair; readonly mlKem: MlKemKeyPair }> {
  const { scalar, seed } = halvesOf(secret);
  return {
    x25519: await x25519FromScalar(scalar, x25519PublicOf(scalar)),
    mlKem: await mlKemFromSeed(seed, await mlKemPublicOf(seed)),
  };
}

function halvesOf(secret: Bytes): { scalar: Bytes; seed: Bytes } {
  if (secret.length !== SEALING_SECRET_BYTES) {
    throw new RangeError("Cannot use a sealing key: its size is wrong");
  }
  return {
    scalar: secret.slice(0, X25519_BYTES),
    seed: secret.slice(X25519_BYTES),
  };
}

function refused(found: string): ChatError {
  return new ChatError(
    "CHAT_SEAL_REFUSED",
    `Cannot use a sealing key: ${found}`,
  );
}
