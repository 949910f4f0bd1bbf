import { authentication } from "./authentication/experiment.ts";
import { downgrade } from "./downgrade/experiment.ts";
import { eavesdropper } from "./eavesdropping/experiment.ts";
import type { Experiment } from "./experiment.ts";
import { hostilePeers } from "./hostile_peers/experiment.ts";
import { impersonation } from "./impersonation/experiment.ts";
import { interception } from "./interception/experiment.ts";
import { laterTheft } from "./later_theft/experiment.ts";
import { sealedRooms } from "./sealed_rooms/experiment.ts";
import { tampering } from "./tampering/experiment.ts";
import { traffic } from "./traffic/experiment.ts";

/** All experiments, in the order in which they are carried out. */
export const EXPERIMENTS: readonly Experiment[] = [
  eavesdropper,
  traffic,
  interception,
  impersonation,
  tampering,
  downgrade,
  laterTheft,
  sealedRooms,
  hostilePeers,
  authentication,
];
