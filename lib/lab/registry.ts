import type { Experiment } from "./experiment.ts";

/** All experiments, in the order in which they are carried out. */
export const EXPERIMENTS: readonly Experiment[] = [];
