import type { ClientState } from "ts-mls/clientState.js";
import { utf8 } from "../bytes.ts";
import { hmacSha256Sync } from "../crypto/hmac_sync.ts";

const GROUPS = 6;
const LABEL = utf8("chat/1 sealed epoch fingerprint");

/**
 * 30 digits in six groups that all members of this epoch have alike, and no
 * others: comparing them aloud shows that nobody was shown another history or
 * another set of members. Nearly 100 bits.
 */
export function epochFingerprintOf({ keySchedule }: ClientState): string {
  const digest = hmacSha256Sync(keySchedule.epochAuthenticator, LABEL);
  const view = new DataView(digest.buffer);
  return Array.from({ length: GROUPS }, (_, i) => {
    // 40 bits for five digits: what the remainder favours is below 2^-23.
    const value = view.getUint8(5 * i) * 2 ** 32 + view.getUint32(5 * i + 1);
    return String(value % 100_000).padStart(5, "0");
  }).join(" ");
}
