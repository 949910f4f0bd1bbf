import { type Bytes, concat, utf8 } from "../bytes.ts";
import { sha256 } from "../crypto/sha256.ts";
import type { Role } from "../wire/auth.ts";

/**
 * The exact bytes of the handshake so far: whole messages with their headers,
 * without frame lengths and padding. Never mutated.
 */
export class Transcript {
  readonly #bytes: Bytes;

  constructor(...messages: readonly Bytes[]) {
    this.#bytes = concat(...messages);
  }

  /** This transcript, then `messages`. */
  with(...messages: readonly Bytes[]): Transcript {
    return new Transcript(this.#bytes, ...messages);
  }

  /** SHA-256 of it: 32 bytes. */
  hash(): Promise<Bytes> {
    return sha256(this.#bytes);
  }
}

/**
 * What `role` signs: 64 spaces, label, a zero byte, transcript hash. The form
 * of RFC 8446 section 4.4.3, so that the two roles never sign the same bytes.
 */
export function signatureInput(role: Role, transcriptHash: Bytes): Bytes {
  return concat(
    new Uint8Array(64).fill(0x20),
    utf8(`chat/1 ${role}`),
    Uint8Array.of(0),
    transcriptHash,
  );
}
