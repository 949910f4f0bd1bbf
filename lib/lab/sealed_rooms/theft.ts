import { latin1 } from "../latin1.ts";
import type { Bytes } from "../../bytes.ts";
import type { Figure } from "../figure.ts";
import type { Part } from "../part.ts";
import type { Verdict } from "../verdict.ts";
import type { Life } from "./life.ts";
import {
  keyOfHello,
  openingHello,
  sealingSecrets,
  serverSecrets,
  type Tries,
  tryAll,
} from "./outer_layer.ts";
import type { ServerDisk, StoredRoom } from "./server_disk.ts";

/** What somebody with some secrets has come to. */
export interface Attempt extends Tries {
  /** Texts that were read. */
  readonly read: number;
}

/** Secrets that were tried to open a room of two with, and how many did. */
export interface HelloTries {
  readonly secrets: number;
  readonly opening: number;
}

/** All that was tried with a server's disk. */
export interface Loot {
  /** With everything that the server has. */
  readonly thief: Attempt;
  readonly hello: HelloTries;
  /** With all secrets of MLS of a member, and without the link. */
  readonly quantum: Attempt;
  /** With the link, and without any secret of MLS. */
  readonly link: Attempt;
  /** With both. */
  readonly both: Attempt;
  /** With the private halves that the two have kept. */
  readonly recipient: HelloTries;
  /** What was read with both. */
  readonly texts: readonly string[];
}

/** Tries everything. */
export async function plunder(
  life: Life,
  disk: ServerDisk,
  { known = [] }: { readonly known?: readonly Bytes[] } = {},
): Promise<Loot> {
  const { server, secret, images, stages } = life;
  const sealed = roomOf(disk, "sealed");
  const direct = roomOf(disk, "direct");
  const envelopes = disk.rooms.flatMap((room) => room.envelopes);
  const own = [...await serverSecrets(disk, server.owner), ...known];
  const texts = stages.flatMap(({ alice, bob }) => [alice, bob]);
  const attempt = async (secrets: readonly Bytes[]): Promise<Attempt> => {
    const tries = await tryAll(secrets, envelopes);
    return { ...tries, read: readIn(tries.opened, texts) };
  };
  const mls = await images.alice.mlsSecrets(sealed.group);
  const place = helloPlace(life, disk, direct);
  const openHello = async (secrets: readonly Bytes[]): Promise<HelloTries> => ({
    secrets: secrets.length,
    opening: await openingHello(direct, secrets, place),
  });
  const link = await attempt([secret]);
  const readWith = await images.alice.read(sealed.group, sealed.entries);
  const keys = [...images.bob.keys, ...images.alice.keys];
  return {
    thief: await attempt(own),
    hello: await openHello(sealingSecrets(own)),
    quantum: await attempt(mls),
    link,
    both: { ...link, secrets: 1 + mls.length, read: readWith.length },
    texts: readWith,
    recipient: await openHello(
      keys.filter(({ published }) =>
        published.toHex() === place.published.toHex()
      )
        .map((key) => key.secret),
    ),
  };
}

function roomOf(disk: ServerDisk, kind: StoredRoom["kind"]): StoredRoom {
  const room = disk.rooms.find((one) => one.kind === kind);
  if (room === undefined) throw new Error(`Cannot find a ${kind} room on disk`);
  return room;
}

function helloPlace(
  { alice, bob }: Life,
  { published }: ServerDisk,
  { hello }: StoredRoom,
): Parameters<typeof openingHello>[2] {
  const key = keyOfHello(hello, published);
  if (key === undefined) throw new Error("Cannot find whose hello it is");
  return { author: alice.person, recipient: bob.person, published: key };
}

/** How many of `texts` can be read in what was opened. */
function readIn(opened: readonly Bytes[], texts: readonly string[]): number {
  const all = opened.map(latin1).join("\n");
  return texts.filter((text) => all.includes(text)).length;
}

/** What was done with the disk, and what came of it. */
export function theft(
  loot: Loot,
): Part & { readonly figures: readonly Figure[] } {
  const { thief, hello, quantum, link, both } = loot;
  const rows: readonly (readonly [string, Attempt])[] = [
    ["the server's keys, and all that is on its disk", thief],
    ["all secrets of MLS of a member", quantum],
    ["the link", link],
    ["the link, and all secrets of MLS of a member", both],
  ];
  return {
    steps: [
      {
        who: "attacker",
        did:
          "Stops the server and takes its disk and its private key. Tries as the secret of each room whatever can be made of them: the keys, Diffie-Hellman of them with each share, hashes, what passed in clear.",
        saw: told(thief),
      },
      {
        who: "attacker",
        did:
          "Tries to open with them the secret of the room of two, which Alice has sealed for Bob with X25519 and ML-KEM-768.",
        saw: `${hello.secrets} private keys, of which ${hello.opening} open it`,
      },
      {
        who: "attacker",
        did:
          "Has a quantum computer in addition, which has found all private keys of X25519 that MLS uses: the laboratory gives it everything that the state of Alice's group holds, but for the secret of the link.",
        saw: told(quantum),
      },
      {
        who: "attacker",
        did:
          "For comparison, the same code with the secret of the link, which was never sent: the outer layer opens, and what MLS has sealed is below.",
        saw: told(link),
      },
      {
        who: "attacker",
        did: "And with both, as a member has them.",
        saw: told(both),
      },
    ],
    figures: [{
      kind: "table",
      name: "layers",
      title: "What opens what a server has of sealed rooms",
      columns: [
        "what the thief has",
        "secrets",
        "envelopes opened",
        "texts read",
      ],
      rows: rows.map(([what, { secrets, opened, read }]) => [
        ...[what, secrets, opened.length, read],
      ]),
    }],
    verdicts: [
      opensNothing("All that the server has opens no sealed room", thief),
      twoAreSafe(loot),
      opensNothing(
        "With all of MLS broken, the outer layer holds: a recording stays shut without the link",
        quantum,
      ),
      theControl(loot),
    ],
  };
}

function told({ secrets, envelopes, opened, read }: Attempt): string {
  return `${secrets} secrets on ${envelopes} envelopes: ${opened.length} open, ${read} texts are read`;
}

/** That none of these secrets opens anything. */
export function opensNothing(
  claim: string,
  { secrets, envelopes, opened, read }: Attempt,
): Verdict {
  return {
    claim,
    held: secrets > 0 && envelopes > 0 && opened.length === 0 && read === 0,
    evidence: opened.length === 0
      ? `${secrets} secrets were tried on each of ${envelopes} envelopes`
      : `${opened.length} envelopes were opened`,
  };
}

/** That nobody but its recipient opens the secret of a room of two. */
export function twoAreSafe(
  { hello, recipient }: Pick<Loot, "hello" | "recipient">,
): Verdict {
  const held = hello.secrets > 0 && hello.opening === 0 &&
    recipient.opening === 1;
  return {
    claim: "What the server has does not open a room of two, either",
    held,
    evidence: hello.opening > 0
      ? "a key of the server opened it"
      : `${hello.secrets} private keys were tried; the recipient's ${
        recipient.opening === 1 ? "opens it" : "does not open it, too"
      }`,
  };
}

/** That the same code reads when it has what members have. */
export function theControl(
  { link, both }: Pick<Loot, "link" | "both">,
): Verdict {
  const held = link.opened.length > 0 && link.read === 0 && both.read > 0;
  return {
    claim:
      "The same code opens the outer layer with the link, and reads texts with the keys of a member as well",
    held,
    evidence:
      `with the link, ${link.opened.length} envelopes open and ${link.read} texts are read; with a member's keys, ${both.read}`,
  };
}
