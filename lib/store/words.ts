/** Most words of one search; the others are passed over. */
const MAX_WORDS = 16;
/** Most UTF-16 units of a search that are looked at. */
const MAX_SEARCH_LENGTH = 512;

/** A word: letters, digits and their marks, as the index of words has it. */
const WORD = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;

/**
 * The words of a search. All else only separates them, so that nothing a user
 * writes means anything to FTS5; and none is a phrase, which could take long.
 */
export function wordsOf(search: string): readonly string[] {
  const words = search.slice(0, MAX_SEARCH_LENGTH).match(WORD) ?? [];
  return words.slice(0, MAX_WORDS);
}

/** Whether a text has all of the words, and there is one; without an index. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const found = new Set((text.match(WORD) ?? []).map(fold));
  return words.length > 0 && words.every((word) => found.has(fold(word)));
}

/** A word without case and accents. */
function fold(word: string): string {
  return word.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
