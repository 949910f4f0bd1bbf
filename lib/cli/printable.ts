/**
 * Everything a terminal may obey instead of showing: control and format
 * characters (escape sequences, bidirectional overrides, zero-width ones),
 * line and paragraph separators, lone surrogates, private use.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * `text` with unprintable characters written as `\u{1b}`: for text of others
 * inside one line of ours, where it should be seen what it is.
 */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
