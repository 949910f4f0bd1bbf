import { utf8 } from "../../bytes.ts";
import { paddedLength } from "../../wire/padding.ts";
import { countRight, learn, type Sample } from "../classifier.ts";
import type { Experiment, Outcome } from "../experiment.ts";
import type { Points } from "../figure.ts";
import type { Laboratory } from "../laboratory.ts";
import { startPair } from "../pair.ts";
import { seeded } from "../random.ts";
import { ACTIVITIES, doActivities } from "./activities.ts";
import {
  PHRASES,
  type SaidPhrase,
  sayLengths,
  sayPhrases,
  unpaddedBytes,
} from "./phrases.ts";
import {
  AROUND,
  controlWorks,
  longTextsRounded,
  percent,
  type Score,
  type Session,
  sizesTellNothing,
  stillLeaks,
} from "./verdicts.ts";

/** How many long texts are said in a session, and how long they are. */
const LONG_TEXTS = 12;
const LONG = { min: 300, max: 6_000 } as const;

/** What sizes and times tell, with and without padding. */
export const traffic: Experiment = {
  name: "traffic",
  title: "Somebody on the way learns from sizes and times",
  attacker:
    "The same eavesdropper, who knows the program, has a list of what may be said and of what people do, and has watched both as often as needed to learn what they look like. Sees sizes and times of records, and nothing else.",
  run,
};

async function run(lab: Laboratory): Promise<Outcome> {
  const [training, test] = await Promise.all([
    session(lab, 1),
    session(lab, 2),
  ]);
  const score = (
    label: string,
    what: (session: Session) => readonly Sample[],
    answers: number,
  ): Score => {
    const samples = what(test);
    const right = countRight(learn(what(training)), samples);
    return { label, right, of: samples.length, answers };
  };
  const phrasesBy = (
    label: string,
    feature: (said: SaidPhrase) => number,
  ): Score =>
    score(
      label,
      ({ phrases }) =>
        phrases.map((said) => ({
          label: said.phrase,
          features: [feature(said)],
        })),
      PHRASES.length,
    );
  const bare = phrasesBy("size, if nothing were padded", (p) => p.unpadded);
  const padded = phrasesBy("size, as it is", (p) => p.seen);
  const timed = phrasesBy("time since the record before", (p) => p.gap);
  const active = score(
    "records and bytes, each way",
    ({ activities }) =>
      activities.map(({ activity, records, bytes }) => ({
        label: activity,
        features: [...records, ...bytes],
      })),
    ACTIVITIES.length,
  );
  const scores = [bare, padded, timed];
  return {
    steps: [{
      who: "people",
      did:
        `Alice says one of ${PHRASES.length} phrases at a time, in any order, as fast as somebody in a hurry would type them; in between she writes, reads, converses, pastes a text, or does nothing.`,
    }, {
      who: "attacker",
      did:
        `Watches one session of ${training.phrases.length} phrases and ${training.activities.length} stretches of time, told what each was, and learns what they look like (Gaussian naive Bayes).`,
    }, {
      who: "attacker",
      did:
        `Watches another session, between other processes with other keys, and says what each was.`,
      saw: [...scores, active].map(({ label, right, of }) =>
        `${label}: ${right} of ${of} right`
      ).join("; "),
    }],
    figures: [
      {
        kind: "bars",
        name: "phrases",
        title: `Which of ${PHRASES.length} phrases was it? Right answers by`,
        unit: "%",
        max: 100,
        bars: scores.map(asBar),
      },
      {
        kind: "bars",
        name: "activities",
        title: `What was Alice doing? Right answers by`,
        unit: "%",
        max: 100,
        bars: [asBar(active)],
      },
      sizesFigure(test),
    ],
    verdicts: [
      controlWorks(bare),
      sizesTellNothing(padded, test),
      longTextsRounded(test),
      stillLeaks(
        "When something is typed still tells how long it was",
        timed,
        "padding hides sizes, not the moment; chat sends what is entered at once",
      ),
      stillLeaks(
        "What somebody is doing still shows",
        active,
        "how many records go which way is not hidden",
      ),
    ],
  };
}

async function session(lab: Laboratory, seed: number): Promise<Session> {
  const random = seeded(seed);
  const pair = await startPair(lab, {
    room: "office",
    serve: ["--no-history", "--rate=2000"],
    connect: ["--no-state"],
  });
  const times = lab.short ? 4 : 8;
  const stretchMs = lab.short ? 60 : 120;
  const phrases = await sayPhrases(lab, pair, { times, random });
  const long = await sayLengths(pair, {
    lengths: Array.from(
      { length: LONG_TEXTS },
      () => Math.round(LONG.min * (LONG.max / LONG.min) ** random()),
    ),
    from: phrases.length + 1,
  });
  const activities = await doActivities(lab, pair, {
    times,
    stretchMs,
    random,
  });
  return { phrases, activities, long };
}

function asBar(
  { label, right, of, answers }: Score,
): { readonly label: string; readonly value: number; readonly chance: number } {
  return { label, value: percent(right / of), chance: percent(1 / answers) };
}

/** Sizes as they were seen, and those of all lengths as they follow from them. */
function sizesFigure({ phrases }: Session): Points {
  const lengths = Array.from({ length: 101 }, (_, at) => 10 * at);
  const bare = (length: number): number => unpaddedBytes("x".repeat(length), 1);
  return {
    kind: "points",
    name: "sizes",
    title: "How long a text was, and how large its record",
    note:
      `Seen: ${phrases.length} records of the second session. The lines are computed.`,
    x: "bytes of text",
    y: "bytes of record",
    series: [
      {
        label: "without padding",
        joined: true,
        points: lengths.map((length) => [length, bare(length)] as const),
      },
      {
        label: "with padding",
        joined: true,
        points: lengths.map((length) =>
          [length, paddedLength(bare(length) - AROUND) + AROUND] as const
        ),
      },
      {
        label: "seen",
        points: phrases.map(({ phrase, seen }) =>
          [utf8(phrase).length, seen] as const
        ),
      },
    ],
  };
}
