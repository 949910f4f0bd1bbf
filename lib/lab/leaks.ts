import { type Bytes, concat, utf8 } from "../bytes.ts";

/** The whole conversation as a program without encryption would send it. */
export interface Leak {
  readonly encoding: string;
  readonly bytes: Bytes;
}

/**
 * The control of the search: what it must find, encoded in ways that have
 * nothing in common with how the search encodes.
 *
 * @param keys Keys and fingerprints, one after the other.
 */
export function leaks(texts: readonly string[], keys: Bytes): Leak[] {
  const text = texts.map((each) => JSON.stringify({ text: each })).join("\n");
  const clear = concat(utf8(text), keys);
  return [
    { encoding: "clear text", bytes: clear },
    { encoding: "backwards", bytes: clear.toReversed() },
    { encoding: "UTF-16LE", bytes: concat(utf16(text, [0, 1]), keys) },
    { encoding: "UTF-16BE", bytes: concat(utf16(text, [1, 0]), keys) },
    { encoding: "hexadecimal", bytes: utf8(hex(clear)) },
    ...["", "x", "xy"].map((before) => ({
      encoding: `base64, offset ${before.length}`,
      bytes: utf8(btoa(before + binary(clear))),
    })),
  ];
}

/** `order`: which byte of a code unit comes first, counted from the low one. */
function utf16(text: string, order: readonly [number, number]): Bytes {
  return Uint8Array.from(
    text.split("").flatMap((unit) =>
      order.map((byte) => unit.charCodeAt(0) >> 8 * byte & 0xff)
    ),
  );
}

function hex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function binary(bytes: Bytes): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
