import type { Bytes } from "../bytes.ts";

const CHUNK = 8192;

/** One character per byte, so that the fast search of strings can be used. */
export function latin1(bytes: Bytes): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return text;
}

/** Makes capital ASCII letters small, and touches nothing else. */
export function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
