import { type Bytes, utf8 } from "../bytes.ts";
import { fold, latin1 } from "./latin1.ts";
import type { Secret } from "./secret.ts";

/** Consecutive bytes of a key or hash that already give it away. */
export const WINDOW_BYTES = 8;

/** One way in which a secret could show. */
export interface Needle {
  readonly secret: Secret;
  /** Such as `"UTF-16LE"` or `"base64, offset 2"`. */
  readonly encoding: string;
  /** The bytes to look for, one character each. */
  readonly pattern: string;
  /** Whether capital and small ASCII letters are the same. */
  readonly folded: boolean;
}

/** A needle without its secret. */
type Form = Omit<Needle, "secret">;

/**
 * Every form in which we look for a secret. A text: UTF-8, UTF-16 in both byte
 * orders and UTF-8 backwards, without regard to case; hexadecimal and base64 of
 * it as it is, in small, in capital and in title letters. Bytes: any
 * {@linkcode WINDOW_BYTES} in a row, as they are, backwards, in hexadecimal and
 * base64. Base64 is looked for as it comes out at all three places a secret can
 * have in what was encoded.
 */
export function needlesOf(secret: Secret): Needle[] {
  const forms = secret.kind === "text"
    ? casesOf(secret.text).flatMap(formsOfText)
    : windowsOf(secret.bytes).flatMap(formsOfBytes);
  const distinct = new Map<string, Form>();
  for (const form of forms) {
    const key = `${form.folded} ${form.pattern}`;
    if (!distinct.has(key)) distinct.set(key, form);
  }
  return [...distinct.values()].map((form) => ({ ...form, secret }));
}

function formsOfText(text: string): Form[] {
  const bytes = utf8(text);
  return [
    folded("UTF-8", bytes),
    folded("UTF-8 backwards", bytes.toReversed()),
    folded("UTF-16LE", utf16(text, true)),
    folded("UTF-16BE", utf16(text, false)),
    folded("hexadecimal", utf8(bytes.toHex())),
    ...base64Forms(bytes),
  ];
}

function formsOfBytes(bytes: Bytes): Form[] {
  return [
    exact("raw", latin1(bytes)),
    exact("backwards", latin1(bytes.toReversed())),
    folded("hexadecimal", utf8(bytes.toHex())),
    ...base64Forms(bytes),
  ];
}

/** Both alphabets; the letters at either end hang on what is around. */
function base64Forms(bytes: Bytes): Form[] {
  return [0, 1, 2].flatMap((offset) => {
    const shifted = new Uint8Array(offset + bytes.length);
    shifted.set(bytes, offset);
    const from = Math.ceil(offset * 8 / 6);
    const to = Math.floor(shifted.length * 8 / 6);
    return (["base64", "base64url"] as const).map((alphabet) =>
      exact(
        `${alphabet}, offset ${offset}`,
        shifted.toBase64({ alphabet }).slice(from, to),
      )
    );
  });
}

/** Base64 hides the case of letters, so it has to be guessed. */
function casesOf(text: string): string[] {
  const normal = text.normalize("NFC");
  const [first = "", ...rest] = [...normal];
  const titled = first.toUpperCase() + rest.join("").toLowerCase();
  const cases = [normal, normal.toLowerCase(), normal.toUpperCase(), titled];
  return [...new Set(cases)];
}

function windowsOf(bytes: Bytes): Bytes[] {
  if (bytes.length <= WINDOW_BYTES) return [bytes];
  return Array.from(
    { length: bytes.length - WINDOW_BYTES + 1 },
    (_, at) => bytes.slice(at, at + WINDOW_BYTES),
  );
}

function utf16(text: string, littleEndian: boolean): Bytes {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  }
  return bytes;
}

function folded(encoding: string, bytes: Bytes): Form {
  return { encoding, pattern: fold(latin1(bytes)), folded: true };
}

function exact(encoding: string, pattern: string): Form {
  return { encoding, pattern, folded: false };
}
