import { type Bytes, concat } from "../bytes.ts";
import { ByteReader } from "./byte_reader.ts";
import { encodeMessage, MESSAGE_TYPES, soleMessage } from "./message.ts";

/**
 * Proves an identity, once from each side, always sealed (docs/protocol.md,
 * "ServerAuth" and "ClientAuth").
 *
 * | offset | bytes | field                                  | source             |
 * | -----: | ----: | -------------------------------------- | ------------------ |
 * |      0 |     1 | type 0x03 (server) or 0x04 (client)    |                    |
 * |      1 |     2 | length                                 | 128                |
 * |      3 |    32 | `identity`, an Ed25519 public key      | RFC 8032 sec 5.1.5 |
 * |     35 |    64 | `signature`                            | RFC 8032 sec 5.1.6 |
 * |     99 |    32 | `finished`, an HMAC-SHA-256            | RFC 8446 sec 4.4.4 |
 */
export interface Auth {
  readonly identity: Bytes;
  readonly signature: Bytes;
  readonly finished: Bytes;
}

/** Which side an {@linkcode Auth} speaks for. */
export type Role = "server" | "client";

const TYPE = {
  server: MESSAGE_TYPES.serverAuth,
  client: MESSAGE_TYPES.clientAuth,
};

/** Exact size of the sealed record that carries one, in bytes: 256 + tag. */
export const SEALED_AUTH_BYTES = 272;

/** Inverse of {@linkcode decodeAuth}, without padding: 131 bytes. */
export function encodeAuth(role: Role, auth: Auth): Bytes {
  return encodeMessage(
    TYPE[role],
    concat(auth.identity, auth.signature, auth.finished),
  );
}

/**
 * Decodes the plaintext of the record that carries it; proves nothing yet.
 *
 * @throws {ChatError} `CHAT_WIRE_MALFORMED` or `CHAT_UNEXPECTED_MESSAGE`.
 */
export function decodeAuth(role: Role, plaintext: Bytes): Auth {
  const payload = soleMessage(plaintext, TYPE[role]);
  const reader = new ByteReader(
    payload,
    role === "server" ? "ServerAuth" : "ClientAuth",
  );
  const auth = {
    identity: reader.take(32),
    signature: reader.take(64),
    finished: reader.take(32),
  };
  reader.finish();
  return auth;
}
