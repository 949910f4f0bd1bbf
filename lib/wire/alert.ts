import { type Bytes, concat, fromUtf8, utf8 } from "../bytes.ts";
import { type AlertName, ChatError, type ErrorCode } from "../errors.ts";
import { ByteReader } from "./byte_reader.ts";
import { clearMessage, encodeMessage, MESSAGE_TYPES } from "./message.ts";

interface AlertSpec {
  /** First byte of the payload. */
  readonly byte: number;
  /** Whether it may travel in clear, before the peer is verified. */
  readonly clear: boolean;
  /** What the side that receives it reports. */
  readonly code: ErrorCode;
}

/** Every alert (docs/protocol.md, "Alerts"). Append-only. */
export const ALERTS = {
  handshake_failed: { byte: 1, clear: true, code: "CHAT_HANDSHAKE_REFUSED" },
  unsupported_version: {
    byte: 2,
    clear: true,
    code: "CHAT_VERSION_UNSUPPORTED",
  },
  busy: { byte: 3, clear: true, code: "CHAT_BUSY" },
  protocol_error: { byte: 16, clear: false, code: "CHAT_PROTOCOL" },
  not_authorized: { byte: 17, clear: false, code: "CHAT_NOT_AUTHORIZED" },
  banned: { byte: 18, clear: false, code: "CHAT_BANNED" },
  full: { byte: 19, clear: false, code: "CHAT_FULL" },
  kicked: { byte: 20, clear: false, code: "CHAT_KICKED" },
  too_slow: { byte: 21, clear: false, code: "CHAT_TOO_SLOW" },
  idle: { byte: 22, clear: false, code: "CHAT_IDLE" },
  record_limit: { byte: 23, clear: false, code: "CHAT_RECORD_LIMIT" },
  flooding: { byte: 24, clear: false, code: "CHAT_FLOODING" },
  development_identity: {
    byte: 25,
    clear: false,
    code: "CHAT_DEVELOPMENT_IDENTITY",
  },
} as const satisfies Record<AlertName, AlertSpec>;

/** Largest reason a sealed alert carries, in bytes of UTF-8. */
export const MAX_REASON_BYTES = 128;
/** Exact size of an alert in clear: header and one byte. */
export const CLEAR_ALERT_BYTES = 4;

/** An alert as it was received. The reason is text of a peer. */
export interface Alert {
  readonly name: AlertName;
  readonly reason: string;
}

/**
 * An alert in clear, 4 bytes: it has no reason, and a name that would tell an
 * unverified peer more than it may know goes out as `handshake_failed`.
 */
export function encodeClearAlert(name: AlertName): Bytes {
  const { byte, clear } = ALERTS[name];
  return encodeMessage(
    MESSAGE_TYPES.alert,
    Uint8Array.of(clear ? byte : ALERTS.handshake_failed.byte),
  );
}

/** Inverse of {@linkcode encodeClearAlert}. */
export function decodeClearAlert(frame: Bytes): Alert {
  const alert = decodeAlert(clearMessage(frame, MESSAGE_TYPES.alert));
  if (!ALERTS[alert.name].clear || alert.reason !== "") {
    throw malformed(`"${alert.name}" does not travel in clear`);
  }
  return alert;
}

/** Payload of a sealed alert: one byte, then the reason, cut to fit. */
export function encodeAlert(name: AlertName, reason: string): Bytes {
  const text = utf8(reason);
  let end = Math.min(text.length, MAX_REASON_BYTES);
  // Step back to the start of a character that does not fit as a whole.
  while (end < text.length && end > 0 && isContinuation(text[end])) end--;
  return concat(
    Uint8Array.of(ALERTS[name].byte),
    text.subarray(0, end),
  );
}

/** @throws {ChatError} `CHAT_WIRE_MALFORMED`. */
export function decodeAlert(payload: Bytes): Alert {
  const reader = new ByteReader(payload, "Alert");
  const byte = reader.u8();
  const rest = reader.rest();
  if (rest.length > MAX_REASON_BYTES) throw malformed("its reason is too long");
  const name = (Object.keys(ALERTS) as AlertName[])
    .find((each) => ALERTS[each].byte === byte);
  if (name === undefined) throw malformed(`${byte} is not an alert`);
  try {
    return { name, reason: fromUtf8(rest) };
  } catch (cause) {
    throw malformed("its reason is not UTF-8", cause);
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function malformed(found: string, cause?: unknown): ChatError {
  return new ChatError(
    "CHAT_WIRE_MALFORMED",
    `Cannot decode alert: ${found}`,
    { cause },
  );
}
