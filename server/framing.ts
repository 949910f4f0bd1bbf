/** Messages of a room as the channel carries them. */
import { type Bytes, concat } from "../lib/bytes.ts";
import {
  decodeServerMessage,
  encodeServerMessage,
} from "../lib/protocol/codec.ts";
import type { ServerMessage } from "../lib/protocol/messages.ts";
import {
  encodeMessage,
  MESSAGE_TYPES,
  splitMessages,
} from "../lib/wire/message.ts";

/** Encodes one message, ready to be put into a record. */
export function frameMessage(message: ServerMessage): Bytes {
  return encodeMessage(MESSAGE_TYPES.data, encodeServerMessage(message));
}

/** The payloads of framed messages, one after another. */
export function unframe(messages: Uint8Array): Bytes {
  if (messages.length === 0) return new Uint8Array(0);
  return concat(...payloads(messages));
}

/** Decodes framed messages of our own. */
export function decodeFramed(messages: Uint8Array): readonly ServerMessage[] {
  return payloads(messages).map(decodeServerMessage);
}

function payloads(messages: Uint8Array): readonly Bytes[] {
  return splitMessages(messages as Bytes).map(({ payload }) => payload);
}
