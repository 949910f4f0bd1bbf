import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { type AlertName, type ErrorCode, ERRORS } from "../../lib/errors.ts";
import { frameHeader } from "../../lib/wire/frame.ts";
import {
  encodeMessage,
  MESSAGE_TYPES,
  padMessages,
} from "../../lib/wire/message.ts";
import { sealRaw } from "../../lib/lab/seal_raw.ts";
import { bytesOf, frameOf } from "./frames.ts";
import { trafficValues } from "../../lib/lab/schedule_values.ts";
import { changed } from "./refused.ts";

const NOTHING = new Uint8Array(0);
const DATA = encodeMessage(MESSAGE_TYPES.data, utf8("hello"));

/** Frames that arrive in order; the last one must be refused. */
export interface RefusedStream {
  readonly why: string;
  readonly frames: readonly Bytes[];
  readonly code: ErrorCode;
  /** Sealed alert the receiver answers with before it closes. */
  readonly answer: AlertName | null;
}

/** Streams under `secret` that are refused at their last frame. */
export async function refusedStreams(
  { secret, otherSecret }: { secret: Bytes; otherSecret: Bytes },
): Promise<RefusedStream[]> {
  const { nextSecret } = await trafficValues(secret);
  const seal = (messages: Bytes, sequence = 0): Promise<Bytes> =>
    sealRaw(secret, padMessages(messages), { sequence });
  const first = await seal(DATA);
  const second = await seal(DATA, 1);
  const longer = await sealRaw(secret, changed(new Uint8Array(288), 0, 0x10));
  const update = await seal(encodeMessage(MESSAGE_TYPES.keyUpdate, NOTHING));
  return [
    ...tampered({ first, second, longer }),
    refuse("sealed by the receiver itself, reflected", "CHAT_RECORD_REFUSED", [
      await sealRaw(otherSecret, padMessages(DATA)),
    ]),
    refuse(
      "sealed without the length as additional data",
      "CHAT_RECORD_REFUSED",
      [await sealRaw(secret, padMessages(DATA), { additionalData: NOTHING })],
    ),
    refuse("old key after KeyUpdate", "CHAT_RECORD_REFUSED", [update, second]),
    refuse("next key without KeyUpdate", "CHAT_RECORD_REFUSED", [
      first,
      await sealRaw(nextSecret, padMessages(DATA)),
    ]),
    refuse("sequence kept after KeyUpdate", "CHAT_RECORD_REFUSED", [
      update,
      await sealRaw(nextSecret, padMessages(DATA), { sequence: 1 }),
    ]),
    ...LENGTHS.map(([why, length]) =>
      refuse(why, "CHAT_RECORD_REFUSED", [frameHeader(length)])
    ),
    ...await Promise.all(
      plaintexts().map(async ([why, code, plaintext]) =>
        refuse(why, code, [await sealRaw(secret, plaintext)])
      ),
    ),
  ];
}

/** Lengths that no record has; refused before anything behind them is read. */
const LENGTHS: readonly (readonly [string, number])[] = [
  ["length 0", 0],
  ["length without room for a tag", 15],
  ["length of a tag alone", 16],
  ["length below the floor", 271],
  ["length that Padmé does not give", 273],
  ["length above a full record", 65_553],
  ["length of 2^32 - 1", 2 ** 32 - 1],
];

function tampered(
  { first, second, longer }: { first: Bytes; second: Bytes; longer: Bytes },
): RefusedStream[] {
  const flip = (byte: number): number => byte ^ 1;
  return [
    refuse("a bit of the ciphertext", "CHAT_RECORD_REFUSED", [
      changed(first, 4, flip),
    ]),
    refuse("a bit of the tag", "CHAT_RECORD_REFUSED", [
      changed(first, first.length - 1, flip),
    ]),
    refuse("a record twice", "CHAT_RECORD_REFUSED", [first, first]),
    refuse("the first record missing", "CHAT_RECORD_REFUSED", [second]),
    refuse("cut to the next smaller size", "CHAT_RECORD_REFUSED", [
      concat(frameHeader(272), frameOf(longer).body.slice(0, 272)),
    ]),
    refuse("extended to the next larger size", "CHAT_RECORD_REFUSED", [
      concat(
        frameHeader(288),
        bytesOf(frameOf(first)).slice(4),
        new Uint8Array(16),
      ),
    ]),
  ];
}

/** Plaintexts that a peer must not seal. */
function plaintexts(): [string, ErrorCode, Bytes][] {
  const { keyUpdate, close, alert, ping, pong, ready } = MESSAGE_TYPES;
  const of = (type: number, payload: Bytes = NOTHING): Bytes =>
    encodeMessage(type, payload);
  const unexpected: [string, Bytes][] = [
    ["type 0x06", of(0x06)],
    ["type 0x16", of(0x16)],
    ["type 0xff", of(0xff)],
    ["READY again", of(ready, new Uint8Array(80))],
    ["KeyUpdate with a payload", of(keyUpdate, new Uint8Array(1))],
    ["KeyUpdate that is not the last", concat(of(keyUpdate), DATA)],
    ["close with a payload", of(close, new Uint8Array(1))],
    ["close that is not the last", concat(of(close), DATA)],
    ["alert that is not the last", concat(of(alert, Uint8Array.of(20)), DATA)],
    ["ping of 7 bytes", of(ping, new Uint8Array(7))],
    ["ping of 9 bytes", of(ping, new Uint8Array(9))],
    ["pong of 7 bytes", of(pong, new Uint8Array(7))],
    ["pong of 9 bytes", of(pong, new Uint8Array(9))],
  ];
  const malformed: [string, Bytes][] = [
    ["alert that does not exist", of(alert, Uint8Array.of(15))],
    ["alert without its byte", of(alert)],
    [
      "alert whose reason has 129 bytes",
      of(alert, new Uint8Array(130).fill(0x14)),
    ],
    ["alert whose reason is not UTF-8", of(alert, Uint8Array.of(20, 0xc0))],
  ];
  return [
    ...unexpected.map((
      [why, messages],
    ): [string, ErrorCode, Bytes] => [
      why,
      "CHAT_UNEXPECTED_MESSAGE",
      padMessages(messages),
    ]),
    ...malformed.map((
      [why, messages],
    ): [string, ErrorCode, Bytes] => [
      why,
      "CHAT_WIRE_MALFORMED",
      padMessages(messages),
    ]),
    ["no message", "CHAT_WIRE_MALFORMED", new Uint8Array(256)],
    [
      "padding that is not zero",
      "CHAT_WIRE_MALFORMED",
      changed(padMessages(DATA), 255, 1),
    ],
    [
      "data, then padding that is not zero",
      "CHAT_WIRE_MALFORMED",
      changed(padMessages(DATA), DATA.length + 1, 0x10),
    ],
    [
      "header cut by the end of the record",
      "CHAT_WIRE_MALFORMED",
      concat(of(0x10, new Uint8Array(251)), Uint8Array.of(0x10, 0)),
    ],
    [
      "message cut by the end of the record",
      "CHAT_WIRE_MALFORMED",
      changed(padMessages(of(0x10, new Uint8Array(253))), 2, 254),
    ],
  ];
}

function refuse(
  why: string,
  code: ErrorCode,
  frames: readonly Bytes[],
): RefusedStream {
  const { alert } = ERRORS[code];
  const answer = alert === "handshake_failed" ? "protocol_error" : alert;
  return { why, frames, code, answer };
}
