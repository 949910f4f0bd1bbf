import type { KeptEntry } from "../protocol/entry.ts";
import type { Bytes } from "../bytes.ts";
import type { EntryPage } from "../room/conversation.ts";
import type { SharedLine } from "../room/sealed_rooms.ts";
import type { PlacedLine, SealedStore } from "./sealed_store.ts";

/** Lines that are looked at at a time. */
const BATCH = 200;

/** Hits of one search at most; it can be gone on with. */
const HITS = 50;

/** Entries of one page at most. */
const MAX_LIMIT = 200;

/** Lines that may be shared at a time. */
export const MAX_SHARED = 1_000;

/** A word: letters, digits and their marks. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/** Most words of one search; the others are passed over. */
const MAX_WORDS = 16;

/** The thread of a room, as it was read on this device. */
export class Past {
  readonly #store: SealedStore;
  readonly #thread: Bytes;

  constructor(store: SealedStore, thread: Bytes) {
    this.#store = store;
    this.#thread = thread;
  }

  /**
   * What was said before a place, by default of all; `before` of a page is the
   * place to go on at.
   */
  page(
    { before, limit }: {
      readonly before: number | null;
      readonly limit: number;
    },
  ): EntryPage {
    const most = Math.max(1, Math.min(MAX_LIMIT, Math.floor(limit)));
    return this.#collect(before, most, () => true);
  }

  /** The newest lines before a place that have all these words. */
  search(words: string, before: number | null): EntryPage {
    const wanted = wordsOf(words).slice(0, MAX_WORDS);
    if (wanted.length === 0) return { entries: [], before: null };
    return this.#collect(before, HITS, ({ kind, ...line }) => {
      if (kind !== "said" && kind !== "did" || !("text" in line)) return false;
      const has = new Set(wordsOf(line.text));
      return wanted.every((word) => has.has(word));
    });
  }

  /** The newest lines that somebody said, oldest first. */
  said(count: number): readonly SharedLine[] {
    const isSaid = ({ kind }: KeptEntry): boolean =>
      kind === "said" || kind === "did";
    const most = Math.min(MAX_SHARED, Math.max(0, Math.floor(count)));
    if (most === 0) return [];
    const { entries } = this.#collect(null, most, isSaid);
    return entries.flatMap((entry) => {
      if (entry.kind !== "said" && entry.kind !== "did") return [];
      const { kind, at, name, fingerprint, text } = entry;
      return [{ kind, at, name, fingerprint, text }];
    });
  }

  #collect(
    before: number | null,
    limit: number,
    isWanted: (entry: KeptEntry) => boolean,
  ): EntryPage {
    const entries: KeptEntry[] = [];
    for (let end = before;;) {
      const batch = this.#store.linesBefore(this.#thread, {
        before: end,
        limit: BATCH,
      });
      for (const { place, line } of batch.toReversed()) {
        if (line.kind === "sealed" || !isWanted(line)) continue;
        entries.unshift(line);
        if (entries.length < limit) continue;
        return { entries, before: this.#hasBefore(place) ? place : null };
      }
      const [oldest] = batch;
      if (oldest === undefined) return { entries, before: null };
      end = oldest.place;
    }
  }

  #hasBefore(place: number): boolean {
    const options = { before: place, limit: 1 };
    const found: readonly PlacedLine[] = this.#store.linesBefore(
      this.#thread,
      options,
    );
    return found.length > 0;
  }
}

/** Words without case and accents. */
function wordsOf(text: string): readonly string[] {
  return (text.match(WORD) ?? []).map((word) =>
    word.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase()
  );
}
