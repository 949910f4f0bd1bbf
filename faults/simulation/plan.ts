import { Random } from "./random.ts";
import type { ServerSettings } from "./virtual_server.ts";

/** What may happen at some moment of a schedule. */
export const DEEDS = [
  "say",
  "burst",
  "join",
  "leave",
  "direct",
  "refound",
  "look",
  "pause",
  "stall",
  "cut",
  "client crash",
  "client crash in write",
  "device full",
  "server crash",
  "server crash in write",
  "server drain",
  "disk full",
  "disk fails",
  "prune",
] as const;

/** One of {@linkcode DEEDS}. */
export type Deed = typeof DEEDS[number];

/** How often each deed is chosen among others, on the average. */
const WEIGHTS: Readonly<Record<Deed, number>> = {
  "say": 40,
  "burst": 6,
  "join": 4,
  "leave": 1,
  "direct": 3,
  "refound": 1,
  "look": 3,
  "pause": 2,
  "stall": 3,
  "cut": 7,
  "client crash": 2,
  "client crash in write": 2,
  "device full": 1,
  "server crash": 1.5,
  "server crash in write": 2,
  "server drain": 0.7,
  "disk full": 1,
  "disk fails": 1,
  "prune": 1,
};

/** Deeds without which nothing would happen. */
const ALWAYS: readonly Deed[] = ["say", "burst", "join"];

/** What one schedule is like; everything follows from its seed. */
export interface Plan {
  readonly seed: number;
  /** Devices of each identity. */
  readonly devices: readonly number[];
  /** Milliseconds in which things happen. */
  readonly duration: number;
  /** When, in milliseconds, and what. */
  readonly deeds: readonly { readonly at: number; readonly deed: Deed }[];
  /** Shortest and longest time that a message is on its way. */
  readonly latency: { readonly min: number; readonly max: number };
  /** Longest padding of a text, in words of two letters. */
  readonly padding: number;
  readonly server: ServerSettings;
}

/** Makes up a schedule. */
export function makePlan(seed: number): Plan {
  const random = new Random(seed);
  const duration = random.between(10_000, 90_000);
  const weights = DEEDS.map((deed): readonly [Deed, number] => {
    const emphasis = random.pick([0, 0, 0.5, 1, 1, 2, 4]);
    return [deed, WEIGHTS[deed] * (ALWAYS.includes(deed) ? 1 : emphasis)];
  });
  const deeds = Array.from({ length: random.between(30, 90) }, () => ({
    at: random.below(duration),
    deed: choose(weights, random),
  }));
  const min = random.pick([0, 1, 10, 40]);
  const bulky = random.chance(0.1);
  const strict = random.chance(0.25);
  return {
    seed,
    devices: Array.from(
      { length: random.between(2, 4) },
      () => random.pick([1, 1, 2]),
    ),
    duration,
    deeds,
    latency: { min, max: min + random.pick([1, 20, 200, 1_500]) },
    padding: bulky ? 8_000 : random.pick([0, 0, 20]),
    server: {
      newcomerLines: random.pick([0, 1, 5, 50]),
      chunks: random.pick([1, 2, 256]),
      turn: random.pick([0, 3, 40]),
      limits: strict
        ? {
          messagesPerSecond: random.pick([2, 5]),
          messageBurst: random.pick([5, 10]),
          roomMessagesPerSecond: random.pick([3, 20]),
          roomMessageBurst: random.pick([6, 40]),
        }
        : {
          messagesPerSecond: 100,
          messageBurst: 1_000,
          byteBurst: 10_000_000,
        },
    },
  };
}

function choose(
  weights: readonly (readonly [Deed, number])[],
  random: Random,
): Deed {
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  let left = random.next() * sum;
  for (const [deed, weight] of weights) {
    left -= weight;
    if (left < 0) return deed;
  }
  return "say";
}
