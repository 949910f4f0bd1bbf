import { splitFrames } from "../frames.ts";
import type { Laboratory } from "../laboratory.ts";
import { pause } from "../pause.ts";
import type { Pair } from "../pair.ts";
import { below, type Random, shuffled } from "../random.ts";
import { DIRECTIONS, type Recording } from "../recording.ts";

/** What Alice may be doing. */
export const ACTIVITIES = [
  "nothing",
  "writing",
  "reading",
  "conversing",
  "pasting",
] as const;

/** One of {@linkcode ACTIVITIES}. */
export type Activity = typeof ACTIVITIES[number];

/** What was seen of a stretch of time: records and bytes, up and down. */
export interface SeenActivity {
  readonly activity: Activity;
  readonly records: readonly [up: number, down: number];
  readonly bytes: readonly [up: number, down: number];
}

/** Lines of a stretch of writing or reading, and of pasted text. */
const LINES = 4;
const PASTED_LINES = 12;

/** Lets Alice do each so many times, in any order, for `stretchMs` each. */
export async function doActivities(
  lab: Laboratory,
  pair: Pair,
  options: {
    readonly times: number;
    readonly stretchMs: number;
    readonly random: Random;
  },
): Promise<SeenActivity[]> {
  const { times, stretchMs, random } = options;
  const order = shuffled(Array(times).fill(ACTIVITIES).flat(), random);
  const seen: SeenActivity[] = [];
  for (const activity of order as Activity[]) {
    const before = countsOf(pair.alice.recording);
    const end = lab.now() + stretchMs;
    await carryOn(activity, pair, { stretchMs, random, lab });
    await pause(end - lab.now(), lab.signal);
    const after = countsOf(pair.alice.recording);
    const since = (at: 0 | 1, what: "records" | "bytes"): number =>
      after[what][at] - before[what][at];
    seen.push({
      activity,
      records: [since(0, "records"), since(1, "records")],
      bytes: [since(0, "bytes"), since(1, "bytes")],
    });
  }
  return seen;
}

async function carryOn(
  activity: Activity,
  pair: Pair,
  { stretchMs, random, lab }: {
    readonly stretchMs: number;
    readonly random: Random;
    readonly lab: Laboratory;
  },
): Promise<void> {
  if (activity === "nothing") return;
  const who = (at: number): "alice" | "bobby" =>
    activity === "reading" || (activity === "conversing" && at % 2 === 1)
      ? "bobby"
      : "alice";
  if (activity === "pasting") {
    await pair.sayAtOnce(
      "alice",
      Array.from(
        { length: PASTED_LINES },
        (_, at) =>
          `${at} ${"a line of a longer text ".repeat(1 + below(6, random))}`,
      ),
    );
    return;
  }
  for (let at = 0; at < LINES; at++) {
    await pause(random() * stretchMs / LINES / 2, lab.signal);
    await pair.say(who(at), "a line ".repeat(1 + below(20, random)));
  }
}

function countsOf(
  recording: Recording,
): Pick<SeenActivity, "records" | "bytes"> {
  const [up, down] = DIRECTIONS.map((way) => ({
    records: splitFrames(recording.stream(way)).length,
    bytes: recording.size(way),
  }));
  return {
    records: [up?.records ?? 0, down?.records ?? 0],
    bytes: [up?.bytes ?? 0, down?.bytes ?? 0],
  };
}
