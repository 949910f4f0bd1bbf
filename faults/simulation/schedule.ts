import { broken } from "../laws.ts";
import { makePlan } from "./plan.ts";
import type { Sabotage } from "./sabotage.ts";
import { World } from "./world.ts";

/** How one schedule went. */
export interface ScheduleResult {
  readonly seed: number;
  /** What does not hold; nothing when all is well. */
  readonly broken: readonly string[];
  /** The same when the same happened. */
  readonly hash: string;
  /** What happened, for people; empty unless it was to be kept. */
  readonly trace: readonly string[];
  /** Messages that were acknowledged. */
  readonly acknowledged: number;
}

/** Runs the schedule of a seed, from its first connection until all is healed. */
export async function runSchedule(
  seed: number,
  options: { readonly sabotage?: Sabotage; readonly keepTrace?: boolean } = {},
): Promise<ScheduleResult> {
  const world = new World(makePlan(seed), options);
  const bugs: string[] = [];
  try {
    await world.run();
  } catch (error) { // nothing may throw what nobody expects
    bugs.push(error instanceof Error ? error.stack ?? `${error}` : `${error}`);
  }
  const { observed, trace } = world;
  const said = observed.devices.flatMap((device) => device.said);
  return {
    seed,
    broken: [...bugs, ...broken(world.disk.log(), observed)],
    hash: trace.hash,
    trace: trace.lines,
    acknowledged: said.filter(({ state }) => state === "acknowledged").length,
  };
}
