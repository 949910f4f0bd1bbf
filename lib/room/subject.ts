import type { Bytes } from "../bytes.ts";
import type { House } from "./house.ts";
import { tryParseName } from "./name.ts";

const FINGERPRINT = /^SHA256:([A-Za-z0-9+/]{43})$/;

/** A fingerprint as people write it: `SHA256:` and base64 without padding. */
export function fingerprintText(fingerprint: Uint8Array): string {
  return `SHA256:${fingerprint.toBase64({ omitPadding: true })}`;
}

/** The fingerprint in a text as {@linkcode fingerprintText} makes it, or null. */
export function tryParseFingerprint(text: string): Bytes | null {
  const [, base64] = text.match(FINGERPRINT) ?? [];
  if (base64 === undefined) return null;
  const bytes = Uint8Array.fromBase64(base64, { lastChunkHandling: "loose" });
  return fingerprintText(bytes) === text ? bytes : null;
}

/**
 * The owner that a name or fingerprint stands for, online or not, in hex; a
 * fingerprint stands for its owner even when that was never here.
 */
export function ownerNamed(subject: string, house: House): string | undefined {
  const fingerprint = tryParseFingerprint(subject);
  if (fingerprint !== null) return fingerprint.toHex();
  const name = tryParseName(subject);
  return name === null ? undefined : house.guests.ownerOf(name);
}
