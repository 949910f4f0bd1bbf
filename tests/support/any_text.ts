import fc from "fast-check";

/**
 * Any text at all: every code point, also controls, unassigned ones and lone
 * surrogates. (The units of `fc.string` that know them take a second to load.)
 */
export function anyText(maxLength = 20): fc.Arbitrary<string> {
  const character = fc.oneof(fc.nat(0x10ffff), fc.nat(0xffff), fc.nat(0xff))
    .map((code) => String.fromCodePoint(code));
  return fc.array(character, { maxLength }).map((all) => all.join(""));
}
