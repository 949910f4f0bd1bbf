import type { Bytes } from "../../bytes.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import type { KeptEntry } from "../../protocol/entry.ts";
import { makeSealingKey } from "../../sealed/sealing_key.ts";
import { latin1 } from "../latin1.ts";
import { pause } from "../pause.ts";
import { madeUpWord } from "../random.ts";
import { RawMember } from "../raw_member.ts";
import type { Stand } from "./stand.ts";
import type { Talker } from "./talker.ts";

/** Something that the server does, and how it shows. */
export interface Lie {
  /** What it is called in tables. */
  readonly name: string;
  readonly did: string;
  /** What is claimed of it. */
  readonly claim: string;
  /**
   * Does it.
   *
   * @returns What the victim was shown, in the very words; `undefined` if nothing.
   */
  readonly tell: (stand: Stand) => Promise<string | undefined>;
}

/** Where in an envelope a byte is changed, behind its header and nonce. */
const CHANGED_AT = 60;

/** How often somebody asks why nothing is sent, and how fast, in milliseconds. */
const TRIES = 20;
const TRY_MS = 25;

/** What a server does that has everything but the link, one after another. */
export const LIES: readonly Lie[] = [
  {
    name: "changes a message",
    did: "Shows Bob a message of Alice's in which one bit is changed.",
    claim: "A message that the server changed is told, and not shown",
    tell: async ({ log, bob, alice, body }) => {
      const after = bob.lines;
      log.put({ ...by(alice), kind: "sealed", body: changed(body()) });
      return await bob.showsSoon(/could not be read \(damaged\)/, after);
    },
  },
  {
    name: "speaks in clear",
    did: "Writes into the room in Alice's name, in clear: it has no keys.",
    claim: "What is not sealed is not taken for anybody's words",
    tell: async ({ log, bob, alice }) => {
      const after = bob.lines;
      const text = madeUpWord();
      log.put({ ...by(alice), kind: "said", name: alice.person.name, text });
      return await bob.showsSoon(
        /put something here that is not sealed/,
        after,
      );
    },
  },
  {
    name: "repeats a message",
    did: "Shows Bob a message of Alice's again, as a new one.",
    claim: "A message that is repeated is told, and not shown again",
    tell: async ({ log, bob, alice, body }) => {
      const after = bob.lines;
      log.put({ ...by(alice), kind: "sealed", body: body() });
      return await bob.showsSoon(/could not be read \(replayed\)/, after);
    },
  },
  {
    name: "drops a message",
    did:
      "Leaves out a message of Alice's towards Bob, and numbers the others so that there is no gap.",
    claim: "A message that is left out is told with the next one of its author",
    tell: async ({ log, bob, say }) => {
      const after = bob.lines;
      log.change = leavingOutOne();
      await say("alice");
      await say("alice");
      return await bob.showsSoon(/was not delivered/, after);
    },
  },
  {
    name: "changes the order",
    did: "Shows Bob two messages of Alice's, the second one first.",
    claim: "Messages in another order are told, and none is lost by it",
    tell: async ({ log, bob, say }) => {
      const after = bob.lines;
      log.change = swappingTwo();
      const first = await say("alice");
      await say("alice");
      const words = await bob.showsSoon(/was not delivered/, after);
      const late = await bob.showsSoon(new RegExp(`: ${first}$`), after);
      return late === undefined ? undefined : words;
    },
  },
  {
    name: "puts somebody in",
    did:
      "Gives Mallory a place in the room, who is told of everything that is relayed, and has no link.",
    claim: "Somebody whom the server puts in gets no key, and is no member",
    tell: putIn,
  },
  {
    name: "exchanges a key",
    did:
      "Tells Alice that Mallory's sealing key is Bob's, when she wants to tell him something alone.",
    claim:
      "A sealing key that is not the other's is refused: nothing is sealed",
    tell: exchangeKey,
  },
  {
    name: "makes up a change of keys",
    did: "Shows Bob a change of keys that no member made.",
    claim: "A change of keys that is made up is told, and not followed",
    tell: async ({ log, bob, alice, commit, turn }) => {
      const after = bob.lines;
      const made = { body: changed(commit()), turn: turn() + 1 };
      log.put({ ...by(alice), kind: "committed", ...made });
      return await bob.showsSoon(
        /change of keys could not be read \(damaged\)/,
        after,
      );
    },
  },
];

/** What a server does last, as it leaves the room in pieces. */
export const LAST_LIES: readonly Lie[] = [{
  name: "shows two histories",
  did:
    "Shows Alice a room in which she renewed the keys, and Carol one in which Carol did, in the same place.",
  claim:
    "Members who are shown different histories are told with the next message",
  tell: async (stand) => {
    const { alice, carol, forkFor, say } = stand;
    const after = carol.lines;
    forkFor(carol);
    await carol.type("/rekey");
    await carol.showsSoon(/^\* you renewed the keys/, after);
    await alice.type("/rekey");
    await alice.showsSoon(/^\* you renewed the keys/);
    await say("alice");
    return await carol.showsSoon(/could not be read \(forked\)/, after);
  },
}, {
  name: "goes back to an older log",
  did: "Shows Bob a log that is shorter than the one that he has read.",
  claim: "A log that goes back behind what was read is told",
  tell: async ({ log, bob, say }) => {
    const after = bob.lines;
    log.stop();
    await say("alice");
    return await bob.showsSoon(/^-- The past of &plans is not the one/, after);
  },
}];

async function putIn(
  { server, mallory, group, say, bob }: Stand,
): Promise<string | undefined> {
  const { fingerprint } = server.identity;
  using member = await RawMember.enter(
    { port: server.port, fingerprint },
    mallory.name,
    { identity: mallory.identity },
  );
  member.send({ kind: "join_sealed", id: member.nextId(), group: group() });
  const { room } = await member.until("room");
  await member.until("done");
  member.send({ kind: "follow", id: member.nextId(), room, after: null });
  const text = await say("alice");
  const { body } = await member.until("sealed");
  await bob.shows(new RegExp(`: ${text}$`));
  const after = bob.lines;
  await bob.type("/who");
  const words = await bob.showsSoon(/ 3 members with the keys of/, after);
  await bob.shows(/^(?:\d{5} ){5}\d{5}$/, { after }); // the last line of it
  const listed = bob.words.slice(after).join("\n");
  const isOut = !listed.includes(mallory.name) &&
    !latin1(body).includes(text);
  return isOut ? words : undefined;
}

async function exchangeKey(
  { server, alice, mallory, person, said }: Stand,
): Promise<string | undefined> {
  const { published } = await makeSealingKey(mallory.identity, Date.now());
  const meddling = server.meddle(person(alice), {
    tell: (message) =>
      message.kind === "sealing_key"
        ? [{ ...message, key: published }]
        : [message],
  });
  const after = alice.lines;
  const text = madeUpWord();
  said.push(`Alice: ${text}`); // he may get it once the server tells the truth
  await alice.type(`/msg Bob ${text}`);
  await alice.showsSoon(/^-- @Bob: waits/, after);
  await alice.type("/room @Bob");
  const words = await reasonShown(alice);
  await alice.type("/room &plans");
  const founded = server.heard.some(({ message }) =>
    message.kind === "found" && message.room !== null
  );
  meddling.stop();
  return founded ? undefined : words;
}

/** Asks why nothing is sent, until the key was looked at. */
async function reasonShown(talker: Talker): Promise<string | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const after = talker.lines;
    await talker.type("/digits");
    const words = await talker.showsSoon(/^-- @Bob: /, after);
    if (words?.includes("it belongs to another identity")) return words;
    await pause(TRY_MS, talker.signal);
  }
  return undefined;
}

function by(talker: Talker): { readonly fingerprint: Bytes } {
  return { fingerprint: fingerprintBytes(talker.person.identity.fingerprint) };
}

function changed(body: Bytes): Bytes {
  return body.with(CHANGED_AT, (body[CHANGED_AT] ?? 0) ^ 1);
}

type Change = (entry: KeptEntry) => readonly KeptEntry[];

function leavingOutOne(): Change {
  let left = 1;
  return (entry) => entry.kind === "sealed" && left-- > 0 ? [] : [entry];
}

function swappingTwo(): Change {
  const held: KeptEntry[] = [];
  let count = 0;
  return (entry) => {
    if (entry.kind !== "sealed" || ++count > 2) return [entry];
    if (count === 1) {
      held.push(entry);
      return [];
    }
    return [entry, ...held];
  };
}
