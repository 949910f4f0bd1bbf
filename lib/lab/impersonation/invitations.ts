import type { Bytes } from "../../bytes.ts";
import { INVITATION_BYTES, makeInvitation } from "../../identity/invitation.ts";
import { parseTarget } from "../../identity/target.ts";
import { openInvitations } from "../../store/open_invitations.ts";
import { errorIn } from "../events.ts";
import type { Step } from "../experiment.ts";
import type { Laboratory, Person } from "../laboratory.ts";
import type { Part } from "../part.ts";
import type { Verdict } from "../verdict.ts";
import type { WatchedServer } from "../watched_server.ts";
import { knock } from "./knock.ts";

const HOUR_MS = 3_600_000;

/** Strangers who show one secret at the same moment. */
const RACERS = { short: 5, full: 20 } as const;

/** Secrets that are made up. */
const GUESSES = { short: 5, full: 50 } as const;

/** Why a server turned somebody away who came with an invitation. */
const REFUSED: readonly string[] = [
  "uninvited",
  "CHAT_INVITATION_INVALID",
  "CHAT_NOT_AUTHORIZED",
];

interface Scene {
  readonly server: WatchedServer;
  readonly mallory: Person;
}

/** What became of somebody who came with a link. */
interface Visit {
  readonly code: number;
  readonly error: string;
}

/** Uses invitations that were made for others, are over, or never were. */
export async function stolenInvitations(
  lab: Laboratory,
  scene: Scene,
): Promise<Part> {
  const parts = [
    ...await Promise.all([usedTwice(lab, scene), thiefFirst(lab, scene)]),
    await withoutAny(lab, scene),
  ];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
  };
}

async function usedTwice(
  lab: Laboratory,
  { server, mallory }: Scene,
): Promise<Part> {
  const bob = await lab.person("Bob");
  const link = await invite(lab, server);
  const guest = await visit(lab, { person: bob, link });
  const thief = await visit(lab, { person: mallory, link });
  const again = await visit(lab, { person: bob, link });
  return {
    steps: [
      {
        who: "people",
        did: "Bob is handed a link with an invitation, and enters with it.",
        saw: `exit status ${guest.code}`,
      },
      {
        who: "attacker",
        did: "Finds the link later, and uses it.",
        saw: `exit status ${thief.code}: ${thief.error}`,
      },
    ],
    verdicts: [{
      claim: "An invitation that was used lets nobody else in",
      held: guest.code === 0 && again.code === 0 &&
        thief.error.includes("CHAT_INVITATION_INVALID"),
      evidence: `Bob came in twice, Mallory: ${thief.error}`,
    }],
  };
}

/** The honest limit of it: a secret is worth what its secrecy is. */
async function thiefFirst(
  lab: Laboratory,
  { server }: Scene,
): Promise<Part> {
  const carol = await lab.person("Carol");
  const link = await invite(lab, server);
  const secret = secretOf(link);
  const count = lab.short ? RACERS.short : RACERS.full;
  const became = await Promise.all(
    Array.from(
      { length: count },
      (_, at) => knock(server, { name: `thief${at}`, secret }),
    ),
  );
  const inside = became.filter((each) => each === "entered").length;
  const guest = await visit(lab, { person: carol, link });
  return {
    steps: [
      {
        who: "attacker",
        did:
          `Sees another link before it is used. ${count} thieves, each with a key of its own, use it at the same moment.`,
        saw: `${inside} of them came in`,
      },
      {
        who: "people",
        did: "Carol, whom it was meant for, comes after them.",
        saw: `exit status ${guest.code}: ${guest.error}`,
      },
    ],
    verdicts: [{
      claim:
        "A stolen invitation is good for one thief at most, and the guest notices",
      held: inside === 1 && guest.error.includes("CHAT_INVITATION_INVALID"),
      evidence:
        `${inside} of ${count} came in; Carol was refused, so she knows, and the operator can ban who it was`,
    }],
  };
}

async function withoutAny(
  lab: Laboratory,
  { server }: Scene,
): Promise<Part> {
  await invite(lab, server); // one is open, so all others are looked at
  const expired = makeInvitation();
  const now = Date.now();
  {
    using inviter = openInvitations(server.server.data);
    inviter.invite({
      digest: expired.digest,
      by: "the laboratory",
      at: now - 2 * HOUR_MS,
      until: now - HOUR_MS,
    });
  }
  const late = await knock(server, { name: "late", secret: expired.secret });
  const count = lab.short ? GUESSES.short : GUESSES.full;
  const guesses: string[] = [];
  for (let at = 0; at < count; at++) {
    const secret = crypto.getRandomValues(new Uint8Array(INVITATION_BYTES));
    guesses.push(await knock(server, { name: `guess${at}`, secret }));
  }
  return {
    steps: [
      attacker("Finds an invitation that was good until an hour ago.", [
        late,
      ]),
      attacker(`Makes up ${count} invitations.`, guesses),
    ],
    verdicts: [
      refusal("An invitation that has expired lets nobody in", [late]),
      refusal("A made-up invitation lets nobody in", guesses),
    ],
  };
}

function attacker(did: string, became: readonly string[]): Step {
  return { who: "attacker", did, saw: [...new Set(became)].join(", ") };
}

function refusal(claim: string, became: readonly string[]): Verdict {
  const wrong = became.filter((each) => !REFUSED.includes(each));
  return {
    claim,
    held: became.length > 0 && wrong.length === 0,
    evidence: wrong.length === 0
      ? `${became.length} of ${became.length} refused: ${
        [...new Set(became)].join(", ")
      }`
      : `${wrong.length} of ${became.length}: ${wrong[0]}`,
  };
}

/** Has the real command make a link. */
async function invite(lab: Laboratory, server: WatchedServer): Promise<string> {
  const process = lab.chat("the operator", [
    "invite",
    `127.0.0.1:${server.port}`,
    `--data=${server.server.data}`,
  ]);
  await process.exit(lab.signal);
  const link = process.stdout.lines.find((line) => line.startsWith("chat://"));
  if (link === undefined) {
    throw new Error(`Cannot invite: ${errorIn(process.stderr.lines)}`);
  }
  return link;
}

function secretOf(link: string): Bytes {
  const { invitation } = parseTarget(link);
  if (invitation === undefined) {
    throw new Error(`Cannot take ${link}: no secret`);
  }
  return invitation;
}

async function visit(
  lab: Laboratory,
  { person, link }: { readonly person: Person; readonly link: string },
): Promise<Visit> {
  const process = lab.chat(person.name, [
    "connect",
    "--json",
    `--name=${person.name}`,
    `--identity=${person.keyFile}`,
    link,
  ]);
  await process.endInput();
  const code = await process.exit(lab.signal);
  return { code, error: errorIn(process.stderr.lines) };
}
