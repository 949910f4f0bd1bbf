import { leaks } from "../lib/lab/leaks.ts";
import { needlesOf } from "../lib/lab/needles.ts";
import {
  looksRandom,
  nothingReadable,
  searchFinds,
} from "../lib/lab/reading.ts";
import { DIRECTIONS } from "../lib/lab/recording.ts";
import type { Verdict } from "../lib/lab/verdict.ts";
import type { Style } from "../lib/ui/style.ts";
import { type Cast, keysOf, readCast, secretsOf, spokenTexts } from "./cast.ts";
import {
  BAD,
  GOOD,
  heading,
  paragraph,
  type Row,
  verdictRows,
} from "./page.ts";
import { type Aftermath, conversation, type Talk } from "./conversation.ts";
import { refusals } from "./refusals.ts";
import { SCRIPT } from "./script.ts";
import { Stage } from "./stage.ts";
import type { Theatre } from "./theatre.ts";
import {
  everybodyLeft,
  impostorRefused,
  nothingLost,
  type Refused,
  sizesTellLittle,
  strangerRefused,
} from "./verdicts.ts";

/** Lines of what a process complained about that are shown when all fails. */
const MAX_COMPLAINTS = 5;

/** Plays it once and tells whether everything held; leaves nothing behind. */
export async function playDemo(theatre: Theatre): Promise<boolean> {
  const began = theatre.now();
  try {
    await using stage = new Stage(theatre.signal);
    const verdicts = await perform(theatre, stage).catch((error) => {
      complain(theatre, stage);
      throw error;
    });
    const { held, text } = summary(verdicts, theatre.now() - began);
    theatre.show(conclusion(text, held ? GOOD : BAD));
    return held;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    theatre.show(conclusion(`FAILED: ${error.message}`, BAD));
    return false;
  }
}

/** What comes out of the verdicts, after so many milliseconds. */
export function summary(
  verdicts: readonly Verdict[],
  elapsedMs: number,
): { readonly held: boolean; readonly text: string } {
  const all = verdicts.length;
  const failed = verdicts.filter(({ held }) => !held).length;
  return failed === 0 && all > 0
    ? {
      held: true,
      text: `All ${all} held, in ${(elapsedMs / 1000).toFixed(1)} s.`,
    }
    : { held: false, text: `FAILED: ${failed} of ${all} did not hold.` };
}

function conclusion(text: string, style: Style): Row[] {
  return [[], ...paragraph({ spans: [{ text, ...style }], indent: 2 })];
}

async function perform(theatre: Theatre, stage: Stage): Promise<Verdict[]> {
  const cast = await readCast();
  theatre.show(paragraph({
    spans: [{
      text:
        "Two people talk in a chat room. Whatever goes between them and the server passes a relay that keeps every byte, as anybody on the way could.",
    }],
    indent: 0,
  }));
  const talk = await conversation(theatre, stage, cast);
  const refused = await refusals(theatre, stage, { cast, room: talk.port });
  const after = await talk.end();
  theatre.show(heading("What is claimed, and what came out"));
  const verdicts: Verdict[] = [];
  for (const verdict of judge(stage, { cast, talk, after, ...refused })) {
    theatre.show(verdictRows(verdict));
    verdicts.push(verdict);
  }
  return verdicts;
}

function* judge(stage: Stage, seen: {
  readonly cast: Cast;
  readonly talk: Talk;
  readonly after: Aftermath;
  readonly victim: Refused;
  readonly stranger: Refused;
}): Generator<Verdict> {
  const { cast, talk, after, victim, stranger } = seen;
  const recordings = stage.relays.flatMap((relay) => relay.recordings);
  const streams = recordings.flatMap((recording) =>
    DIRECTIONS.map((direction) => recording.stream(direction))
  );
  const secrets = secretsOf(cast);
  const search = { secrets, needles: secrets.flatMap(needlesOf) };
  yield nothingReadable(streams, search);
  yield searchFinds(leaks(spokenTexts(), keysOf(cast)), streams, search);
  yield looksRandom(recordings, spokenTexts());
  yield sizesTellLittle(talk.exchanges);
  yield impostorRefused(victim);
  yield strangerRefused(stranger);
  yield nothingLost(SCRIPT, after.heard);
  yield everybodyLeft(after.codes, recordings);
}

/** What the processes said last, when it went wrong. */
function complain(theatre: Theatre, stage: Stage): void {
  for (const { name, stderr } of stage.children) {
    const lines = stderr.lines.slice(-MAX_COMPLAINTS);
    theatre.show(lines.map((line) => [{ text: `${name}: ${line}` }]));
  }
}
