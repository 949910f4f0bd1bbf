import { ChatError } from "../errors.ts";
import { MAX_NAME_BYTES, MAX_NAME_GRAPHEMES } from "../protocol/limits.ts";
import { utf8Length } from "../protocol/text.ts";
import { skeletonOf } from "./look_alike.ts";
import { REPERTOIRE } from "./name_data.ts";
import { isHighlyRestrictive } from "./scripts.ts";

/** A valid name, only to be had from {@linkcode parseName}. */
export interface Name {
  /** As it is shown: case as given, NFC. */
  readonly shown: string;
  /** The same for names that differ in case only: two names or one name. */
  readonly form: string;
  /**
   * What it can be mistaken for, however it is capitalised: names that share
   * one of these look alike.
   */
  readonly looks: readonly string[];
}

/**
 * Parses the name somebody asks for: a username of RFC 8265 section 3.4 (width
 * mapped, case preserved, NFC), further narrowed to
 *
 * - 1 to 32 user-perceived characters and at most 128 bytes;
 * - letters, marks and digits in daily use (the General Security Profile of
 *   UTS #39), and `-`, `_` and `.` one at a time between them; so no spaces,
 *   which would let a name pass for a sentence of the server;
 * - scripts that are written together (UTS #39, highly restrictive), digits of
 *   one kind, and no more marks on a letter than UTS #39 section 5.4 allows;
 * - right-to-left names that begin with a letter (RFC 5893 section 2, rule 1).
 *
 * @throws {ChatError} `CHAT_NAME_INVALID`.
 */
export function parseName(raw: string): Name {
  const shown = normaliseName(raw);
  const why = whyInvalid(shown);
  if (why !== null) {
    throw new ChatError("CHAT_NAME_INVALID", `Cannot take name: ${why}`);
  }
  return {
    shown,
    form: foldCase(shown),
    looks: looksOf(shown),
  };
}

/**
 * The name with `-` and `number` after it, without another parse; whether that
 * is a name is for {@linkcode parseName} to say.
 *
 * @param number 2 to 9: digits that look like no letter.
 */
export function numbered({ shown, form, looks }: Name, number: number): Name {
  const suffix = `-${number}`;
  return {
    shown: shown + suffix,
    form: form + suffix,
    looks: looks.map((look) => look + suffix),
  };
}

/** Like {@linkcode parseName}, but null where that throws. */
export function tryParseName(raw: string): Name | null {
  try {
    return parseName(raw);
  } catch (error) {
    if (error instanceof ChatError) return null;
    throw error;
  }
}

/** Trims, maps full and half width to plain (RFC 8265), composes (NFC). */
export function normaliseName(raw: string): string {
  return raw.trim()
    .replaceAll(/[\uff00-\uffef]/g, (wide) => wide.normalize("NFKC"))
    .normalize("NFC");
}

const STRANGE = new RegExp(`[^${REPERTOIRE}._-]`, "u");
const RIGHT_TO_LEFT = /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Thaana}]/u;
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

function whyInvalid(name: string): string | null {
  if (name === "") return "it is empty";
  if (utf8Length(name) > MAX_NAME_BYTES || isTooWide(name)) {
    return `it is longer than ${MAX_NAME_GRAPHEMES} characters`;
  }
  const strange = name.match(STRANGE)?.[0];
  if (strange !== undefined) return `${codeOf(strange)} is not for names`;
  if (!/^[\p{L}\p{Nd}]/u.test(name)) return "it begins with no letter or digit";
  if (/[-_.](?![\p{L}\p{Nd}])/u.test(name)) {
    return "a letter or digit belongs after each - _ and .";
  }
  if (!isHighlyRestrictive(name)) return "it mixes scripts";
  if (digitKinds(name) > 1) return "it mixes digits of different scripts";
  if (/(\p{Mn})\1|\p{Mn}{5}/u.test(name.normalize("NFD"))) {
    return "it has too many marks on one letter";
  }
  if (RIGHT_TO_LEFT.test(name) && !/^\p{L}/u.test(name)) {
    return "a name written right to left begins with a letter";
  }
  return null;
}

/**
 * Shapes depend on case: "I" is like "l", "i" is not, and "ADMlN" is like what
 * "admin" is in capitals. So by shape first, as shown and in either case.
 */
function looksOf(shown: string): readonly string[] {
  const cases = new Set([shown, shown.toUpperCase(), shown.toLowerCase()]);
  const looks = [...cases].map((text) =>
    skeletonOf(foldCase(skeletonOf(text)))
  );
  return [...new Set(looks)];
}

function isTooWide(name: string): boolean {
  let count = 0;
  for (const _ of graphemes.segment(name)) {
    if (++count > MAX_NAME_GRAPHEMES) return true;
  }
  return false;
}

function codeOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** How many scripts' digits occur; the ten of each share a row of sixteen. */
function digitKinds(name: string): number {
  const digits = [...name.matchAll(/\p{Nd}/gu)];
  return new Set(digits.map(([d]) => (d.codePointAt(0) ?? 0) >> 4)).size;
}

/** Full case folding, near enough: RFC 8266 section 2.1 compares lowercase. */
function foldCase(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}
