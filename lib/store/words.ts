/** Most words of one search; the others are passed over. */
const MAX_WORDS = 16;
/** Most UTF-16 units of a search that are looked at. */
const MAX_SEARCH_LENGTH = 512;

/** The words of a search, as they are separated by white space. */
export function wordsOf(search: string): readonly string[] {
  return search.slice(0, MAX_SEARCH_LENGTH)
    .split(/[\s\0]+/) // a zero would end a query of SQLite
    .filter((word) => word !== "")
    .slice(0, MAX_WORDS);
}

/**
 * The words of a search as a query of FTS5 that asks for each of them. All are
 * quoted, so that nothing a user writes means anything but itself.
 *
 * @returns `undefined` when there are no words.
 */
export function matchOf(search: string): string | undefined {
  const quoted = wordsOf(search)
    .map((word) => `"${word.replaceAll('"', '""')}"`);
  return quoted.length === 0 ? undefined : quoted.join(" ");
}

/**
 * What a search looks for where there is no FTS5: each word as the letters and
 * digits in it, which must follow one another ("don't" is "don", then "t").
 */
export function phrasesOf(search: string): readonly (readonly string[])[] {
  return wordsOf(search).map(tokensOf).filter((tokens) => tokens.length > 0);
}

/** Whether a text has each of the phrases, and there is one. */
export function hasWords(
  text: string,
  phrases: readonly (readonly string[])[],
): boolean {
  const tokens = tokensOf(text);
  return phrases.length > 0 &&
    phrases.every((phrase) =>
      tokens.some((_, at) => phrase.every((word, i) => tokens[at + i] === word))
    );
}

/** Letters and digits in one piece, without case and accents. */
function tokensOf(text: string): readonly string[] {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase()
    .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
}
