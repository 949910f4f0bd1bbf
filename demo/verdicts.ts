import { utf8 } from "../lib/bytes.ts";
import { errorIn } from "../lib/lab/events.ts";
import { splitFrames } from "../lib/lab/frames.ts";
import type { Recording } from "../lib/lab/recording.ts";
import type { Verdict } from "../lib/lab/verdict.ts";
import type { Exchange, Heard } from "./play.ts";
import type { Speech } from "./script.ts";

/** How a process ended that should not get in. */
export interface Refused {
  readonly code: number;
  readonly stderr: readonly string[];
  readonly recording: Recording;
}

/** Bytes of a ClientHello in its frame (docs/protocol.md, section 5.1). */
const CLIENT_HELLO_FRAME_BYTES = 1260;

/** Longest text that makes no larger frame than the shortest. */
const FLOOR_TEXT_BYTES = 240;

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
