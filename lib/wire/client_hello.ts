import { type Bytes, concat, equalBytes, utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { ByteReader } from "./byte_reader.ts";
import { encodeMessage, MESSAGE_TYPES } from "./message.ts";

/** First bytes of every ClientHello. */
export const MAGIC: Bytes = utf8("chat");
/** The one version this program speaks. */
export const VERSION = 1;

/**
 * Opens the handshake (docs/protocol.md, "ClientHello").
 *
 * | offset | bytes | field     | source                   |
 * | -----: | ----: | --------- | ------------------------ |
 * |      0 |     1 | type 0x01 |                          |
 * |      1 |     2 | length    | 1253                     |
 * |      3 |     4 | magic     | `"chat"`                 |
 * |      7 |     1 | version   | 1                        |
 * |      8 |    32 | `random`  |                          |
 * |     40 |    32 | `x25519`  | RFC 7748 section 6.1     |
 * |     72 |  1184 | `mlKem`   | FIPS 203, ML-KEM-768 key |
 */
export interface ClientHello {
  readonly random: Bytes;
  readonly x25519: Bytes;
  readonly mlKem: Bytes;
}

/** Exact encoded size of a version 1 {@linkcode ClientHello}, in bytes. */
export const CLIENT_HELLO_BYTES = 1256;
/**
 * Largest first frame a server reads, in bytes: other versions may be longer,
 * and must be read to be told that they are not spoken here.
 */
export const MAX_CLIENT_HELLO_BYTES = 4096;

/** Inverse of {@linkcode decodeClientHello}. */
export function encodeClientHello(hello: ClientHello): Bytes {
  return encodeMessage(
    MESSAGE_TYPES.clientHello,
    concat(
      MAGIC,
      Uint8Array.of(VERSION),
      hello.random,
      hello.x25519,
      hello.mlKem,
    ),
  );
}

/**
 * Decodes exactly {@linkcode CLIENT_HELLO_BYTES} bytes; checks no key.
 *
 * @throws {ChatError} `CHAT_NOT_CHAT` when the magic is missing,
 * `CHAT_VERSION_UNSUPPORTED`, or `CHAT_WIRE_MALFORMED`.
 */
export function decodeClientHello(bytes: Bytes): ClientHello {
  const reader = new ByteReader(bytes, "ClientHello");
  const type = reader.u8();
  const length = reader.u16();
  const magic = reader.take(MAGIC.length);
  if (type !== MESSAGE_TYPES.clientHello || !equalBytes(magic, MAGIC)) {
    throw new ChatError(
      "CHAT_NOT_CHAT",
      "Cannot decode ClientHello: it does not start like one",
    );
  }
  const version = reader.u8();
  if (version !== VERSION) {
    throw new ChatError(
      "CHAT_VERSION_UNSUPPORTED",
      `Cannot speak chat/${version}: this is chat/${VERSION}`,
    );
  }
  if (length !== CLIENT_HELLO_BYTES - 3) {
    throw new ChatError(
      "CHAT_WIRE_MALFORMED",
      `Cannot decode ClientHello: its length says ${length} bytes`,
    );
  }
  const hello = {
    random: reader.take(32),
    x25519: reader.take(32),
    mlKem: reader.take(1184),
  };
  reader.finish();
  return hello;
}
