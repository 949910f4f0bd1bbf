import type { Bytes } from "../bytes.ts";
import type { Author } from "../protocol/entry.ts";
import type { Trust } from "./verification.ts";

/** Characters of base64 a mark has at least: 24 bits of the fingerprint. */
export const MARK_CHARACTERS = 4;

/** Identities remembered at most; the one met first is forgotten first. */
const MAX_KNOWN = 10_000;

/**
 * Short marks that tell people of similar names apart: the first characters of
 * each one's fingerprint, and more of them for those whose marks would be the
 * same. A mark is for the eye; only `/whois` shows the whole fingerprint.
 */
export class Marks {
  /** Full base64 fingerprints, by the mark they begin with. */
  readonly #known = new Map<string, Set<string>>();
  #size = 0;
  /** What is known of somebody. */
  readonly judge: (person: Author) => Trust;

  constructor(judge: (person: Author) => Trust = (): Trust => "unverified") {
    this.judge = judge;
  }

  /** Remembers an identity, so that the marks of all known ones differ. */
  meet(fingerprint: Bytes): void {
    const full = base64(fingerprint);
    const alike = this.#known.get(short(full));
    if (alike?.has(full)) return;
    if (this.#size >= MAX_KNOWN) this.#forgetFirst();
    this.#size += 1;
    if (alike === undefined) this.#known.set(short(full), new Set([full]));
    else alike.add(full);
  }

  /** The mark to show for an identity. */
  of(fingerprint: Bytes): string {
    const full = base64(fingerprint);
    let length = MARK_CHARACTERS;
    for (const other of this.#known.get(short(full)) ?? []) {
      if (other === full) continue;
      length = Math.max(length, commonPrefix(full, other) + 1);
    }
    return full.slice(0, length);
  }

  #forgetFirst(): void {
    for (const [mark, alike] of this.#known) {
      this.#size -= alike.size;
      this.#known.delete(mark);
      return;
    }
  }
}

/** `SHA256:` and 43 characters, as `chat id` and `ssh-keygen -lf` print it. */
export function fingerprintText(fingerprint: Bytes): string {
  return `SHA256:${base64(fingerprint)}`;
}

/** A number that stays the same for one identity, to choose its colour by. */
export function hueOf(fingerprint: Bytes): number {
  return fingerprint.at(-1) ?? 0; // not from the mark: two ways to tell apart
}

function base64(fingerprint: Bytes): string {
  return fingerprint.toBase64({ omitPadding: true });
}

function short(full: string): string {
  return full.slice(0, MARK_CHARACTERS);
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
