import type { Bytes } from "../../bytes.ts";
import type { Experiment, Outcome } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Direction } from "../recording.ts";
import { WatchedServer } from "../watched_server.ts";
import {
  type Attack,
  type Finding,
  HANDSHAKE_FRAMES,
  makeAttack,
  recordSession,
  type Scene,
} from "./attack.ts";
import { CHANGES } from "./changes.ts";
import { attackPeople, type PeopleFinding } from "./people.ts";
import { codeTable, matrix, noticed } from "./tables.ts";
import { session } from "./session.ts";
import { Witness } from "./witness.ts";

/** Of how many attacks the short form makes one. */
const SHORT_SAMPLE = 9;

/** Servers on which records of clients are changed: each logs a few a second. */
const LOGGING_SERVERS = 3;

/** Every frame of a session is changed, in every way. */
export const tampering: Experiment = {
  name: "tampering",
  title: "Every frame changed, cut, dropped, repeated, swapped, reflected",
  attacker:
    "Sits between client and server, lets everything through but one frame, and meddles with that. Has no key.",
  limitMs: 60_000,
  run: (lab) => tamper(lab),
};

/**
 * Carries it out.
 *
 * @param victim How the attacked client has its session; tests pass a broken one.
 */
export async function tamper(
  lab: Laboratory,
  victim: Scene["session"] = session,
): Promise<Outcome> {
  const talking = attackPeople(lab);
  talking.catch(() => {}); // awaited below
  const count = 1 + (lab.short ? 1 : LOGGING_SERVERS);
  const scenes = await Promise.all(
    Array.from({ length: count }, () => scene(lab, victim)),
  );
  const [first, ...logging] = scenes;
  if (first === undefined) throw new Error("Cannot attack: nothing listens");
  const recorded = await recordSession(first, "recorded");
  const all = attacksOn(recorded)
    .filter((_, at) => !lab.short || at % SHORT_SAMPLE === 0);
  const inRecords = all.filter(needsLog);
  const found = await Promise.all([
    attackAll(first, all.filter((each) => !needsLog(each)), recorded),
    ...logging.map((each, at) =>
      attackAll(
        each,
        inRecords.filter((_, index) => index % logging.length === at),
        recorded,
      )
    ),
  ]);
  return report(found.flat(), { recorded, asked: all, people: await talking });
}

async function scene(
  lab: Laboratory,
  victim: Scene["session"],
): Promise<Scene> {
  const server = await WatchedServer.start(lab);
  const witness = lab.keep(await Witness.enter(server));
  return { server, witness, session: victim };
}

function attacksOn(
  recorded: Readonly<Record<Direction, readonly Bytes[]>>,
): Attack[] {
  return (["up", "down"] as const).flatMap((direction) =>
    recorded[direction].flatMap((_, index) =>
      CHANGES.map((change) => ({ direction, index, change }))
    )
  );
}

/** Whether only the log of the server tells what it made of an attack. */
function needsLog({ direction, index }: Attack): boolean {
  return direction === "up" && index >= HANDSHAKE_FRAMES.up;
}

async function attackAll(
  scene: Scene,
  attacks: readonly Attack[],
  recorded: Readonly<Record<Direction, readonly Bytes[]>>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [at, attack] of attacks.entries()) {
    const other = recorded[attack.direction][attack.index];
    if (other === undefined) continue;
    const name = `victim${at + 1}`;
    const finding = await makeAttack(scene, attack, { name, other });
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

function report(findings: readonly Finding[], { recorded, asked, people }: {
  readonly recorded: Readonly<Record<Direction, readonly Bytes[]>>;
  readonly asked: readonly Attack[];
  readonly people: PeopleFinding;
}): Outcome {
  const breaches = findings.flatMap((finding) => finding.breaches);
  const of = (law: "accepted" | "lost"): readonly string[] =>
    breaches.filter((breach) => breach.law === law).map(({ what }) => what);
  const [accepted, lost] = [of("accepted"), of("lost")];
  const tried = `${findings.length} attacks on as many sessions`;
  const made = findings.length > 0 && findings.length >= asked.length / 2;
  const silent = findings.filter((finding) => noticed(finding) === undefined);
  const [example] = findings.filter(needsExample);
  return {
    steps: [
      {
        who: "people",
        did:
          "A client enters a real server, says three lines and leaves. All of it crosses the attacker's machine.",
        saw: `${recorded.up.length} frames up, ${recorded.down.length} down`,
      },
      ...CHANGES.map(({ does, name }) => ({
        who: "attacker" as const,
        did: `In a fresh session each time, takes one frame and ${does}.`,
        saw: summary(
          findings.filter(({ attack }) => attack.change.name === name),
        ),
      })),
      ...example === undefined ? [] : [{
        who: "attacker" as const,
        did:
          "This is what one of those frames looks like: a length, and what is sealed.",
        exhibits: [{ label: "a record", bytes: example.frame }],
      }],
      ...people.steps,
    ],
    figures: [matrix(findings, recorded), codeTable(findings)],
    verdicts: [
      {
        claim: "Never was a message accepted that was not sent",
        held: made && accepted.length === 0,
        evidence: accepted[0] ?? `${tried}, and not one did`,
      },
      {
        claim: "Never was a message lost without anybody being told",
        held: made && lost.length === 0,
        evidence: lost[0] ??
          `${tried}: whoever missed something ended with an error`,
      },
      {
        claim: "What changes anything is noticed by whoever receives it",
        held: made && silent.every(isHarmless),
        evidence: silent.every(isHarmless)
          ? `${
            findings.length - silent.length
          } were, with an error code; ${silent.length} hit the goodbye, when all had been said and heard`
          : `nobody noticed "${
            silent.find((each) => !isHarmless(each))?.attack.change.name
          }"`,
      },
      people.verdict,
    ],
  };
}

/** An attack that nobody noticed, in a session where nothing was missing. */
function isHarmless({ client, breaches }: Finding): boolean {
  return client === undefined && breaches.length === 0;
}

function needsExample({ attack }: Finding): boolean {
  return needsLog(attack) && attack.change.name === "middle";
}

function summary(findings: readonly Finding[]): string {
  const codes = new Map<string, number>();
  for (const finding of findings) {
    const code = noticed(finding) ?? "nothing was missing";
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const list = [...codes].map(([code, count]) => `${code}: ${count}`);
  return list.length === 0 ? "not tried" : list.join(", ");
}
