import type { ClientState } from "ts-mls/clientState.js";
import type { GenerationSecret } from "ts-mls/secretTree.js";
import type { SecretTree } from "ts-mls/secretTree.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import type { GroupContext } from "ts-mls/groupContext.js";

/** What opens the messages of one epoch. */
export interface EpochKeys {
  readonly senderDataSecret: Uint8Array;
  readonly ratchetTree: RatchetTree;
  readonly secretTree: SecretTree;
  readonly groupContext: GroupContext;
}

/** The keys of an epoch, or `undefined` when it is over for long, or to come. */
export function epochKeysOf(
  state: ClientState,
  epoch: bigint,
): EpochKeys | undefined {
  if (epoch !== state.groupContext.epoch) {
    return state.historicalReceiverData.get(epoch);
  }
  const { senderDataSecret } = state.keySchedule;
  return { ...state, senderDataSecret };
}

/** Where the application messages of the member at `leaf` have got to. */
export function ratchetOf(
  keys: EpochKeys,
  leaf: number,
): GenerationSecret | undefined {
  return keys.secretTree[2 * leaf]?.application;
}

/** The state in which that ratchet stands elsewhere. */
export function withRatchet(
  state: ClientState,
  at: { readonly epoch: bigint; readonly leaf: number },
  application: GenerationSecret,
): ClientState | undefined {
  const keys = epochKeysOf(state, at.epoch);
  const node = keys?.secretTree[2 * at.leaf];
  if (keys === undefined || node === undefined) return undefined;
  const secretTree = keys.secretTree.slice();
  secretTree[2 * at.leaf] = { ...node, application };
  if (at.epoch === state.groupContext.epoch) return { ...state, secretTree };
  const former = state.historicalReceiverData.get(at.epoch);
  if (former === undefined) return undefined;
  const historicalReceiverData = new Map(state.historicalReceiverData);
  historicalReceiverData.set(at.epoch, { ...former, secretTree });
  return { ...state, historicalReceiverData };
}
