import type { Bytes } from "../bytes.ts";
import { encodeSshBlob, SSH_KEY_TYPE } from "./ssh_blob.ts";

/**
 * The line that goes into an `authorized_keys` file: type, key, comment. The
 * comment must not contain line breaks.
 */
export function opensshPublicLine(publicKey: Bytes, comment: string): string {
  const blob = encodeSshBlob(publicKey).toBase64();
  return [SSH_KEY_TYPE, blob, comment].filter((part) => part !== "").join(" ");
}
