import type { Bytes } from "../bytes.ts";

/** Something an eavesdropper must not find. */
export type Secret =
  | { readonly kind: "text"; readonly what: string; readonly text: string }
  | { readonly kind: "bytes"; readonly what: string; readonly bytes: Bytes };

/** Shorter words are found in any few thousand random bytes. */
export const MIN_WORD_LETTERS = 4;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** The words of `texts` that are long enough to look for, each once. */
export function secretWords(texts: readonly string[]): Secret[] {
  const words = texts.flatMap((text) => text.normalize("NFC").match(WORD) ?? [])
    .filter((word) => [...word].length >= MIN_WORD_LETTERS);
  return [...new Map(words.map((word) => [word.toLowerCase(), word])).values()]
    .map((text) => ({ kind: "text", what: `the word "${text}"`, text }));
}
