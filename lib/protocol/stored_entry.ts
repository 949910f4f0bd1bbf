import { ChatError } from "../errors.ts";
import { decodeEntries } from "./codec.ts";
import type { KeptEntry } from "./entry.ts";

/** `type:u8 || length:u16` before a payload (docs/protocol.md, "Messages"). */
const HEADER_BYTES = 3;
/** The type of messages that carry application data. */
const DATA = 0x10;

/**
 * Decodes an entry as histories store it: a whole message of the channel, as
 * every member gets it.
 *
 * @throws {ChatError} `CHAT_PROTOCOL` when it is not one entry of a log.
 */
export function decodeStoredEntry(payload: Uint8Array): KeptEntry {
  const [type, high = 0, low = 0] = payload;
  const length = payload.length - HEADER_BYTES;
  if (type === DATA && (high << 8 | low) === length) {
    const [entry, ...more] = decodeEntries(payload.subarray(HEADER_BYTES));
    if (entry !== undefined && more.length === 0) return entry;
  }
  throw new ChatError(
    "CHAT_PROTOCOL",
    "Cannot decode an entry: it is not one message of application data",
  );
}
