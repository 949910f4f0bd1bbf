/** What XML forbids and what makes text look like something that it is not. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * `text` for the inside of an element or a quoted attribute of HTML or XML.
 * Control and format characters, which may come from peers, are spelt out.
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(
      UNSHOWN,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    )
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
