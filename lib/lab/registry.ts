import { authentication } from "./authentication/experiment.ts";
import { eavesdropper } from "./eavesdropping/experiment.ts";
import type { Experiment } from "./experiment.ts";
import { traffic } from "./traffic/experiment.ts";

/** All experiments, in the order in which they are carried out. */
export const EXPERIMENTS: readonly Experiment[] = [
  eavesdropper,
  traffic,
  authentication,
];
