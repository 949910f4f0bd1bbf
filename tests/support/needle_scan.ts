import { type Bytes, concat } from "../../lib/bytes.ts";
import type { Needle } from "../../lib/lab/needles.ts";

/** Bytes of a needle that are looked up at every place. */
const KEY_BYTES = 3;

/** Makes capital ASCII letters small, byte by byte. */
const FOLD = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

/** A needle as bytes. */
interface Pattern {
  readonly needle: Needle;
  readonly bytes: Bytes;
}

/**
 * Looks for thousands of needles at once in hundreds of megabytes, as
 * `findNeedles` does for few in little: every place is looked up once.
 */
export class NeedleScan {
  readonly #patterns = new Map<number, Pattern[]>();
  /** A bit for each {@linkcode KEY_BYTES}, whether a needle begins so. */
  readonly #keys = new Uint8Array(2 ** (8 * KEY_BYTES - 3));
  readonly #overlap: number;
  readonly #found = new Set<Needle>();
  #rest: Bytes = new Uint8Array(0);

  /** @param needles Of at least {@linkcode KEY_BYTES} bytes each. */
  constructor(needles: readonly Needle[]) {
    let longest = 0;
    for (const needle of needles) {
      const bytes = Uint8Array.from(needle.pattern, (c) => c.charCodeAt(0));
      longest = Math.max(longest, bytes.length);
      const key = bytes.subarray(0, KEY_BYTES)
        .reduce((sum, byte) => sum << 8 | (FOLD[byte] ?? 0), 0);
      this.#keys[key >> 3] = (this.#keys[key >> 3] ?? 0) | 1 << (key & 7);
      const all = this.#patterns.get(key) ?? [];
      this.#patterns.set(key, [...all, { needle, bytes }]);
    }
    this.#overlap = Math.max(0, longest - 1);
  }

  /** What was found so far, in words. */
  get found(): readonly string[] {
    const told = [...this.#found].map(({ secret, encoding }) =>
      `${secret.what} (${encoding})`
    );
    return [...new Set(told)].toSorted();
  }

  /** Goes on with the next bytes of what is being searched. */
  feed(bytes: Bytes): void {
    const all = concat(this.#rest, bytes);
    this.#look(all);
    this.#rest = all.slice(Math.max(0, all.length - this.#overlap));
  }

  /** What comes next does not follow on what came. */
  startAnew(): void {
    this.#rest = new Uint8Array(0);
  }

  #look(bytes: Bytes): void {
    const keys = this.#keys;
    const mask = 2 ** (8 * KEY_BYTES) - 1;
    for (let at = 0, key = 0; at < bytes.length; at++) {
      key = (key << 8 | (FOLD[bytes[at] ?? 0] ?? 0)) & mask;
      const isKnown = (keys[key >> 3] ?? 0) >> (key & 7) & 1;
      if (isKnown === 1 && at >= KEY_BYTES - 1) {
        this.#compare(bytes, at - KEY_BYTES + 1, key);
      }
    }
  }

  #compare(bytes: Bytes, start: number, key: number): void {
    for (const { needle, bytes: wanted } of this.#patterns.get(key) ?? []) {
      if (this.#found.has(needle) || start + wanted.length > bytes.length) {
        continue;
      }
      const fold = needle.folded;
      let i = 0;
      for (; i < wanted.length; i++) {
        const byte = bytes[start + i] ?? 0;
        if ((fold ? FOLD[byte] : byte) !== wanted[i]) break;
      }
      if (i === wanted.length) this.#found.add(needle);
    }
  }
}

/** What of `needles` is in `parts`, none of which follows on another. */
export function scan(
  parts: Iterable<Bytes>,
  needles: readonly Needle[],
): readonly string[] {
  const scanning = new NeedleScan(needles);
  for (const part of parts) {
    scanning.startAnew();
    scanning.feed(part);
  }
  return scanning.found;
}
