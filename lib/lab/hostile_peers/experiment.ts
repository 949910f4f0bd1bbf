import type { Experiment, Outcome } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { WatchedServer } from "../watched_server.ts";
import { crowd } from "./crowd.ts";
import { escapes } from "./escapes.ts";
import { garbage } from "./garbage.ts";
import { conversationGoesOn, latencyTable } from "./latency.ts";
import { Probe } from "./probe.ts";
import { slowReader } from "./slow_reader.ts";

/** Time that people talk in peace first, for comparison, in milliseconds. */
const PEACE_MS = 200;

/** Somebody who is let in, or not, and wants to do harm. */
export const hostilePeers: Experiment = {
  name: "hostile-peers",
  title: "Hostile peers: escape sequences, garbage, crowds, slow readers",
  attacker:
    "May connect, and has a key of its own: sends what nobody expects, in every amount.",
  limitMs: 60_000,
  run: (lab) => besiege(lab),
};

/** Carries it out. */
export async function besiege(lab: Laboratory): Promise<Outcome> {
  const server = await WatchedServer.start(lab);
  const probe = lab.keep(await Probe.enter(server));
  const peace = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, PEACE_MS));
  await probe.during("nothing", peace);
  const attacks: readonly (readonly [string, () => Promise<Part>])[] = [
    ["escape sequences", () => escapes(lab, server)],
    ["garbage", () => garbage(server)],
    ["a slow reader", () => slowReader(lab, server)],
    ["a crowd of half-open connections", () => crowd(lab, server)],
  ];
  const parts: Part[] = [];
  for (const [phase, attack] of attacks) {
    parts.push(await probe.during(phase, attack));
  }
  await probe.during("nothing any more", peace);
  return {
    steps: [
      {
        who: "people",
        did:
          "Hana and Hugo talk on a real server, and go on while everything that follows happens.",
      },
      ...parts.flatMap(({ steps }) => steps),
    ],
    figures: [latencyTable(probe.phases)],
    verdicts: [
      ...parts.flatMap(({ verdicts }) => verdicts),
      conversationGoesOn(probe.phases, probe.count),
    ],
  };
}
