import type { Bytes } from "../bytes.ts";

/** Whom a server admits, such as `AuthorizedKeys`. */
export interface AccessList {
  /** @param publicKey Raw Ed25519 key, 32 bytes, proven by who asks. */
  has(publicKey: Bytes): boolean;
}
