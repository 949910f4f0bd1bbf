import type { Figure } from "../figure.ts";
import type { Part } from "../part.ts";
import type { Verdict } from "../verdict.ts";
import type { Life, Stage } from "./life.ts";
import type { ServerDisk } from "./server_disk.ts";

/** Texts of others that somebody has read, of each stage. */
export type Read = readonly [number, number, number];

/** Who could read what with a copied device and all that the server has. */
export interface Readers {
  /** Removed after the first stage; her device was copied before. */
  readonly carol: Read;
  /** Renewed her keys after the second stage; copied before the first. */
  readonly alice: Read;
  /** Copied after the second stage. */
  readonly bob: Read;
  /** What Carol's own program went on to show of the room. */
  readonly shown: readonly string[];
}

/**
 * Reads with each copied device.
 *
 * @param aliceRead What Alice's has read already, as a device reads once.
 */
export async function readWithDevices(
  { images, stages, carolRead }: Life,
  { rooms }: ServerDisk,
  aliceRead: readonly string[],
): Promise<Readers> {
  const room = rooms.find(({ kind }) => kind === "sealed");
  if (room === undefined) throw new Error("Cannot find the room on disk");
  const { group, entries } = room;
  const counts = (texts: readonly string[]): Read => {
    const count = ({ alice, bob }: Stage): number =>
      [alice, bob].filter((text) => texts.includes(text)).length;
    const [first, second, third] = stages;
    return [count(first), count(second), count(third)];
  };
  const said = stages.flatMap(({ alice, bob }) => [alice, bob]);
  return {
    carol: counts(await images.carol.read(group, entries)),
    alice: counts(aliceRead),
    bob: counts(await images.bob.read(group, entries)),
    shown: carolRead.filter((line) => said.some((text) => line.includes(text))),
  };
}

/** Who could read what, and what follows. */
export function devices(
  readers: Readers,
): Part & { readonly figures: readonly Figure[] } {
  const { carol, alice, bob } = readers;
  const rows: readonly (readonly [string, Read])[] = [
    ["Carol's, removed after the first", carol],
    ["Alice's, who renewed her keys after the second", alice],
    ["Bob's, copied after the second", bob],
  ];
  return {
    steps: [{
      who: "attacker",
      did:
        "Has copied devices, has the identities that go with them, and gets from the server all that was relayed. Reads as far as the keys on them reach.",
      saw: rows.map(([who, read]) => `${who}: ${read.join(", ")} texts`)
        .join("; "),
    }],
    figures: [{
      kind: "table",
      name: "devices",
      title: "Texts of others that a copied device reads",
      columns: [
        "whose device",
        "with Carol",
        "after her removal",
        "after Alice's fresh keys",
      ],
      rows: rows.map(([who, read]) => [who, ...read]),
    }],
    verdicts: [
      removedReadsNothing(readers),
      healed(readers),
    ],
  };
}

/** That a removal takes effect with the next message. */
export function removedReadsNothing({ carol, bob, shown }: Readers): Verdict {
  const [before, second, third] = carol;
  return {
    claim:
      "A removed member reads nothing from the next message on, even with all that the server has",
    held: before === 2 && second === 0 && third === 0 && bob[2] > 0 &&
      shown.length === 0,
    evidence: `${before} texts from before her removal, ${
      second + third
    } from after it; her own program showed ${shown.length}`,
  };
}

/** That a stolen device reads until fresh keys are made, and no longer. */
export function healed({ alice, bob }: Readers): Verdict {
  const [first, second, third] = alice;
  return {
    claim:
      "A copied device reads until its owner's keys are renewed, and nothing after",
    held: first > 0 && second > 0 && third === 0 && bob[2] > 0,
    evidence:
      `${first} and ${second} texts from before Alice renewed her keys, ${third} from after; a device copied later reads ${
        bob[2]
      } of those`,
  };
}
