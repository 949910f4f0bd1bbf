import {
  addHistoricalReceiverData,
  type ClientState,
} from "ts-mls/clientState.js";
import { acceptAll } from "ts-mls/incomingMessageAction.js";
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import { unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import type { MlsMessageContent } from "ts-mls/message.js";
import {
  processPrivateMessage,
  processPublicMessage,
} from "ts-mls/processMessages.js";
import {
  decryptSenderData,
  type PrivateMessage,
} from "ts-mls/privateMessage.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import { equalBytes } from "../bytes.ts";
import {
  checkApplied,
  checkExternalCommit,
  onlyRemoves,
  pskIndexOf,
} from "./commit_rules.ts";
import { type SealedMember, Unreadable } from "./event.ts";
import { leafOfKey, memberAt } from "./members.ts";
import type { RoomContext } from "./room_context.ts";

/** What an accepted commit leads to. */
export type Applied =
  | {
    readonly kind: "applied";
    readonly state: ClientState;
    /** Place of the author in the new tree. */
    readonly author: number;
    readonly external: boolean;
    /** Secrets that are over: to be wiped once the new state is kept. */
    readonly consumed: readonly Uint8Array[];
  }
  /** We were removed. */
  | { readonly kind: "excluded"; readonly by: SealedMember };

/**
 * Applies the commit of somebody else to `state`, which stays as it is.
 *
 * @throws {Unreadable} When it breaks a rule or fails a check.
 */
export async function applyCommit(
  context: RoomContext,
  state: ClientState,
  message: MlsMessageContent | undefined,
): Promise<Applied> {
  try {
    switch (message?.wireformat) {
      case "mls_public_message":
        return await applyExternal(context, state, message.publicMessage);
      case "mls_private_message":
        return await applyInternal(context, state, message.privateMessage);
      default:
        throw new Unreadable("not_permitted");
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable("forged"); // the library throws many kinds of errors
  }
}

async function applyExternal(
  context: RoomContext,
  state: ClientState,
  message: PublicMessage,
): Promise<Applied> {
  checkBelongs(state, message.content);
  checkExternalCommit(state, message);
  const { content } = message;
  const leaf = content.contentType === "commit" &&
    content.commit.path?.leafNode;
  if (!leaf) throw new Unreadable("not_permitted");
  const key = leaf.signaturePublicKey;
  if (equalBytes(key, context.own.publicKey)) {
    // Ours, and not from here: another device of ours has taken this place.
    await verifyOwnExternal(context, state, message);
    return { kind: "excluded", by: await authorAt(state, ownLeaf(state)) };
  }
  const psk = pskIndexOf(context.keys.psk);
  const { newState, consumed } = await processPublicMessage(
    state,
    message,
    psk,
    context.suite,
    acceptAll, // checked above
  );
  const author = leafOfKey(newState.ratchetTree, key);
  if (author === undefined) throw new Unreadable("forged");
  checkApplied(state, newState, { author, external: true });
  return {
    kind: "applied",
    state: tidied(newState),
    author,
    external: true,
    consumed,
  };
}

async function applyInternal(
  context: RoomContext,
  state: ClientState,
  message: PrivateMessage,
): Promise<Applied> {
  checkBelongs(state, message);
  if (message.authenticatedData.length > 0) {
    throw new Unreadable("not_permitted");
  }
  const { senderDataSecret } = state.keySchedule;
  const sender = await decryptSenderData(
    message,
    senderDataSecret,
    context.suite,
  );
  if (sender === undefined) throw new Unreadable("forged");
  const by = await authorAt(state, sender.leafIndex);
  if (sender.leafIndex === ownLeaf(state)) {
    await unprotectPrivateMessage( // throws when we did not sign it
      senderDataSecret,
      message,
      state.secretTree,
      state.ratchetTree,
      state.groupContext,
      state.clientConfig.keyRetentionConfig,
      context.suite,
    );
    throw new Unreadable("own_state_old");
  }
  const result = await processPrivateMessage(
    state,
    message,
    pskIndexOf(context.keys.psk),
    context.suite,
    onlyRemoves,
  );
  // An application message gives no state, a standalone proposal is rejected.
  if (result.kind !== "newState" || result.actionTaken !== "accept") {
    throw new Unreadable("not_permitted");
  }
  const { newState, consumed } = result;
  if (newState.groupActiveState.kind !== "active") {
    return { kind: "excluded", by };
  }
  checkApplied(state, newState, { author: sender.leafIndex, external: false });
  return {
    kind: "applied",
    state: tidied(newState),
    author: sender.leafIndex,
    external: false,
    consumed,
  };
}

/**
 * The state that our own commit leads to, with what `state` can open by now:
 * messages may have come in while the commit was on its way.
 */
export function succeed(state: ClientState, next: ClientState): ClientState {
  const [historicalReceiverData] = addHistoricalReceiverData(state);
  return tidied({ ...next, historicalReceiverData });
}

/** Without private keys of places in the tree that were given up. */
export function tidied(state: ClientState): ClientState {
  const { privatePath, ratchetTree } = state;
  const kept = Object.entries(privatePath.privateKeys).filter(([node]) =>
    ratchetTree[Number(node)] !== undefined
  );
  const privateKeys = Object.fromEntries(kept);
  return { ...state, privatePath: { ...privatePath, privateKeys } };
}

/** Our own place. */
export function ownLeaf(state: ClientState): number {
  return state.privatePath.leafIndex;
}

async function authorAt(
  state: ClientState,
  leaf: number,
): Promise<SealedMember> {
  const author = await memberAt(state.ratchetTree, leaf);
  if (author === undefined) throw new Unreadable("forged");
  return author;
}

function checkBelongs(
  { groupContext }: ClientState,
  message: { readonly groupId: Uint8Array; readonly epoch: bigint },
): void {
  const isOurs = equalBytes(message.groupId, groupContext.groupId) &&
    message.epoch === groupContext.epoch;
  if (!isOurs) throw new Unreadable("forged");
}

/**
 * That a holder of our key made it, else anybody could put us out. It is not
 * applied, as the library makes no tree without us when we are alone.
 */
async function verifyOwnExternal(
  { suite }: RoomContext,
  { keySchedule, groupContext, ratchetTree }: ClientState,
  message: PublicMessage,
): Promise<void> {
  await unprotectPublicMessage( // throws when we did not sign it
    keySchedule.membershipKey,
    groupContext,
    ratchetTree,
    message,
    suite,
  );
}
