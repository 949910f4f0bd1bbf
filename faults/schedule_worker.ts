/** Runs schedules apart from the others, as many at a time as there are cores. */
/// <reference lib="webworker" />
import { runSchedule, type ScheduleResult } from "./simulation/schedule.ts";

/** Seeds from `first` to `last`. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
}

/** What is told of a range of schedules. */
export interface RangeResult {
  /** Those in which something did not hold. */
  readonly broken: readonly ScheduleResult[];
  readonly acknowledged: number;
}

/** How often a schedule is run twice, to see whether the same happens. */
const TWICE_EVERY = 100;

/** Runs all schedules of a range. */
export async function runRange(
  { first, last }: SeedRange,
): Promise<RangeResult> {
  const broken: ScheduleResult[] = [];
  let acknowledged = 0;
  for (let seed = first; seed <= last; seed++) {
    const result = await runSchedule(seed);
    acknowledged += result.acknowledged;
    if (result.broken.length > 0) broken.push(result);
    if (seed % TWICE_EVERY !== 0) continue;
    const again = await runSchedule(seed);
    if (again.hash === result.hash) continue;
    broken.push({ ...result, broken: ["the same seed is not the same twice"] });
  }
  return { broken, acknowledged };
}

if (typeof WorkerGlobalScope !== "undefined") {
  self.onmessage = async ({ data }: MessageEvent<SeedRange>): Promise<void> => {
    self.postMessage(await runRange(data));
  };
}
