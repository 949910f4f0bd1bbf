import type { Bytes } from "../bytes.ts";
import { AesGcmKey } from "../crypto/aes_gcm.ts";
import { hkdfExtract, HkdfSecret } from "../crypto/hkdf.ts";
import { ChatError } from "../errors.ts";

/** Size of a room secret, and of all that is derived from it, in bytes. */
export const ROOM_SECRET_BYTES = 32;

/** What is sealed towards the server, each under a key of its own. */
export const SEALED_KINDS = [
  "group info",
  "commit",
  "message",
  "room name",
  "member name",
] as const;

/** One of {@linkcode SEALED_KINDS}. */
export type SealedKind = typeof SEALED_KINDS[number];

/** Everything that follows from a room secret (docs/sealed.md, "The room secret"). */
export interface RoomKeys {
  /** What the server calls the room: 32 bytes that tell nothing. */
  readonly roomId: Bytes;
  /** External PSK of MLS: who joins proves with it to hold the link. */
  readonly psk: Bytes;
  /** Marks the epoch a message belongs to, so that forks are noticed. */
  readonly epochTagKey: Bytes;
  readonly seals: Readonly<Record<SealedKind, AesGcmKey>>;
}

/** Makes the secret of a new room: 32 random bytes. */
export function generateRoomSecret(): Bytes {
  return crypto.getRandomValues(new Uint8Array(ROOM_SECRET_BYTES));
}

/**
 * Derives the keys of a room.
 *
 * @throws {ChatError} `CHAT_SEAL_DAMAGED` when `secret` is not 32 bytes.
 */
export async function roomKeysOf(secret: Bytes): Promise<RoomKeys> {
  if (secret.length !== ROOM_SECRET_BYTES) {
    throw new ChatError(
      "CHAT_SEAL_DAMAGED",
      `Cannot use room secret: it has ${secret.length} bytes, not ${ROOM_SECRET_BYTES}`,
    );
  }
  const salt = new Uint8Array(ROOM_SECRET_BYTES);
  const root = await HkdfSecret.import(await hkdfExtract(salt, secret));
  const derive = (label: string): Promise<Bytes> =>
    root.expandLabel(`sealed ${label}`, new Uint8Array(0), ROOM_SECRET_BYTES);
  const seals = await Promise.all(SEALED_KINDS.map(async (kind) => [
    kind,
    new AesGcmKey(await derive(`seal ${kind}`)),
  ]));
  return {
    roomId: await derive("room id"),
    psk: await derive("psk"),
    epochTagKey: await derive("epoch tag"),
    seals: Object.fromEntries(seals),
  };
}
