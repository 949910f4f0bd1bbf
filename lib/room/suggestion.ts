import { MAX_NAME_BYTES, MAX_NAME_GRAPHEMES } from "../protocol/limits.ts";
import { utf8Length } from "../protocol/text.ts";
import { type Name, normaliseName, tryParseName } from "./name.ts";
import { REPERTOIRE } from "./name_data.ts";
import { keepMainScript } from "./scripts.ts";

/** Numbers tried after a name that is not free: `-2` to `-99`. */
const LAST_NUMBER = 99;

const STRANGE = new RegExp(`[^${REPERTOIRE}._-]`, "gu");
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * A valid name near `raw` for which `isFree` holds: the nearest valid one, or
 * that with a number. Null when there is none.
 */
export function suggestName(
  raw: string,
  isFree: (name: Name) => boolean,
): string | null {
  const near = repair(raw);
  for (let number = 1; number <= LAST_NUMBER; number++) {
    const name = tryParseName(append(near, number === 1 ? "" : `-${number}`));
    if (name === null) return null; // a number will not mend it
    if (isFree(name)) return name.shown;
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

/** `text`, shortened so that it fits a name with `suffix` after it. */
function append(text: string, suffix: string): string {
  let start = "";
  let room = MAX_NAME_GRAPHEMES - suffix.length;
  for (const { segment } of graphemes.segment(text)) {
    if (room-- === 0) break;
    if (utf8Length(start + segment + suffix) > MAX_NAME_BYTES) break;
    start += segment;
  }
  return start.replace(/[-_.]+$/, "") + suffix;
}
