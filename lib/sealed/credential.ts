import { type Bytes, concat, equalBytes, fromUtf8, utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { fingerprintBytes } from "../identity/fingerprint.ts";
import {
  type PublicIdentity,
  publicIdentity,
} from "../identity/public_identity.ts";
import {
  decodeSshBlob,
  encodeSshBlob,
  SSH_BLOB_BYTES,
} from "../identity/ssh_blob.ts";
import { KEY_BYTES, MAX_NAME_BYTES } from "../protocol/limits.ts";

const VERSION = 1;

/** Who a member of a sealed room is. */
export interface SealedIdentity extends PublicIdentity {
  /**
   * What it calls itself, 1 to 128 bytes without control characters. Nobody
   * else vouches for it: show it sanitised and with the fingerprint.
   */
  readonly name: string;
}

/** Why `name` cannot stand in a credential, or `undefined`. */
export function whyNotSealedName(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (utf8(name).length > MAX_NAME_BYTES) {
    return `it is longer than ${MAX_NAME_BYTES} bytes`;
  }
  if (!name.isWellFormed()) return "it is not well-formed";
  return hasControls(name) ? "it has control characters" : undefined;
}

/** ASCII and Latin-1 controls; what else to hide is for who shows the name. */
function hasControls(name: string): boolean {
  return [...name].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || code >= 0x7f && code < 0xa0;
  });
}

/**
 * The identity inside an MLS basic credential: version, fingerprint (32), the
 * SSH wire form of the key (51), then the name.
 *
 * @throws {ChatError} `CHAT_NAME_INVALID`.
 */
export function encodeCredential(who: SealedIdentity): Bytes {
  const why = whyNotSealedName(who.name);
  if (why !== undefined) {
    throw new ChatError("CHAT_NAME_INVALID", `Cannot take name: ${why}`);
  }
  return concat(
    Uint8Array.of(VERSION),
    fingerprintBytes(who.fingerprint),
    encodeSshBlob(who.publicKey),
    utf8(who.name),
  );
}

/**
 * Who `credential` speaks of, if it is one of ours and of the very key that the
 * leaf signs with; else `undefined`. All members decide alike.
 *
 * @param leafKey The signature key of the leaf, 32 bytes.
 */
export async function decodeCredential(
  credential: Uint8Array,
  leafKey: Uint8Array,
): Promise<SealedIdentity | undefined> {
  const nameAt = 1 + KEY_BYTES + SSH_BLOB_BYTES;
  if (credential[0] !== VERSION || credential.length < nameAt) return undefined;
  const claimed = credential.slice(1, 1 + KEY_BYTES);
  const blob = Uint8Array.from(credential.subarray(1 + KEY_BYTES, nameAt));
  const key = decodeSshBlob(blob);
  if (key === undefined || !equalBytes(key, leafKey)) return undefined;
  try {
    const known = await publicIdentity(key);
    if (!equalBytes(fingerprintBytes(known.fingerprint), claimed)) {
      return undefined;
    }
    const name = fromUtf8(credential.subarray(nameAt));
    if (whyNotSealedName(name) !== undefined) return undefined;
    return { ...known, name };
  } catch (error) {
    if (error instanceof ChatError || error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}
