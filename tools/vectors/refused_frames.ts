import type { ErrorCode } from "../../lib/errors.ts";
import { encodeFrame, frameHeader } from "../../lib/wire/frame.ts";
import { type RefusedFrame, refusedFrame, type Waiting } from "./refused.ts";

/** Lengths that no Auth and no READY has; judged before anything follows. */
const LENGTHS: readonly (readonly [string, number])[] = [
  ["length 0", 0],
  ["length a byte short", 271],
  ["length a byte long", 273],
  ["length of the next larger record", 288],
  ["length of 2^32 - 1", 2 ** 32 - 1],
];

/** Bodies of four bytes, where a client accepts an alert in clear. */
const CLEAR: readonly (readonly [string, string, ErrorCode])[] = [
  ["alert handshake_failed in clear", "13000101", "CHAT_HANDSHAKE_REFUSED"],
  [
    "alert unsupported_version in clear",
    "13000102",
    "CHAT_VERSION_UNSUPPORTED",
  ],
  ["alert busy in clear", "13000103", "CHAT_BUSY"],
  ["alert banned in clear", "13000112", "CHAT_WIRE_MALFORMED"],
  ["alert that does not exist, in clear", "13000104", "CHAT_WIRE_MALFORMED"],
  ["alert in clear without its byte", "13000000", "CHAT_WIRE_MALFORMED"],
  ["four bytes of another type", "12000101", "CHAT_UNEXPECTED_MESSAGE"],
  ["four bytes, message cut", "12000201", "CHAT_WIRE_MALFORMED"],
  ["four bytes of padding", "00000000", "CHAT_WIRE_MALFORMED"],
];

/**
 * Frames that are refused in place of a sealed one without being opened: for
 * their length, or because they hold an alert, or should have.
 */
export function refusedFrames(
  waitingFor: Exclude<Waiting, "client_hello" | "server_hello">,
): RefusedFrame[] {
  const lengths = LENGTHS.map(([why, length]) =>
    refusedFrame({
      why: `${why}: refused once the length is read`,
      waitingFor,
      frame: frameHeader(length),
      code: "CHAT_FRAME_SIZE",
    })
  );
  const clear = CLEAR.map(([why, body, code]) =>
    refusedFrame({
      why,
      waitingFor,
      frame: encodeFrame(Uint8Array.fromHex(body)),
      // A client sends no alert in clear, so a server accepts none.
      code: waitingFor === "client_auth" ? "CHAT_FRAME_SIZE" : code,
    })
  );
  return [
    ...lengths,
    ...waitingFor === "client_auth" ? clear.slice(0, 1) : clear,
  ];
}
