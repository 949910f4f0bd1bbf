import { type Bytes, concat, utf8 } from "../../bytes.ts";
import { encodeSshBlob } from "../../identity/ssh_blob.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import { allBytes, type PlainTap, tapPlainRoom } from "./plain_tap.ts";
import type { Experiment, Outcome, Step } from "../experiment.ts";
import { type SeenFrame, splitFrames } from "../frames.ts";
import type { Laboratory, Person } from "../laboratory.ts";
import { leaks } from "../leaks.ts";
import { needlesOf } from "../needles.ts";
import { type Pair, startPair } from "../pair.ts";
import { madeUpWord } from "../random.ts";
import {
  looksRandom,
  nothingReadable,
  sealedBodies,
  searchFinds,
} from "../reading.ts";
import { DIRECTIONS } from "../recording.ts";
import { findNeedles } from "../search.ts";
import { type Secret, secretWords } from "../secret.ts";
import { conversation, type Line } from "./talk.ts";
import { histogram } from "../uniformity.ts";
import { anybodyIsAlice, plainIsReadable, sizesAlike } from "./verdicts.ts";

/** Shorter lines occur by chance in what is recorded. */
const MIN_LINE_BYTES = 6;

/** What was said and recorded on our side. */
interface SealedTap {
  readonly pair: Pair;
  readonly streams: readonly Bytes[];
  /** Of the two who talk, one after the other: what each line made of frames. */
  readonly frames: readonly (readonly SeenFrame[])[];
  readonly texts: readonly string[];
  readonly people: readonly Person[];
}

/** The same conversation, in clear and in chat, and what can be read of it. */
export const eavesdropper: Experiment = {
  name: "eavesdropper",
  title: "Somebody on the way records every byte",
  attacker:
    "Sits between the clients and the server, as anybody in the same network or at any provider on the way may. Records everything, changes nothing, and has no key.",
  run,
};

async function run(lab: Laboratory): Promise<Outcome> {
  const script = conversation();
  const plain = await tapPlainRoom(lab, script);
  const sealed = await tapOurs(lab, script);
  const secrets = secretsOf(sealed);
  const search = { secrets, needles: secrets.flatMap(needlesOf) };
  const keys = keysOf(sealed.people);
  const { relay } = sealed.pair;
  const inClear = allBytes(plain.recordings);
  const lines = script.map(({ text }) => text)
    .filter((text) => utf8(text).length >= MIN_LINE_BYTES);
  return {
    steps: [...plainSteps(plain, script), ...sealedSteps(sealed)],
    figures: [{
      kind: "bytes",
      name: "bytes",
      title: "How often each value of a byte was seen",
      note:
        "Text has a shape. Random bytes have none: 8 bits a byte, and a chi square of about 255.",
      panels: [
        { label: "in clear", counts: histogram(inClear) },
        {
          label: "chat",
          counts: histogram(concat(...relay.recordings.flatMap(sealedBodies))),
        },
      ],
    }, {
      kind: "table",
      name: "recovered",
      title: "What the eavesdropper has in the end",
      columns: ["", "in clear", "chat"],
      rows: ["names", "lines", "words of four letters and more"].map(
        (what, at) => {
          const looked = [["alice", "bobby"], lines, lines][at] ?? [];
          const secrets = at === 2 ? secretWords(looked) : looked.map(asSecret);
          const needles = secrets.flatMap(needlesOf);
          const found = (bytes: Bytes): string =>
            `${foundIn(bytes, needles)} of ${secrets.length}`;
          return [what, found(inClear), found(concat(...sealed.streams))];
        },
      ),
    }],
    verdicts: [
      plainIsReadable(plain, script),
      anybodyIsAlice(plain),
      {
        ...nothingReadable(sealed.streams, search),
        claim: "Of chat, nothing can be read",
      },
      searchFinds(leaks(sealed.texts, keys), sealed.streams, search),
      looksRandom(relay.recordings, script.map(({ text }) => text)),
      sizesAlike(sealed.frames, script),
    ],
  };
}

async function tapOurs(
  lab: Laboratory,
  script: readonly Line[],
): Promise<SealedTap> {
  const room = madeUpWord();
  const [title, motd] = [madeUpWord(), `${madeUpWord()} ${madeUpWord()}`];
  const serve = [`--title=${title}`, `--motd=${motd}`];
  const pair = await startPair(lab, { room, serve });
  const frames: SeenFrame[][] = [];
  for (const { who, text } of script) {
    const before = splitFrames(pair[who].recording.stream("up")).length;
    await pair.say(who, text);
    frames.push(splitFrames(pair[who].recording.stream("up")).slice(before));
  }
  return {
    pair,
    frames,
    streams: pair.relay.recordings.flatMap((recording) =>
      DIRECTIONS.map((way) => recording.stream(way))
    ),
    texts: [
      ...script.map(({ text }) => text),
      "alice",
      "bobby",
      room,
      title,
      motd,
    ],
    people: [pair.server.owner, pair.alice.person, pair.bobby.person],
  };
}

function asSecret(text: string): Secret {
  return { kind: "text", what: text, text };
}

function secretsOf({ texts, people }: SealedTap): Secret[] {
  return [
    ...secretWords(texts),
    ...people.flatMap(({ name, identity }): Secret[] => [{
      kind: "bytes",
      what: `the public key of ${name}`,
      bytes: encodeSshBlob(identity.publicKey),
    }, {
      kind: "bytes",
      what: `the fingerprint of ${name}`,
      bytes: fingerprintBytes(identity.fingerprint),
    }]),
  ];
}

function keysOf(people: readonly Person[]): Bytes {
  return concat(...people.flatMap(({ identity }) => [
    encodeSshBlob(identity.publicKey),
    fingerprintBytes(identity.fingerprint),
  ]));
}

function plainSteps(plain: PlainTap, script: readonly Line[]): Step[] {
  const [first] = plain.recordings;
  const [name, line] =
    first?.captures.filter(({ direction }) => direction === "up") ?? [];
  if (name === undefined || line === undefined) {
    throw new Error("Cannot show the plain room: nothing was recorded");
  }
  return [{
    who: "people",
    did:
      "Alice and Bobby talk in a chat room without encryption, as small as the program that this project began with.",
  }, {
    who: "attacker",
    did: "Reads the first bytes of a connection: the name.",
    saw: plain.names.join(", "),
    exhibits: [{ label: "Alice to the server", bytes: name.bytes }],
  }, {
    who: "attacker",
    did: "Reads on: every message, and who says it.",
    saw: plain.lines.slice(0, 2).map(({ who, text }) => `${who}: ${text}`)
      .join(" / ") + ` / ... ${script.length} lines`,
    exhibits: [{ label: "Alice to the server", bytes: line.bytes }],
  }, {
    who: "attacker",
    did: "Connects as a third client and speaks as Alice. On Bobby's screen:",
    saw: plain.forged,
  }];
}

function sealedSteps({ pair, frames }: SealedTap): Step[] {
  const up = splitFrames(pair.alice.recording.stream("up"));
  const down = splitFrames(pair.alice.recording.stream("down"));
  const [hello, proof] = up;
  const [line] = frames[0] ?? [];
  if (hello === undefined || proof === undefined || line === undefined) {
    throw new Error("Cannot show chat: nothing was recorded");
  }
  return [{
    who: "people",
    did:
      "They say the same over chat: a server and two clients, each a process of its own.",
  }, {
    who: "attacker",
    did:
      "Looks at the first message. It is in clear: a version, random bytes, and two public keys that were made for this connection only.",
    saw: "That this is chat/1, and nothing of who connects.",
    exhibits: [{ label: "ClientHello", bytes: hello.bytes }],
  }, {
    who: "attacker",
    did: "Looks at the proofs of who server and client are. They are sealed.",
    exhibits: [
      ...(down[1] === undefined
        ? []
        : [{ label: "ServerAuth", bytes: down[1].bytes }]),
      { label: "ClientAuth", bytes: proof.bytes },
    ],
  }, {
    who: "attacker",
    did: "Looks at Alice's first line, whose text was read above.",
    exhibits: [{ label: "the same line, in chat", bytes: line.bytes }],
  }];
}

function foundIn(
  bytes: Bytes,
  needles: Parameters<typeof findNeedles>[1],
): number {
  return new Set(
    findNeedles(bytes, needles).map(({ needle }) => needle.secret),
  ).size;
}
