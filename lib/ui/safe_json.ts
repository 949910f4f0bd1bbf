import { UNSAFE_CHARACTER } from "./sanitize.ts";

/**
 * `value` as one line of JSON (RFC 8259) without the line feed. Texts keep their
 * content; characters a terminal would obey, or hide, are escaped.
 */
export function safeJson(value: object): string {
  return JSON.stringify(value).replaceAll(UNSAFE_CHARACTER, escape);
}

/** JSON writes characters beyond U+FFFF as two escapes (RFC 8259 section 7). */
function escape(character: string): string {
  return character.split("").map((unit) => (
    `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
  )).join("");
}
