import { type Bytes, concat, utf8 } from "../bytes.ts";
import { splitFrames } from "./frames.ts";
import type { Leak } from "./leaks.ts";
import type { Needle } from "./needles.ts";
import { DIRECTIONS, type Recording } from "./recording.ts";
import { chanceFindings, findNeedles } from "./search.ts";
import type { Secret } from "./secret.ts";
import {
  chiSquare,
  entropy,
  histogram,
  looksUniform,
  UNIFORM_CHI_SQUARE,
} from "./uniformity.ts";
import type { Verdict } from "./verdict.ts";

/** What is looked for, and how. */
export interface Search {
  readonly secrets: readonly Secret[];
  readonly needles: readonly Needle[];
}

/** No secret occurs in any stream, however encoded. */
export function nothingReadable(
  streams: readonly Bytes[],
  { secrets, needles }: Search,
): Verdict {
  const total = streams.reduce((sum, { length }) => sum + length, 0);
  const found = streams.flatMap((stream) => findNeedles(stream, needles));
  const [first] = found;
  const evidence = first === undefined
    ? `${count(secrets.length)} words, names and keys, ` +
      `in ${count(needles.length)} spellings, ` +
      `do not occur in ${count(total)} recorded bytes ` +
      `(false alarm: 1 in ${odds(chanceFindings(total, needles))} runs)`
    : `found ${first.needle.secret.what} as ${first.needle.encoding} at byte ${first.offset}, and ${
      found.length - 1
    } more`;
  return {
    claim: "Nothing can be read",
    held: first === undefined && total > 0,
    evidence,
  };
}

/** The control: the same search finds every secret of every leak. */
export function searchFinds(
  leaks: readonly Leak[],
  streams: readonly Bytes[],
  { secrets, needles }: Search,
): Verdict {
  const within = concat(...streams);
  const half = within.length >> 1;
  const missed = leaks.flatMap(({ encoding, bytes }) => {
    const haystack = concat(
      within.subarray(0, half),
      bytes,
      within.subarray(half),
    );
    const found = new Set(
      findNeedles(haystack, needles).map(({ needle }) => needle.secret),
    );
    return secrets.filter((secret) => !found.has(secret))
      .map(({ what }) => `${what} as ${encoding}`);
  });
  const all = leaks.length * secrets.length;
  return {
    claim: "The search finds what is there",
    held: missed.length === 0 && all > 0,
    evidence: missed.length === 0
      ? `all ${count(all)} words, names and keys that were planted in it: ${
        [...new Set(leaks.map(({ encoding }) => encoding.split(",")[0]))]
          .join(", ")
      }`
      : `missed ${missed[0]}, and ${missed.length - 1} more`,
  };
}

/** The sealed bytes have the frequencies of random ones; text has not. */
export function looksRandom(
  recordings: readonly Recording[],
  texts: readonly string[],
): Verdict {
  const sealed = histogram(concat(...recordings.flatMap(sealedBodies)));
  const clear = histogram(utf8(texts.join("\n")));
  const { min, max } = UNIFORM_CHI_SQUARE;
  return {
    claim: "It looks like random bytes",
    held: looksUniform(sealed) && chiSquare(clear) > max,
    evidence: `${entropy(sealed).toFixed(2)} bits a byte, chi square ${
      chiSquare(sealed).toFixed(0)
    } (random: ${min} to ${max}); what they said: ${
      entropy(clear).toFixed(2)
    } bits, ${count(Math.round(chiSquare(clear)))}`,
  };
}

/** Everything but the two messages in clear and the lengths. */
export function sealedBodies(recording: Recording): Bytes[] {
  return DIRECTIONS.flatMap((direction) =>
    splitFrames(recording.stream(direction)).slice(1).map(({ body }) => body)
  );
}

function count(number: number): string {
  return number.toLocaleString("en");
}

function odds(chance: number): string {
  const digits = 10 ** Math.floor(Math.log10(1 / chance));
  return count(Math.floor(1 / chance / digits) * digits);
}
