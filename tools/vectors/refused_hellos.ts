import { type Bytes, concat } from "../../lib/bytes.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { changed, type RefusedFrame, refusedFrame } from "./refused.ts";
import type { FixedHandshake } from "./handshake.ts";

/** u coordinates of small order, canonical or not (RFC 7748 section 6.1). */
export const SMALL_ORDER_SHARES: Readonly<Record<string, string>> = {
  "of order 2": "00".repeat(32),
  "of order 1": "01" + "00".repeat(31),
  "of order 8":
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "of order 8 on the twist":
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "of order 4": "ec" + "ff".repeat(30) + "7f",
  "of order 2, not reduced": "ed" + "ff".repeat(30) + "7f",
  "of order 2, with the unused bit set": "00".repeat(31) + "80",
};

/** Offsets in the messages: ClientHello, then ServerHello. */
const CLIENT_SHARE = 40;
const CLIENT_ML_KEM = 72;
const SERVER_SHARE = 35;

/** ClientHellos that a server refuses. */
export function refusedClientHellos(h: FixedHandshake): RefusedFrame[] {
  const hello = h.clientHello;
  const refuse = (
    why: string,
    code: RefusedFrame["code"],
    body: Bytes,
  ): RefusedFrame => {
    const frame = encodeFrame(body);
    return refusedFrame({ why, code, waitingFor: "client_hello", frame });
  };
  return [
    refuse("empty frame", "CHAT_WIRE_MALFORMED", hello.slice(0, 0)),
    refuse("cut before the version", "CHAT_WIRE_MALFORMED", hello.slice(0, 7)),
    refuse("other type", "CHAT_NOT_CHAT", changed(hello, 0, 2)),
    refuse("other magic", "CHAT_NOT_CHAT", changed(hello, 3, 0x43)),
    refuse("version 0", "CHAT_VERSION_UNSUPPORTED", changed(hello, 7, 0)),
    refuse("version 2", "CHAT_VERSION_UNSUPPORTED", changed(hello, 7, 2)),
    refuse(
      "version 2, longer than version 1",
      "CHAT_VERSION_UNSUPPORTED",
      concat(changed(hello, 7, 2), new Uint8Array(100)),
    ),
    refuse("length too small", "CHAT_WIRE_MALFORMED", changed(hello, 2, 0xe4)),
    refuse("length too large", "CHAT_WIRE_MALFORMED", changed(hello, 2, 0xe6)),
    refuse("last byte missing", "CHAT_WIRE_MALFORMED", hello.slice(0, -1)),
    refuse(
      "a byte too many",
      "CHAT_WIRE_MALFORMED",
      concat(hello, Uint8Array.of(0)),
    ),
    refusedFrame({
      why: "longer than any ClientHello: refused once the length is read",
      waitingFor: "client_hello",
      frame: Uint8Array.of(0x00, 0x00, 0x10, 0x01),
      code: "CHAT_FRAME_SIZE",
    }),
    ...Object.entries(SMALL_ORDER_SHARES).map(([name, share]) =>
      refuse(
        `X25519 share ${name}`,
        "CHAT_KEY_SHARE_INVALID",
        replaced(hello, CLIENT_SHARE, share),
      )
    ),
    refuse(
      "ML-KEM key whose first coefficient is 3329",
      "CHAT_KEY_SHARE_INVALID",
      changed(
        changed(hello, CLIENT_ML_KEM, 0x01),
        CLIENT_ML_KEM + 1,
        (byte) => (byte & 0xf0) | 0x0d,
      ),
    ),
  ];
}

/** Frames that a client refuses in place of ServerHello. */
export function refusedServerHellos(h: FixedHandshake): RefusedFrame[] {
  const hello = h.serverHello;
  const refuse = (
    why: string,
    code: RefusedFrame["code"],
    body: Bytes,
  ): RefusedFrame => {
    const frame = encodeFrame(body);
    return refusedFrame({ why, code, waitingFor: "server_hello", frame });
  };
  const alert = (byte: number): Bytes => Uint8Array.of(0x13, 0, 1, byte);
  return [
    refuse("other type", "CHAT_UNEXPECTED_MESSAGE", changed(hello, 0, 1)),
    refuse("type of padding", "CHAT_WIRE_MALFORMED", changed(hello, 0, 0)),
    refuse("length too large", "CHAT_WIRE_MALFORMED", changed(hello, 2, 0x81)),
    refuse(
      "length too small, so that a zero follows the message",
      "CHAT_WIRE_MALFORMED",
      changed(changed(hello, 2, 0x7f), hello.length - 1, 0),
    ),
    refuse("last byte missing", "CHAT_NOT_CHAT", hello.slice(0, -1)),
    refuse("a byte too many", "CHAT_NOT_CHAT", concat(hello, alert(0))),
    refuse("empty frame", "CHAT_NOT_CHAT", hello.slice(0, 0)),
    ...Object.entries(SMALL_ORDER_SHARES).map(([name, share]) =>
      refuse(
        `X25519 share ${name}`,
        "CHAT_KEY_SHARE_INVALID",
        replaced(hello, SERVER_SHARE, share),
      )
    ),
    refuse("alert handshake_failed", "CHAT_HANDSHAKE_REFUSED", alert(1)),
    refuse("alert unsupported_version", "CHAT_VERSION_UNSUPPORTED", alert(2)),
    refuse("alert busy", "CHAT_BUSY", alert(3)),
    refuse("alert banned in clear", "CHAT_WIRE_MALFORMED", alert(18)),
    refuse("alert that does not exist", "CHAT_WIRE_MALFORMED", alert(4)),
    refuse(
      "four bytes that are no alert",
      "CHAT_UNEXPECTED_MESSAGE",
      Uint8Array.of(0x12, 0, 1, 1),
    ),
    refuse(
      "four bytes of padding",
      "CHAT_WIRE_MALFORMED",
      new Uint8Array(4),
    ),
  ];
}

function replaced(bytes: Bytes, at: number, hex: string): Bytes {
  const copy = bytes.slice();
  copy.set(Uint8Array.fromHex(hex), at);
  return copy;
}
