/**
 * Text of peers made safe for a terminal.
 *
 * | found                                             | becomes              |
 * | ------------------------------------------------- | -------------------- |
 * | escape sequences, whole (ECMA-48 section 5.4)     | nothing              |
 * | other C0, DEL and C1 controls                     | nothing              |
 * | bidi controls and marks (UAX #9 section 2)        | nothing              |
 * | other characters that show nothing (UAX #44 `Cf`, | nothing              |
 * | `Default_Ignorable_Code_Point`), tags outside the |                      |
 * | flags of UTS #51                                  |                      |
 * | joiners and variation selectors where they shape  | kept                 |
 * | what stands beside them; elsewhere                | nothing              |
 * | lone surrogates, private use, unassigned          | U+FFFD               |
 * | marks on one base beyond `MAX_MARKS`              | nothing              |
 * | a mark that would sit on what we print before it  | U+25CC carries it    |
 * | every kind of line break                          | line feed, or space  |
 * | a tab                                             | four spaces, or one  |
 *
 * Private-use characters are replaced because each font draws them as it likes;
 * unassigned ones because nobody knows their width.
 */

const { raw } = String;

/** What most messages are made of; nothing in it needs a second look. */
const PLAIN = /^[ -~]*$/v;

/** Combining marks one base may carry; Myanmar needs six, zalgo has dozens. */
export const MAX_MARKS = 8;

/** Sequences a terminal would obey, so that no rest of them is shown as text. */
const ESCAPE_SEQUENCE = new RegExp(
  [
    // Control sequence: CSI, parameters, intermediates, final byte.
    raw`(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]`,
    // Control string (DCS, SOS, OSC, PM, APC) to its terminator.
    raw`(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\n\r\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)`,
    // Two and three byte escape sequences.
    raw`\x1b[\x20-\x2f]*[\x30-\x7e]`,
  ].join("|"),
  "gv",
);

const LINE_BREAK = /\r\n|[\n\v\f\r\u{85}\u{2028}\u{2029}]/gv;

/** Format characters that are visible signs around digits; they stay. */
const VISIBLE_FORMAT =
  raw`\u{600}-\u{605}\u{6dd}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}`;
const CONTEXTUAL = raw`\u{200c}\u{200d}\p{Variation_Selector}`;
const HIDDEN =
  raw`[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[${VISIBLE_FORMAT}]]`;

/** One character that never reaches a terminal from a peer. */
export const UNSAFE_CHARACTER = new RegExp(
  `[${HIDDEN}--[${CONTEXTUAL}]]`,
  "gv",
);

const FLAG_OR_HIDDEN = new RegExp(
  raw`(\p{RGI_Emoji_Tag_Sequence})|[${HIDDEN}--[\n\t${CONTEXTUAL}]]`,
  "gv",
);
const NEVER_SHOWN_ALIKE = /[\p{Cn}\p{Co}]/gv;
const MARKS = /\p{M}[\p{M}\u{200c}\u{200d}]*/gv;
const MARK_WITHOUT_BASE = /(?<=^|\s)(?=\p{M})/gv;

/** Letters and marks whose shape joiners choose (RFC 5892 A.1 and A.2). */
const JOINED = "[[[\\p{L}\\p{M}]--\\p{Variation_Selector}]&&[" + [
  ...["Arabic", "Syriac", "Nko", "Mandaic", "Mongolian", "Phags_Pa"],
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil"],
  ...["Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar"],
  ...["Tibetan", "Balinese", "Javanese"],
].map((script) => `\\p{scx=${script}}`).join("") + "]]";

/** Joiners and selectors that shape nothing: what is left is dropped. */
const IDLE_CONTEXTUAL = new RegExp(
  [
    // Between letters of a script that joins.
    raw`(?<=${JOINED})[\u{200c}\u{200d}](?=${JOINED})`,
    // Inside an emoji sequence (UAX #29, GB11).
    raw`(?<=\p{Extended_Pictographic}\u{fe0f}?|\p{Emoji_Modifier})\u{200d}(?=\p{Extended_Pictographic})`,
    // Right after the character whose form they select.
    raw`(?<=[\p{L}&&\p{scx=Mongolian}])[\u{180b}-\u{180d}\u{180f}]`,
    raw`(?<=\p{Unified_Ideograph})[\u{e0100}-\u{e01ef}]`,
    raw`(?<=[\p{L}\p{N}\p{P}\p{S}])[\u{fe00}-\u{fe0f}]`,
  ].map((kept) => `(${kept})`).join("|") + `|[${CONTEXTUAL}]`,
  "gv",
);

/** Makes `text` safe and one line; for names, reasons and the like. */
export function sanitizeLine(text: string): string {
  return sanitizeText(text).replaceAll(/ *\n[\n ]*|\t/gv, " ").trim();
}

/**
 * Makes `text` safe, keeping its lines; at most one empty line in a row is
 * kept, so that nobody pushes the others off the screen with nothing.
 */
export function sanitizeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return stripControls(text)
    .replaceAll("\t", "    ")
    .replaceAll(NEVER_SHOWN_ALIKE, "\u{fffd}")
    .replaceAll(MARKS, capMarks)
    .replaceAll(IDLE_CONTEXTUAL, (match, ...groups) => (
      groups.slice(0, 5).includes(match) ? match : ""
    ))
    .replaceAll(/\n{3,}/gv, "\n\n")
    .replaceAll(MARK_WITHOUT_BASE, "\u{25cc}");
}

/**
 * The part of {@linkcode sanitizeText} that looks at one character at a time:
 * what is left may be typed and shown piece by piece. Keeps tabs and lines.
 */
export function stripControls(text: string): string {
  return text.toWellFormed()
    .replaceAll(ESCAPE_SEQUENCE, "")
    .replaceAll(LINE_BREAK, "\n")
    .replaceAll(FLAG_OR_HIDDEN, "$1");
}

function capMarks(run: string): string {
  let marks = 0;
  let kept = "";
  for (const character of run) {
    if (!/[\p{M}--\p{Variation_Selector}]/v.test(character)) kept += character;
    else if (++marks > MAX_MARKS) break;
    else kept += character;
  }
  return kept;
}
