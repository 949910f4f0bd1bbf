import type { Bytes } from "../../bytes.ts";
import type { Experiment, Outcome } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { noTerminal } from "../this_program.ts";
import { devices, readWithDevices } from "./devices.ts";
import type { Figure } from "../figure.ts";
import { live } from "./life.ts";
import { lying } from "./lying.ts";
import { operatorsView } from "./operator.ts";
import { readDisk } from "./server_disk.ts";
import type { StandOptions } from "./stand.ts";
import { plunder, theft } from "./theft.ts";

/** The server itself is the enemy. */
export const sealedRooms: Experiment = {
  name: "sealed-rooms",
  title: "A malicious server, and thieves of its disk, against a sealed room",
  attacker:
    "Is the server: has its key, its disk and its log, and relays what it likes. Has copied devices, and later has a quantum computer. Has no link.",
  limitMs: 60_000,
  missing: noTerminal,
  run: (lab) => besiegeSealed(lab),
};

/** A world in which claims are not so, for tests. */
export interface Carelessness extends StandOptions {
  /** The link of the room lies on the server's disk. */
  readonly linkIsKept?: boolean;
}

/** Carries it out. */
export async function besiegeSealed(
  lab: Laboratory,
  { linkIsKept = false, ...stand }: Carelessness = {},
): Promise<Outcome> {
  const [stolen, lies] = await Promise.all([
    steal(lab, linkIsKept),
    lying(lab, stand),
  ]);
  const parts = [...stolen, lies];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    figures: parts.flatMap(({ figures }) => figures),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
  };
}

async function steal(
  lab: Laboratory,
  linkIsKept: boolean,
): Promise<readonly (Part & { readonly figures: readonly Figure[] })[]> {
  const life = await live(lab);
  const { server, alice, bob, carol, secret, link } = life;
  const known: readonly Bytes[] = linkIsKept ? [secret] : [];
  if (linkIsKept) await Deno.copyFile(link, `${server.data}/link`);
  const view = await operatorsView(lab, life);
  server.process.terminate();
  await server.process.exit(lab.signal);
  const people = [alice, bob, carol].map(({ person }) => person);
  const disk = readDisk(server.data, people);
  const loot = await plunder(life, disk, { known });
  const readers = await readWithDevices(life, disk, loot.texts);
  return [{ ...view, figures: [] }, theft(loot), devices(readers)];
}
