import { FRAME_HEADER_BYTES, RECORD_OVERHEAD_BYTES } from "../../wire/frame.ts";
import { paddedLength } from "../../wire/padding.ts";
import { beyondChance } from "../classifier.ts";
import type { Verdict } from "../verdict.ts";
import type { SeenActivity } from "./activities.ts";
import type { SaidPhrase } from "./phrases.ts";

/** Bytes of a sealed record around its plaintext. */
export const AROUND = FRAME_HEADER_BYTES + RECORD_OVERHEAD_BYTES;

/** By how much padding may make a plaintext longer (Padmé), above its floor. */
const MAX_PADDING = 0.12;

/** What one session gave to look at. */
export interface Session {
  readonly phrases: readonly SaidPhrase[];
  readonly activities: readonly SeenActivity[];
  /** Long texts. */
  readonly long: readonly SaidPhrase[];
}

/** How often a classifier was right, and what guessing would give. */
export interface Score {
  readonly label: string;
  readonly right: number;
  readonly of: number;
  /** Of how many answers one is right. */
  readonly answers: number;
}

/** The control: the classifier finds what there is to be found. */
export function controlWorks(score: Score): Verdict {
  return {
    claim: "Without padding, the size alone would tell what was said",
    held: score.right >= 0.9 * score.of,
    evidence: outOf(score),
  };
}

/** All records are alike, and the classifier is at a loss. */
export function sizesTellNothing(score: Score, { phrases }: Session): Verdict {
  const sizes = new Set(phrases.map(({ seen }) => seen));
  const right = phrases.every(({ seen, unpadded }) =>
    seen === paddedLength(unpadded - AROUND) + AROUND
  );
  return {
    claim: "With padding, the size of a short text tells nothing",
    held: sizes.size === 1 && right &&
      score.right < beyondChance(score.of, 1 / score.answers),
    evidence: `all records had ${[...sizes].join(", ")} bytes; ${outOf(score)}`,
  };
}

/** Long texts are padded as they have to be, and to no more than that. */
export function longTextsRounded({ long }: Session): Verdict {
  const parts = long.map(({ seen, unpadded }) =>
    (seen - AROUND) / (unpadded - AROUND) - 1
  );
  const exact = long.filter(({ seen, unpadded }) =>
    seen === paddedLength(unpadded - AROUND) + AROUND
  );
  return {
    claim: "The size of a long text is known to within 12 %, and no better",
    held: exact.length === long.length && Math.max(...parts) <= MAX_PADDING &&
      Math.max(...parts) > 0,
    evidence: `${long.length} texts of ${
      Math.min(...long.map(({ phrase }) => phrase.length))
    } to ${
      Math.max(...long.map(({ phrase }) => phrase.length))
    } bytes were padded by ${percent(Math.min(...parts))} to ${
      percent(Math.max(...parts))
    } %`,
  };
}

/** Something that does leak: said, and measured, so that nobody is deceived. */
export function stillLeaks(claim: string, score: Score, why: string): Verdict {
  return {
    claim,
    held: score.right >= beyondChance(score.of, 1 / score.answers, 1000),
    evidence: `${outOf(score)}: ${why} (docs/threat_model.md)`,
  };
}

function outOf({ right, of, answers }: Score): string {
  return `${right} of ${of} right, where guessing gives ${
    Math.round(of / answers)
  }`;
}

/** In percent, to a tenth. */
export function percent(part: number): number {
  return Math.round(1000 * part) / 10;
}
