import { type Bytes, concat } from "../bytes.ts";
import { ByteReader } from "./byte_reader.ts";
import { clearMessage, encodeMessage, MESSAGE_TYPES } from "./message.ts";

/**
 * Answers a ClientHello (docs/protocol.md, "ServerHello").
 *
 * | offset | bytes | field        | source                          |
 * | -----: | ----: | ------------ | ------------------------------- |
 * |      0 |     1 | type 0x02    |                                 |
 * |      1 |     2 | length       | 1152                            |
 * |      3 |    32 | `random`     |                                 |
 * |     35 |    32 | `x25519`     | RFC 7748 section 6.1            |
 * |     67 |  1088 | `ciphertext` | FIPS 203, ML-KEM-768 ciphertext |
 */
export interface ServerHello {
  readonly random: Bytes;
  readonly x25519: Bytes;
  readonly ciphertext: Bytes;
}

/** Exact encoded size of a {@linkcode ServerHello}, in bytes. */
export const SERVER_HELLO_BYTES = 1155;

/** Inverse of {@linkcode decodeServerHello}. */
export function encodeServerHello(hello: ServerHello): Bytes {
  return encodeMessage(
    MESSAGE_TYPES.serverHello,
    concat(hello.random, hello.x25519, hello.ciphertext),
  );
}

/**
 * Decodes exactly {@linkcode SERVER_HELLO_BYTES} bytes; checks no key.
 *
 * @throws {ChatError} `CHAT_WIRE_MALFORMED` or `CHAT_UNEXPECTED_MESSAGE`.
 */
export function decodeServerHello(bytes: Bytes): ServerHello {
  const payload = clearMessage(bytes, MESSAGE_TYPES.serverHello);
  const reader = new ByteReader(payload, "ServerHello");
  const hello = {
    random: reader.take(32),
    x25519: reader.take(32),
    ciphertext: reader.take(1088),
  };
  reader.finish();
  return hello;
}
