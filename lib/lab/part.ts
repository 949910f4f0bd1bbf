import type { Step } from "./experiment.ts";
import type { Verdict } from "./verdict.ts";

/** What one part of an experiment came to. */
export interface Part {
  readonly steps: readonly Step[];
  readonly verdicts: readonly Verdict[];
}
