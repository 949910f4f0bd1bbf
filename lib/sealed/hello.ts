import { type Bytes, concat, equalBytes, utf8 } from "../bytes.ts";
import {
  AES_KEY_BYTES,
  AesGcmKey,
  GCM_NONCE_BYTES,
  GCM_TAG_BYTES,
} from "../crypto/aes_gcm.ts";
import { ED25519_PUBLIC_BYTES, verifyEd25519 } from "../crypto/ed25519.ts";
import { hkdfExtract, HkdfSecret } from "../crypto/hkdf.ts";
import { encapsulate, ML_KEM_CIPHERTEXT_BYTES } from "../crypto/ml_kem.ts";
import { sha256, SHA256_BYTES } from "../crypto/sha256.ts";
import {
  generateX25519,
  X25519_BYTES,
  type X25519KeyPair,
} from "../crypto/x25519.ts";
import { ChatError } from "../errors.ts";
import { fingerprintBytes, fingerprintOf } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import type { PublicIdentity } from "../identity/public_identity.ts";
import { FieldReader } from "./field_reader.ts";
import { ROOM_SECRET_BYTES, roomKeysOf } from "./room_secret.ts";
import {
  keyPairsOf,
  type PublishedKey,
  type SealingKey,
} from "./sealing_key.ts";

/** What an identity signs for a hello begins with this. */
export const HELLO_LABEL = "chat/1 sealed hello\0";

const VERSION = 1;
const SIGNATURE_BYTES = 64;
const SEALED_BYTES = ROOM_SECRET_BYTES + GCM_TAG_BYTES;
/** Where the sealed secret begins: what is before it is authenticated with it. */
const SEALED_AT = 1 + ED25519_PUBLIC_BYTES + SHA256_BYTES + X25519_BYTES +
  ML_KEM_CIPHERTEXT_BYTES;
const SIGNATURE_AT = SEALED_AT + SEALED_BYTES;

/** Size of a hello, in bytes. */
export const HELLO_BYTES = SIGNATURE_AT + SIGNATURE_BYTES;

/** What is random in a hello; tests pass fixed values. */
export interface HelloEphemeral {
  readonly x25519: X25519KeyPair;
  readonly encapsulate: typeof encapsulate;
}

/** What a hello says, and to whom. */
export interface HelloOptions {
  /** Of the room, 32 bytes. */
  readonly secret: Bytes;
  /** The group that follows from the secret, 32 bytes. */
  readonly group: Bytes;
  readonly to: PublishedKey;
  /** Who says it. */
  readonly identity: Identity;
  readonly ephemeral?: HelloEphemeral;
}

/** Whose hello it must be, for whom, and for which group. */
export interface HelloPlace {
  readonly group: Bytes;
  /** Fingerprint of who must have said it, 32 bytes. */
  readonly peer: Bytes;
  readonly own: PublicIdentity;
  /** Our sealing keys; which of them was used is found out. */
  readonly keys: readonly SealingKey[];
}

/**
 * Gives the secret of a direct room to the owner of a sealing key, and to nobody
 * who breaks only one of X25519 and ML-KEM-768 (docs/sealed.md, "Keys of direct
 * rooms").
 *
 * | offset | bytes | field        | source                                       |
 * | -----: | ----: | ------------ | -------------------------------------------- |
 * |      0 |     1 | `version`    | 1                                            |
 * |      1 |    32 | `author`     | Ed25519 public key (RFC 8032)                |
 * |     33 |    32 | `keyHash`    | SHA-256 of the published sealing key         |
 * |     65 |    32 | `x25519`     | ephemeral public key (RFC 7748)              |
 * |     97 |  1088 | `ciphertext` | ML-KEM-768 (FIPS 203)                        |
 * |   1185 |    48 | `sealed`     | AES-256-GCM of the secret                    |
 * |   1233 |    64 | `signature`  | Ed25519, over label, group, author, recipient and all before |
 *
 * Key (32 bytes) and nonce (12) of `sealed` are HKDF-Expand-Label `sealed hello`
 * of HKDF-Extract(32 zeros, ML-KEM secret || X25519 secret), in the context of the
 * SHA-256 of all that took part: group, fingerprints, sealing key and the fields
 * before. So each key seals once.
 *
 * @throws {ChatError} `CHAT_SEAL_REFUSED` when the sealing key is one that no
 * honest program makes.
 */
export async function sealHello(options: HelloOptions): Promise<Bytes> {
  const { secret, group, to, identity } = options;
  const ephemeral = options.ephemeral ??
    { x25519: await generateX25519(), encapsulate };
  const agreed = await orRefused("its sealing key is not valid", async () => {
    const { ciphertext, secret } = await ephemeral.encapsulate(to.mlKem);
    return {
      ciphertext,
      secrets: concat(secret, await ephemeral.x25519.agree(to.x25519)),
    };
  });
  const header = concat(
    Uint8Array.of(VERSION),
    identity.publicKey,
    await hashOfKey(to.published),
    ephemeral.x25519.publicKey,
    agreed.ciphertext,
  );
  const author = fingerprintBytes(identity.fingerprint);
  const place = concat(group, author, to.fingerprint);
  const { key, nonce } = await keyOf(agreed.secrets, {
    place,
    published: to.published,
    header,
  });
  const sealed = key.sealNow(secret, { nonce, additionalData: header });
  const unsigned = concat(header, sealed);
  const signature = await identity.sign(
    concat(utf8(HELLO_LABEL), place, unsigned),
  );
  return concat(unsigned, signature);
}

/**
 * The secret that a hello gives us, 32 bytes. Who must have said it is checked
 * before anything is opened, and that the secret is that of the group after it.
 *
 * @throws {ChatError} `CHAT_SEAL_NO_KEYS` when it is for a sealing key that we do
 * not have (any more); `CHAT_SEAL_REFUSED` when it is not by that peer, for us and
 * for that group.
 */
export async function openHello(
  hello: Bytes,
  { group, peer, own, keys }: HelloPlace,
): Promise<Bytes> {
  if (hello.length !== HELLO_BYTES) {
    throw refused(`it has ${hello.length} bytes`);
  }
  const reader = new FieldReader(hello, "a hello");
  if (reader.uint8() !== VERSION) throw refused("it is of another version");
  const publicKey = reader.fixed(ED25519_PUBLIC_BYTES);
  const keyHash = reader.fixed(SHA256_BYTES);
  const x25519 = reader.fixed(X25519_BYTES);
  const ciphertext = reader.fixed(ML_KEM_CIPHERTEXT_BYTES);
  const sealed = reader.fixed(SEALED_BYTES);
  const signature = reader.fixed(SIGNATURE_BYTES);
  reader.finish();
  const author = fingerprintBytes(await fingerprintOf(publicKey));
  if (!equalBytes(author, peer)) throw refused("it is by somebody else");
  const place = concat(group, author, fingerprintBytes(own.fingerprint));
  const signed = hello.subarray(0, SIGNATURE_AT);
  const message = concat(utf8(HELLO_LABEL), place, signed);
  if (!await verifyEd25519({ publicKey, signature, message })) {
    throw refused("it is not for us and this room, or was changed");
  }
  const { secret, published } = await keyFor(keyHash, keys);
  const pairs = await keyPairsOf(secret);
  const secrets = await orRefused("its share is not valid", async () =>
    concat(
      await pairs.mlKem.decapsulate(ciphertext),
      await pairs.x25519.agree(x25519),
    ));
  const header = hello.slice(0, SEALED_AT);
  const { key, nonce } = await keyOf(secrets, { place, published, header });
  const opened = await orRefused(
    "what it seals was changed",
    () =>
      Promise.resolve(key.openNow(sealed, { nonce, additionalData: header })),
  );
  const { roomId } = await roomKeysOf(opened);
  if (!equalBytes(roomId, group)) throw refused("it opens another room");
  return opened;
}

/** By what a hello names the sealing key that it is for, as published: 32 bytes. */
export async function hashOfKey(published: Bytes): Promise<Bytes> {
  return await sha256(published);
}

async function keyFor(
  hash: Bytes,
  keys: readonly SealingKey[],
): Promise<SealingKey> {
  for (const key of keys) {
    if (equalBytes(await hashOfKey(key.published), hash)) return key;
  }
  throw new ChatError(
    "CHAT_SEAL_NO_KEYS",
    "Cannot open the room: it was sealed for a key that this device does not have",
  );
}

async function keyOf(
  secrets: Bytes,
  { place, published, header }: {
    readonly place: Bytes;
    readonly published: Bytes;
    readonly header: Bytes;
  },
): Promise<{ readonly key: AesGcmKey; readonly nonce: Bytes }> {
  const root = await HkdfSecret.import(
    await hkdfExtract(new Uint8Array(SHA256_BYTES), secrets),
  );
  secrets.fill(0);
  const bytes = await root.expandLabel(
    "sealed hello",
    await sha256(concat(place, published, header)),
    AES_KEY_BYTES + GCM_NONCE_BYTES,
  );
  return {
    key: new AesGcmKey(bytes.slice(0, AES_KEY_BYTES)),
    nonce: bytes.slice(AES_KEY_BYTES),
  };
}

/** Whatever is wrong with a key, a share or a tag, it is refused alike. */
async function orRefused<T>(
  found: string,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    throw refused(found, error);
  }
}

function refused(found: string, cause?: ChatError): ChatError {
  return new ChatError(
    "CHAT_SEAL_REFUSED",
    `Cannot take the keys of a direct room: ${found}`,
    cause === undefined ? undefined : { cause },
  );
}
