import { MAX_NAME_BYTES, MAX_NAME_GRAPHEMES } from "../protocol/limits.ts";
import { utf8Length } from "../protocol/text.ts";
import { type Name, normaliseName, numbered, tryParseName } from "./name.ts";
import { REPERTOIRE } from "./name_data.ts";
import { keepMainScript } from "./scripts.ts";

/** Numbers tried after a name that is not free: `-2` to `-9`, of one length. */
const LAST_NUMBER = 9;
const NUMBER_LENGTH = "-2".length;

const STRANGE = new RegExp(`[^${REPERTOIRE}._-]`, "gu");
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Which names may be suggested. */
export interface NameRules {
  /** Whether anybody may have the name; asked a few times at most. */
  isAllowed(name: Name): boolean;
  /** Whether no other identity has the name; asked for each number. */
  isFree(name: Name): boolean;
}

/**
 * A valid name near `raw` that `rules` let through: the nearest valid one, or
 * that with a number. Null when there is none. Parses a few names, not one for
 * each number: whoever asks for names must not keep the server busy.
 */
export function suggestName(raw: string, rules: NameRules): string | null {
  const near = repair(raw);
  const name = tryParseName(shorten(near, 0));
  if (name === null || !rules.isAllowed(name)) return null;
  if (rules.isFree(name)) return name.shown;
  const start = shorten(near, NUMBER_LENGTH);
  const stem = start === name.shown ? name : tryParseName(start);
  if (stem === null) return null;
  for (let number = 2; number <= LAST_NUMBER; number++) {
    const candidate = numbered(stem, number);
    if (!rules.isFree(candidate)) continue;
    const parsed = tryParseName(candidate.shown);
    return parsed !== null && rules.isAllowed(parsed) ? parsed.shown : null;
  }
  return null;
}

/** Drops what a name cannot have; what remains may still not be a name. */
function repair(raw: string): string {
  const known = normaliseName(raw.normalize("NFKC")).replaceAll(/\s+/gu, "-")
    .replaceAll(STRANGE, "");
  return keepMainScript(known)
    .replace(/^[^\p{L}\p{Nd}]+/u, "")
    .replaceAll(/([-_.])[^\p{L}\p{Nd}]+/gu, "$1");
}

/** As much of `text` as fits a name with `spare` ASCII characters after it. */
function shorten(text: string, spare: number): string {
  let start = "";
  let room = MAX_NAME_GRAPHEMES - spare;
  let bytes = MAX_NAME_BYTES - spare;
  for (const { segment } of graphemes.segment(text)) {
    bytes -= utf8Length(segment);
    if (room-- === 0 || bytes < 0) break;
    start += segment;
  }
  return start.replace(/[-_.]+$/, "");
}
