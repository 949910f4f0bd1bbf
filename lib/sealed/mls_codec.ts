import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import {
  decodeMlsMessage,
  encodeMlsMessage,
  type MlsMessageContent,
} from "ts-mls/message.js";
import { type Bytes, concat, equalBytes } from "../bytes.ts";
import { MAX_MLS_BYTES } from "./limits.ts";

/** Encodes an MLS message (RFC 9420 section 6). */
export function encodeMls(content: MlsMessageContent): Bytes {
  return concat(encodeMlsMessage({ ...content, version: "mls10" }));
}

/** Encodes a GroupInfo as an MLS message. */
export function encodeGroupInfo(groupInfo: GroupInfo): Bytes {
  return encodeMls({ wireformat: "mls_group_info", groupInfo });
}

/**
 * Decodes an MLS message strictly: all of `bytes`, and in the one way that
 * encoding it again gives; else `undefined`. (The library ignores what trails,
 * and throws or returns `undefined` on garbage.)
 */
export function decodeMls(bytes: Bytes): MlsMessageContent | undefined {
  if (bytes.length > MAX_MLS_BYTES) return undefined;
  const message = decodeWhole(decodeMlsMessage, bytes);
  if (message?.version !== "mls10") return undefined;
  try {
    return equalBytes(encodeMlsMessage(message), bytes) ? message : undefined;
  } catch {
    return undefined; // what it cannot write, nobody wrote
  }
}

/** Decodes `bytes`, and nothing less than all of them, else `undefined`. */
export function decodeWhole<T>(
  decode: Decoder<T>,
  bytes: Bytes,
): T | undefined {
  try {
    const [value, length] = decode(bytes, 0) ?? [];
    return length === bytes.length ? value : undefined;
  } catch {
    return undefined; // the library throws many kinds of errors on garbage
  }
}
