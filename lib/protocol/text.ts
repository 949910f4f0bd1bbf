import { ChatError } from "../errors.ts";
import { MAX_TEXT_BYTES } from "./limits.ts";

// C0, DEL and C1 controls, except line feed and tab.
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/**
 * Checks a text to be said: not blank, at most `MAX_TEXT_BYTES` of UTF-8, no
 * lone surrogates, no control characters but line feed and tab.
 *
 * @throws {ChatError} `CHAT_MESSAGE_INVALID`.
 */
export function checkText(text: string): void {
  const why = whyTextInvalid(text);
  if (why === null) return;
  throw new ChatError("CHAT_MESSAGE_INVALID", `Cannot send message: ${why}`);
}

/** Like {@linkcode checkText}, but returns what is wrong, or null. */
export function whyTextInvalid(text: string): string | null {
  if (!text.isWellFormed()) return "it is not well-formed Unicode";
  if (utf8Length(text) > MAX_TEXT_BYTES) {
    return `it is longer than ${MAX_TEXT_BYTES} bytes`;
  }
  if (CONTROL.test(text)) return "it contains control characters";
  if (text.trim() === "") return "it is blank";
  return null;
}

/** The size of well-formed `text` in UTF-8, in bytes (RFC 3629 section 3). */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    const surrogate = unit >= 0xd800 && unit <= 0xdfff; // two make four bytes
    length += unit < 0x800 || surrogate ? 1 : 2;
  }
  return length;
}
