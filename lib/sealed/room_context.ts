import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { Bytes } from "../bytes.ts";
import { hmacSha256Sync } from "../crypto/hmac_sync.ts";
import type { Identity } from "../identity/identity.ts";
import { encodeCredential, type SealedIdentity } from "./credential.ts";
import { suiteOf } from "./mls_suite.ts";
import { type RoomKeys, roomKeysOf } from "./room_secret.ts";

/** Size of what marks an epoch in sealed messages, in bytes. */
export const EPOCH_TAG_BYTES = 16;

/** What does not change while a device is in a sealed room. */
export interface RoomContext {
  readonly secret: Bytes;
  readonly keys: RoomKeys;
  readonly suite: CiphersuiteImpl;
  /** Ourselves, under the name we have in this room. */
  readonly own: SealedIdentity;
}

/**
 * @throws {ChatError} `CHAT_NAME_INVALID`; `CHAT_SEAL_DAMAGED` when `secret` is
 * not 32 bytes.
 */
export async function roomContext(
  secret: Bytes,
  identity: Identity,
  name: string,
): Promise<RoomContext> {
  const { publicKey, fingerprint } = identity;
  const own = { publicKey, fingerprint, name };
  encodeCredential(own); // refuses names that cannot stand there
  const [keys, suite] = await Promise.all([
    roomKeysOf(secret),
    suiteOf(identity),
  ]);
  return { secret: secret.slice(), keys, suite, own };
}

/** What an epoch of a group is known by, to members and to who joins. */
export interface EpochMarks {
  readonly groupContext: {
    readonly epoch: bigint;
    readonly confirmedTranscriptHash: Uint8Array;
  };
  readonly confirmationTag: Uint8Array;
}

/**
 * Marks an epoch: 16 bytes that only those who hold the room secret and share
 * its whole history compute alike. Two members with different marks for the
 * same epoch were shown different logs.
 */
export function epochTagOf({ keys }: RoomContext, marks: EpochMarks): Bytes {
  return hmacSha256Sync(
    keys.epochTagKey,
    marks.groupContext.confirmedTranscriptHash,
    marks.confirmationTag,
  ).slice(0, EPOCH_TAG_BYTES);
}
