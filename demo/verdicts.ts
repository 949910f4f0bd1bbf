import { type Bytes, concat, utf8 } from "../lib/bytes.ts";
import { splitFrames } from "../lib/lab/frames.ts";
import type { Needle } from "../lib/lab/needles.ts";
import { DIRECTIONS, type Recording } from "../lib/lab/recording.ts";
import { chanceFindings, findNeedles } from "../lib/lab/search.ts";
import type { Secret } from "../lib/lab/secret.ts";
import {
  chiSquare,
  entropy,
  histogram,
  looksUniform,
  UNIFORM_CHI_SQUARE,
} from "../lib/lab/uniformity.ts";
import type { Leak } from "./control.ts";
import type { Exchange, Heard } from "./play.ts";
import type { Speech } from "./script.ts";

/** Something claimed, whether it is so, and what shows it. */
export interface Verdict {
  readonly claim: string;
  readonly held: boolean;
  readonly evidence: string;
}

/** How a process ended that should not get in. */
export interface Refused {
  readonly code: number;
  readonly stderr: readonly string[];
  readonly recording: Recording;
}

/** What is looked for, and how. */
export interface Search {
  readonly secrets: readonly Secret[];
  readonly needles: readonly Needle[];
}

/** Bytes of a ClientHello in its frame (docs/protocol.md, section 5.1). */
const CLIENT_HELLO_FRAME_BYTES = 1260;

/** Longest text that makes no larger frame than the shortest. */
const FLOOR_TEXT_BYTES = 240;

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
function sealedBodies(recording: Recording): Bytes[] {
  return DIRECTIONS.flatMap((direction) =>
    splitFrames(recording.stream(direction)).slice(1).map(({ body }) => body)
  );
}

/** Short texts of any length make frames of one size. */
export function sizesTellLittle(exchanges: readonly Exchange[]): Verdict {
  const short = exchanges.filter(({ text }) =>
    utf8(text).length <= FLOOR_TEXT_BYTES
  );
  const lengths = short.map(({ text }) => utf8(text).length);
  const sizes = new Set(
    short.flatMap(({ up }) => up.map(({ bytes }) => bytes.length)),
  );
  return {
    claim: "Sizes tell little",
    held: sizes.size === 1 && new Set(lengths).size > 1,
    evidence: `texts of ${Math.min(...lengths)} to ${
      Math.max(...lengths)
    } bytes made frames of ${[...sizes].join(", ")}`,
  };
}

/** A client that trusts another key hangs up before it says who it is. */
export function impostorRefused(
  { code, stderr, recording }: Refused,
): Verdict {
  const frames = splitFrames(recording.stream("up"));
  const sent = recording.size("up");
  const held = code === 3 &&
    frames[0]?.bytes.length === CLIENT_HELLO_FRAME_BYTES &&
    sent === CLIENT_HELLO_FRAME_BYTES && recording.size("down") > 0;
  return {
    claim: "A server with another key is refused",
    held,
    evidence:
      (held
        ? `exit code 3 after the ClientHello, ${sent} bytes that name nobody`
        : `exit code ${code} after frames: ${frames.length}, bytes: ${sent}`) +
      `. ${errorIn(stderr)}`,
  };
}

/** A client that is not on the list is told so in words. */
export function strangerRefused({ code, stderr }: Refused): Verdict {
  const error = errorIn(stderr);
  return {
    claim: "A key that is not authorized is refused",
    held: code === 4 && error.includes("[CHAT_NOT_AUTHORIZED]"),
    evidence: `exit code ${code}. ${error}`,
  };
}

/** Everybody saw all that was said: each line once, in the order of the room. */
export function nothingLost(
  script: readonly Speech[],
  heard: Readonly<Record<string, readonly Heard[]>>,
): Verdict {
  const all = script.length;
  const right = (lines: readonly Heard[]): number => {
    const wrong = script.findIndex(({ name, text }, at) => {
      const line = lines[at];
      return line?.seq !== at + 1 || line.name !== name || line.text !== text;
    });
    return wrong < 0 ? all : wrong;
  };
  const everybody = Object.entries(heard);
  const failed = everybody.find(([, lines]) =>
    lines.length !== all || right(lines) !== all
  );
  const evidence = failed === undefined
    ? `${
      everybody.map(([name]) => name).join(" and ")
    } saw all ${all} lines once and in one order, though the server was killed`
    : `${failed[0]} saw ${failed[1].length} lines of ${all}, the first ${
      right(failed[1])
    } as they were said`;
  return {
    claim: "Nothing is lost, nothing comes twice",
    held: failed === undefined && everybody.length > 0 && all > 0,
    evidence,
  };
}

/** Everybody said goodbye, and no process had to be killed to end. */
export function everybodyLeft(
  codes: Readonly<Record<string, number>>,
  recordings: readonly Recording[],
): Verdict {
  const status = Object.entries(codes).map(([name, code]) => `${name} ${code}`);
  return {
    claim: "Everybody left in peace",
    held: Object.values(codes).every((code) => code === 0) &&
      recordings.every(({ hasEnded }) => hasEnded),
    evidence: `exit codes: ${status.join(", ")}`,
  };
}

function errorIn(stderr: readonly string[]): string {
  return stderr.find((line) => line.startsWith("error: "))?.slice(7) ??
    "no error was printed";
}

function count(number: number): string {
  return number.toLocaleString("en");
}

function odds(chance: number): string {
  const digits = 10 ** Math.floor(Math.log10(1 / chance));
  return count(Math.floor(1 / chance / digits) * digits);
}
