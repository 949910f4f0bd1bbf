import { type Bytes, concat } from "../bytes.ts";
import { ByteReader } from "./byte_reader.ts";

/**
 * The server's confirmation, first record under its traffic key
 * (docs/protocol.md, "READY"). This is the payload of message type 0x05.
 *
 * | offset | bytes | field                                                  |
 * | -----: | ----: | ------------------------------------------------------ |
 * |      0 |    32 | `client`, the identity the server has verified         |
 * |     32 |    32 | `server`, its own identity                             |
 * |     64 |     8 | `serverTime`, ms since the epoch                       |
 * |     72 |     4 | `maxMessage`, largest data payload it accepts, bytes   |
 * |     76 |     4 | `idleTimeout`, ms of silence after which it closes     |
 */
export interface Ready {
  readonly client: Bytes;
  readonly server: Bytes;
  readonly serverTime: number;
  readonly maxMessage: number;
  readonly idleTimeout: number;
}

/** Inverse of {@linkcode decodeReady}. */
export function encodeReady(ready: Ready): Bytes {
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setBigUint64(0, BigInt(ready.serverTime));
  numbers.setUint32(8, ready.maxMessage);
  numbers.setUint32(12, ready.idleTimeout);
  return concat(ready.client, ready.server, new Uint8Array(numbers.buffer));
}

/** @throws {ChatError} `CHAT_WIRE_MALFORMED`. */
export function decodeReady(payload: Bytes): Ready {
  const reader = new ByteReader(payload, "READY");
  const ready = {
    client: reader.take(32),
    server: reader.take(32),
    serverTime: reader.u64(),
    maxMessage: reader.u32(),
    idleTimeout: reader.u32(),
  };
  reader.finish();
  return ready;
}
