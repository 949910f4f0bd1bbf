import { type Bytes, fromUtf8, utf8 } from "../bytes.ts";

/** What a string must begin with to stand for bytes, or for itself. */
const MARK = "\0";
const BYTES = "\0b";

/**
 * Encodes a value as it is stored: JSON in which bytes are base64 behind a mark.
 * Only what this program sealed itself is ever decoded.
 */
export function encodeValue(value: unknown): Bytes {
  return utf8(JSON.stringify(value, replacer));
}

/** Looks at what is there itself: buffers of Node are something else in JSON. */
function replacer(this: Record<string, unknown>, name: string): unknown {
  const each = this[name];
  if (each instanceof Uint8Array) return BYTES + each.toBase64();
  if (typeof each === "string" && each.startsWith(MARK)) return MARK + each;
  return each;
}

/** Inverse of {@linkcode encodeValue}, as the type that was encoded there. */
export function decodeValue<T>(bytes: Bytes): T {
  return JSON.parse(fromUtf8(bytes), (_, each: unknown) => {
    if (typeof each !== "string" || !each.startsWith(MARK)) return each;
    if (!each.startsWith(BYTES)) return each.slice(MARK.length);
    return Uint8Array.fromBase64(each.slice(BYTES.length));
  });
}
