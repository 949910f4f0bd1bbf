import { publicIdentity } from "../../identity/public_identity.ts";
import { dial } from "../../net/dial.ts";
import type { Experiment, Outcome, Step } from "../experiment.ts";
import type { Laboratory, LabServer, Person } from "../laboratory.ts";
import { madeUpWord } from "../random.ts";
import { RawMember } from "../raw_member.ts";
import type { Verdict } from "../verdict.ts";
import { type Guess, guesses } from "./guesses.ts";
import { leakyChannel, type SharedSecrets } from "./leaky_client.ts";
import { openRecording, type Reading, type Streams } from "./open_recording.ts";

/** Somebody who kept a recording steals keys, years later. */
export const laterTheft: Experiment = {
  name: "later-theft",
  title: "Keys stolen later: forward secrecy, and a quantum computer",
  attacker:
    "Recorded a conversation. Years later it steals the private keys of both sides; later still, a quantum computer finds every X25519 secret.",
  run: (lab) => stealLater(lab),
};

/** A conversation that was recorded, and its secrets. */
export interface Recorded {
  readonly streams: Streams;
  readonly secrets: SharedSecrets;
  /** What was said in it. */
  readonly word: string;
  readonly alice: Person;
  readonly server: Pick<LabServer, "owner">;
}

/**
 * Carries it out.
 *
 * @param record How a conversation is had; tests pass a broken way.
 */
export async function stealLater(
  lab: Laboratory,
  record: (lab: Laboratory) => Promise<Recorded> = recordConversation,
): Promise<Outcome> {
  const { streams, secrets, word, alice, server } = await record(lab);
  const { x25519, mlKem } = await guesses(streams, [alice, server.owner]);
  const known = (what: string, bytes: Guess["bytes"]): readonly Guess[] => [{
    what,
    bytes,
  }];
  const withKeys = await tryAll(streams, x25519, mlKem);
  const withX25519 = await tryAll(
    streams,
    known("the X25519 secret", secrets.x25519),
    [...mlKem, ...known("the X25519 secret again", secrets.x25519)],
  );
  const withMlKem = await tryAll(
    streams,
    [...x25519, ...known("the ML-KEM secret again", secrets.mlKem)],
    known("the ML-KEM secret", secrets.mlKem),
  );
  const reading = await openRecording(streams, secrets);
  const total = streams.up.length + streams.down.length;
  return {
    steps: [
      {
        who: "people",
        did:
          "Alice talks with a real server. Her program is one of the laboratory that gives away the secrets of its two key exchanges, and does all else as the real one.",
      },
      {
        who: "attacker",
        did: "Records everything.",
        saw: `${total} bytes`,
        exhibits: [
          { label: "from Alice", bytes: streams.up },
          { label: "from the server", bytes: streams.down },
        ],
      },
      attempt(
        "Steals the private keys of Alice and of the server, and tries whatever can be made of them and of the recording: the keys themselves, Diffie-Hellman of each with each share, what passed in clear.",
        withKeys,
      ),
      attempt(
        "Gets the X25519 secret of the connection as well, as a quantum computer would find it, and tries the same in place of the ML-KEM secret.",
        withX25519,
      ),
      attempt(
        "The other way round: knows the ML-KEM secret, but not that of X25519.",
        withMlKem,
      ),
      {
        who: "attacker",
        did:
          "For comparison, the same code with both secrets, which nobody has but the two ends, and they only while they shake hands.",
        saw: reading === undefined
          ? "opens nothing"
          : `opens ${reading.opened} of ${reading.records} records and reads: ${
            reading.texts.join(" ")
          }`,
      },
    ],
    figures: [{
      kind: "table",
      name: "attempts",
      title: "What opens the recording",
      columns: ["what the thief has", "combinations", "records opened"],
      rows: [
        ["both private identity keys", withKeys.tried, withKeys.opened],
        ["and the X25519 secret", withX25519.tried, withX25519.opened],
        ["and the ML-KEM secret alone", withMlKem.tried, withMlKem.opened],
        ["both shared secrets", 1, reading?.opened ?? 0],
      ],
    }],
    verdicts: [
      shut("Both private keys open nothing that was recorded", withKeys),
      shut("Nor do they with the X25519 secret: ML-KEM holds", withX25519),
      shut("Nor with the ML-KEM secret: X25519 holds", withMlKem),
      await control(reading, { word, alice, server }),
    ],
  };
}

/** What came of trying combinations. */
interface Tries {
  readonly tried: number;
  /** Records opened by the one that did, if any. */
  readonly opened: number;
  /** Which one it was. */
  readonly by: string | undefined;
}

async function tryAll(
  streams: Streams,
  x25519: readonly Guess[],
  mlKem: readonly Guess[],
): Promise<Tries> {
  let tried = 0;
  for (const first of x25519) {
    for (const second of mlKem) {
      tried += 1;
      const secrets = { x25519: first.bytes, mlKem: second.bytes };
      const reading = await openRecording(streams, secrets);
      if (reading === undefined) continue;
      const by = `${first.what} and ${second.what}`;
      return { tried, opened: reading.opened, by };
    }
  }
  return { tried, opened: 0, by: undefined };
}

function attempt(did: string, { tried, opened, by }: Tries): Step {
  return {
    who: "attacker",
    did,
    saw: by === undefined
      ? `${tried} combinations, none of which opens a record`
      : `${by} open ${opened} records`,
  };
}

function shut(claim: string, { tried, by }: Tries): Verdict {
  return {
    claim,
    held: tried > 0 && by === undefined,
    evidence: by === undefined
      ? `${tried} combinations were tried`
      : `opened by ${by}`,
  };
}

async function control(
  reading: Reading | undefined,
  { word, alice, server }: Pick<Recorded, "word" | "alice" | "server">,
): Promise<Verdict> {
  const names = reading === undefined ? [] : [
    (await publicIdentity(reading.client)).fingerprint,
    (await publicIdentity(reading.server)).fingerprint,
  ];
  const held = reading?.texts.includes(word) === true &&
    reading.opened === reading.records &&
    names[0] === alice.identity.fingerprint &&
    names[1] === server.owner.identity.fingerprint;
  return {
    claim: "The same code reads every word when it has both secrets",
    held,
    evidence: held
      ? `all ${reading.records} records opened, "${word}" and both identities among them`
      : "it does not, so that it opened nothing before means nothing",
  };
}

async function recordConversation(lab: Laboratory): Promise<Recorded> {
  const server = await lab.serve();
  const alice = await lab.person("Alice");
  const relay = lab.relay(server.port);
  const duplex = await dial({ host: "127.0.0.1", port: relay.port });
  const { channel, secrets } = await leakyChannel(duplex, {
    identity: alice.identity,
    pins: [server.owner.identity.fingerprint],
  });
  using member = await RawMember.over(duplex, channel, alice.name);
  const word = madeUpWord();
  member.say(word);
  await member.until("ack");
  await channel.close();
  const [recording] = relay.recordings;
  if (recording === undefined) throw new Error("Cannot record: nothing came");
  await recording.ended;
  const streams = {
    up: recording.stream("up"),
    down: recording.stream("down"),
  };
  return { streams, secrets, word, alice, server };
}
