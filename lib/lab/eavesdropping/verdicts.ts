import { utf8 } from "../../bytes.ts";
import type { SeenFrame } from "../frames.ts";
import type { Verdict } from "../verdict.ts";
import type { PlainTap } from "./plain_tap.ts";
import type { Line } from "./talk.ts";

/** Texts of members up to this long make records of one size, in bytes. */
const FLOOR_TEXT_BYTES = 200;

/** The eavesdropper of a plain room has read all of it. */
export function plainIsReadable(
  plain: Pick<PlainTap, "names" | "lines">,
  script: readonly Line[],
): Verdict {
  const same = sameLines(plain.lines, script);
  return {
    claim: "Of a room in clear, everything can be read",
    held: same === script.length && plain.names.join() === "alice,bobby",
    evidence:
      `${same} of ${script.length} lines word by word, and who said them; a message is what arrives at once`,
  };
}

/** Somebody else has spoken as Alice. */
export function anybodyIsAlice({ forged }: Pick<PlainTap, "forged">): Verdict {
  return {
    claim: "In a room in clear, anybody can speak as anybody",
    held: forged === "alice - the meeting is cancelled",
    evidence: `Bobby saw "${forged}", which Alice never said`,
  };
}

/** Records tell neither messages apart, nor one from several in it. */
export function sizesAlike(
  frames: readonly (readonly SeenFrame[])[],
  script: readonly Line[],
): Verdict {
  const short = script.flatMap(({ text }, at) =>
    utf8(text).length <= FLOOR_TEXT_BYTES
      ? [{ said: utf8(text).length, frames: frames[at] ?? [] }]
      : []
  );
  const lengths = new Set(short.map(({ said }) => said));
  const sizes = new Set(
    short.flatMap(({ frames }) => frames.map(({ bytes }) => bytes.length)),
  );
  return {
    claim: "Records do not show what is in them, nor how much",
    held: sizes.size === 1 && lengths.size > 1,
    evidence: `lines of ${lengths.size} lengths, ${Math.min(...lengths)} to ${
      Math.max(...lengths)
    } bytes, made records of ${[...sizes].join(", ")} bytes`,
  };
}

function sameLines(
  lines: readonly Line[],
  script: readonly Line[],
): number {
  return script.filter(({ who, text }, at) =>
    lines[at]?.who === who && lines[at]?.text === text
  ).length;
}
