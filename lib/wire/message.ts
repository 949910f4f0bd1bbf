import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { paddedLength } from "./padding.ts";

/** Type byte of every message (docs/protocol.md, "Messages"). */
export const MESSAGE_TYPES = {
  padding: 0x00,
  clientHello: 0x01,
  serverHello: 0x02,
  serverAuth: 0x03,
  clientAuth: 0x04,
  ready: 0x05,
  data: 0x10,
  keyUpdate: 0x11,
  close: 0x12,
  alert: 0x13,
  ping: 0x14,
  pong: 0x15,
} as const;

/** Bytes before the payload: `type:u8 || length:u16`. */
export const MESSAGE_HEADER_BYTES = 3;
/** Largest plaintext of one record, in bytes, padding included. */
export const MAX_PLAINTEXT_BYTES = 65_536;
/** Largest payload of one message, in bytes: it fills a record alone. */
export const MAX_PAYLOAD_BYTES = MAX_PLAINTEXT_BYTES - MESSAGE_HEADER_BYTES;

/** One message of a record or frame. */
export interface Message {
  readonly type: number;
  /** A view into the record: copy what must outlive it. */
  readonly payload: Bytes;
}

/**
 * Encodes `type:u8 || length:u16 || payload`.
 *
 * @param payload At most {@linkcode MAX_PAYLOAD_BYTES}.
 */
export function encodeMessage(type: number, payload: Uint8Array): Bytes {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `Cannot encode message: ${payload.length} bytes exceed ${MAX_PAYLOAD_BYTES}`,
    );
  }
  const out = new Uint8Array(MESSAGE_HEADER_BYTES + payload.length);
  out[0] = type;
  out[1] = payload.length >> 8;
  out[2] = payload.length & 0xff;
  out.set(payload, MESSAGE_HEADER_BYTES);
  return out;
}

/**
 * Copies whole encoded messages into a plaintext of Padmé size; what is left
 * of it stays zero.
 *
 * @param messages At most {@linkcode MAX_PLAINTEXT_BYTES}.
 */
export function padMessages(messages: Uint8Array): Bytes {
  if (messages.length > MAX_PLAINTEXT_BYTES) {
    throw new RangeError(
      `Cannot pad messages: ${messages.length} bytes exceed ${MAX_PLAINTEXT_BYTES}`,
    );
  }
  const out = new Uint8Array(paddedLength(messages.length));
  out.set(messages);
  return out;
}

/**
 * Splits the plaintext of a record. From the first zero type on, everything
 * must be zero, and at least one message must come before.
 *
 * @returns The messages in order, as views into `plaintext`.
 * @throws {ChatError} `CHAT_WIRE_MALFORMED`.
 */
export function splitMessages(plaintext: Bytes): Message[] {
  const messages: Message[] = [];
  let at = 0;
  while (at < plaintext.length) {
    const type = plaintext[at] as number;
    if (type === MESSAGE_TYPES.padding) {
      checkPadding(plaintext, at);
      break;
    }
    const start = at + MESSAGE_HEADER_BYTES;
    if (start > plaintext.length) throw malformed("a message header is cut");
    const end = start +
      ((plaintext[at + 1] as number) << 8 | (plaintext[at + 2] as number));
    if (end > plaintext.length) throw malformed("a message is cut");
    messages.push({ type, payload: plaintext.subarray(start, end) });
    at = end;
  }
  if (messages.length === 0) throw malformed("it holds no message");
  return messages;
}

/**
 * Decodes a frame or record that must hold exactly one message of `type`.
 *
 * @throws {ChatError} `CHAT_WIRE_MALFORMED`, or `CHAT_UNEXPECTED_MESSAGE` when
 * it holds something else.
 */
export function soleMessage(plaintext: Bytes, type: number): Bytes {
  const [message, ...more] = splitMessages(plaintext);
  if (message === undefined || message.type !== type || more.length > 0) {
    throw new ChatError(
      "CHAT_UNEXPECTED_MESSAGE",
      `Cannot go on: expected one message of type ${type}, got ${
        [message?.type, ...more.map((other) => other.type)].join(", ")
      }`,
    );
  }
  return message.payload;
}

/**
 * Decodes a frame in clear: exactly one message of `type`, no padding.
 *
 * @throws {ChatError} `CHAT_WIRE_MALFORMED` or `CHAT_UNEXPECTED_MESSAGE`.
 */
export function clearMessage(frame: Bytes, type: number): Bytes {
  const payload = soleMessage(frame, type);
  const padding = frame.length - MESSAGE_HEADER_BYTES - payload.length;
  if (padding > 0) throw malformed(`${padding} bytes after it`);
  return payload;
}

function checkPadding(plaintext: Bytes, from: number): void {
  for (let i = from; i < plaintext.length; i++) {
    if (plaintext[i] !== 0) throw malformed(`byte ${i} of padding is not zero`);
  }
}

function malformed(found: string): ChatError {
  return new ChatError(
    "CHAT_WIRE_MALFORMED",
    `Cannot decode record: ${found}`,
  );
}
