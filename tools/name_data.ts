/**
 * Writes lib/room/name_data.ts: which characters a name may have, and which of
 * them look alike. Both are Unicode's (UTS #39), as ICU knows them, so this
 * calls ICU; the tables change only with the version of Unicode.
 *
 *     apt-get install libicu72
 *     deno run --allow-ffi --allow-write=lib/room tools/name_data.ts \
 *       /usr/lib/x86_64-linux-gnu/libicu{uc,i18n}.so.72
 */

const [ucPath, i18nPath] = Deno.args;
if (ucPath === undefined || i18nPath === undefined) {
  throw new Error("Cannot write name data: give libicuuc and libicui18n");
}
const version = ucPath.split(".").at(-1);

const uc = Deno.dlopen(ucPath, {
  contains: {
    name: `uset_contains_${version}`,
    parameters: ["pointer", "i32"],
    result: "i8",
  },
  unicodeVersion: {
    name: `u_getUnicodeVersion_${version}`,
    parameters: ["buffer"],
    result: "void",
  },
}).symbols;
const i18n = Deno.dlopen(i18nPath, {
  open: {
    name: `uspoof_open_${version}`,
    parameters: ["buffer"],
    result: "pointer",
  },
  recommendedSet: {
    name: `uspoof_getRecommendedSet_${version}`,
    parameters: ["buffer"],
    result: "pointer",
  },
  skeleton: {
    name: `uspoof_getSkeletonUTF8_${version}`,
    parameters: ["pointer", "u32", "buffer", "i32", "buffer", "i32", "buffer"],
    result: "i32",
  },
}).symbols;

const status = new Int32Array(1);
const checker = i18n.open(status);
const recommended = i18n.recommendedSet(status);
const out = new Uint8Array(256);

const repertoire: number[] = [];
const parts = new Set("-_.");
for (let point = 0; point <= 0x10ffff; point++) {
  if (point >= 0xd800 && point <= 0xdfff) continue;
  const character = String.fromCodePoint(point);
  if (!/[\p{L}\p{M}\p{Nd}]/u.test(character)) continue;
  if (uc.contains(recommended, point) === 0) continue;
  if (character.normalize("NFKC") !== character) continue;
  repertoire.push(point);
  for (const part of character.normalize("NFD")) parts.add(part);
}

const groups = new Map<string, string[]>();
for (const part of [...parts].sort()) {
  const skeleton = skeletonOf(part);
  if (skeleton === part.normalize("NFD")) continue;
  groups.set(skeleton, [...groups.get(skeleton) ?? [], part]);
}

const unicode = new Uint8Array(4);
uc.unicodeVersion(unicode);
Deno.writeTextFileSync("lib/room/name_data.ts", render());

/** ICU's skeleton (UTS #39 section 4) of one character. */
function skeletonOf(character: string): string {
  const bytes = new TextEncoder().encode(character);
  const length = i18n.skeleton(
    checker,
    0,
    bytes,
    bytes.length,
    out,
    out.length,
    status,
  );
  if ((status[0] ?? 0) > 0) throw new Error(`Cannot call ICU: ${status[0]}`);
  return new TextDecoder("utf-8", { fatal: true })
    .decode(out.subarray(0, length));
}

function render(): string {
  const ranges = rangesOf(repertoire);
  const lookAlikes = [...groups].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([skeleton, parts]) =>
      `${escape(skeleton)}<${escape(parts.join(""))}`
    );
  return `// Written by tools/name_data.ts from Unicode ${
    unicode.slice(0, 2).join(".")
  } (UTS #39): do not edit.
// Unicode data files are copyright Unicode, Inc., under the Unicode License,
// https://www.unicode.org/license.txt

/**
 * Characters of names: letters, marks and decimal digits of the General Security
 * Profile (UTS #39 section 3.1), as the inside of a regular expression class.
 */
export const REPERTOIRE =
${lines(ranges, "")};

/**
 * Look-alikes among them (UTS #39 section 4): \`skeleton<characters\`, where each
 * of the characters can be mistaken for the skeleton.
 */
export const LOOK_ALIKES =
${lines(lookAlikes, " ")};
`;
}

function rangesOf(points: readonly number[]): string[] {
  const ranges: [number, number][] = [];
  for (const point of points) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  return ranges.map(([from, to]) =>
    from === to ? hex(from) : `${hex(from)}-${hex(to)}`
  );
}

function hex(point: number): string {
  return `\\\\u{${point.toString(16)}}`;
}

/** Keeps the source ASCII, so that what looks alike can be told apart in it. */
function escape(text: string): string {
  return [...text].map((c) =>
    c > " " && c < "\x7f" && c !== '"' && c !== "\\"
      ? c
      : `\\u{${c.codePointAt(0)?.toString(16)}}`
  ).join("");
}

function lines(items: readonly string[], separator: string): string {
  const rows: string[] = [];
  for (const item of items) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + item.length < 74) {
      rows[rows.length - 1] = row + separator + item;
    } else rows.push(rows.length === 0 ? item : separator + item);
  }
  return rows.map((row) => `  "${row}"`).join(" +\n");
}
