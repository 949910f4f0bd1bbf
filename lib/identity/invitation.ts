import type { Bytes } from "../bytes.ts";
import { sha256Sync } from "../crypto/sha256_sync.ts";

/** Size of an invitation's secret, which stands in a link. */
export const INVITATION_BYTES = 16;

/** Somebody's way in: whoever shows the secret first. */
export interface FreshInvitation {
  readonly secret: Bytes;
  /** SHA-256 of it, 32 bytes: all that a server keeps. */
  readonly digest: Bytes;
}

/** Makes a secret that nobody can guess. */
export function makeInvitation(): FreshInvitation {
  const secret = crypto.getRandomValues(new Uint8Array(INVITATION_BYTES));
  return { secret, digest: sha256Sync(secret) };
}
