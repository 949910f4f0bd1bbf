import type { ClientState } from "ts-mls/clientState.js";
import { createApplicationMessage } from "ts-mls/createMessage.js";
import { processPrivateMessage } from "ts-mls/processMessages.js";
import {
  decryptSenderData,
  type PrivateMessage,
} from "ts-mls/privateMessage.js";
import type { MlsMessageContent } from "ts-mls/message.js";
import type { GenerationSecret } from "ts-mls/secretTree.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { type Bytes, equalBytes } from "../bytes.ts";
import { ownLeaf } from "./apply_commit.ts";
import { type Body, decodeBody, encodeBody } from "./body.ts";
import { onlyRemoves } from "./commit_rules.ts";
import { type SealedMember, Unreadable } from "./event.ts";
import { SKIPPED_MESSAGES } from "./limits.ts";
import { memberAt } from "./members.ts";
import { encodeMls } from "./mls_codec.ts";
import { type EpochKeys, epochKeysOf, ratchetOf } from "./ratchets.ts";
import type { RoomContext } from "./room_context.ts";

/** A message that was opened, and the state without the key that opened it. */
export interface OpenedMessage {
  readonly kind: "opened";
  readonly state: ClientState;
  readonly from: SealedMember;
  readonly epoch: bigint;
  /** Its place among the messages of its author and epoch. */
  readonly generation: number;
  readonly body: Body;
  /** Secrets that are over: to be wiped once the new state is kept. */
  readonly consumed: readonly Uint8Array[];
}

/** What this device has sent itself; it has no key to open it again. */
export interface Echo {
  readonly kind: "echo";
  readonly epoch: bigint;
}

/**
 * Seals `body` for the group. The new state must be kept before the message is
 * sent: sealed again from the old one, another message would reuse its key.
 */
export async function sealMessage(
  { suite }: RoomContext,
  state: ClientState,
  body: Body,
): Promise<{
  readonly state: ClientState;
  readonly message: Bytes;
  readonly consumed: readonly Uint8Array[];
}> {
  const { newState, privateMessage, consumed } = await createApplicationMessage(
    state,
    encodeBody(body),
    suite,
  );
  const wireformat = "mls_private_message";
  const message = encodeMls({ wireformat, privateMessage });
  return { state: newState, message, consumed };
}

/**
 * Opens a message of this epoch or one of the last, and says who it is from.
 *
 * @throws {Unreadable} For anything else, saying what is wrong.
 */
export async function openMessage(
  context: RoomContext,
  state: ClientState,
  content: MlsMessageContent | undefined,
): Promise<OpenedMessage | Echo> {
  if (content?.wireformat !== "mls_private_message") {
    throw new Unreadable("not_permitted");
  }
  const { privateMessage: message } = content;
  const { groupId, epoch, contentType, authenticatedData } = message;
  if (!equalBytes(groupId, state.groupContext.groupId)) {
    throw new Unreadable("forged");
  }
  if (contentType !== "application" || authenticatedData.length > 0) {
    throw new Unreadable("not_permitted");
  }
  const keys = epochKeysOf(state, epoch);
  if (keys === undefined) {
    const isFuture = epoch > state.groupContext.epoch;
    throw new Unreadable(isFuture ? "future_epoch" : "too_old");
  }
  const sender = await senderOf(context, keys, message);
  const from = await memberAt(keys.ratchetTree, sender.leafIndex);
  const ratchet = ratchetOf(keys, sender.leafIndex);
  if (from === undefined || ratchet === undefined) {
    throw new Unreadable("forged");
  }
  const isOwn = equalBytes(from.publicKey, context.own.publicKey) &&
    from.leaf === ownLeaf(state);
  if (isOwn && sender.generation < ratchet.generation) {
    return { kind: "echo", epoch };
  }
  checkGeneration(ratchet, sender.generation);
  const opened = await open(context, state, message);
  if (isOwn) throw new Unreadable("own_state_old"); // signed by us: it is true
  const { generation } = sender;
  return { kind: "opened", from, epoch, generation, ...opened };
}

async function senderOf(
  { suite }: RoomContext,
  { senderDataSecret }: EpochKeys,
  message: PrivateMessage,
): Promise<{ readonly leafIndex: number; readonly generation: number }> {
  const sender = await decryptSenderData(message, senderDataSecret, suite)
    .catch(() => undefined);
  if (sender === undefined) throw new Unreadable("forged");
  return sender;
}

/** The library says of each of these only that it failed. */
function checkGeneration(ratchet: GenerationSecret, generation: number): void {
  const ahead = generation - ratchet.generation;
  if (ahead < 0 && ratchet.unusedGenerations[generation] === undefined) {
    throw new Unreadable("replayed");
  }
  if (ahead > SKIPPED_MESSAGES) throw new Unreadable("too_far_ahead");
}

async function open(
  { suite }: RoomContext,
  state: ClientState,
  message: PrivateMessage,
): Promise<Pick<OpenedMessage, "state" | "body" | "consumed">> {
  const result = await processPrivateMessage(
    state,
    message,
    emptyPskIndex,
    suite,
    onlyRemoves,
  ).catch(() => undefined);
  if (result?.kind !== "applicationMessage") throw new Unreadable("forged");
  const body = decodeBody(result.message);
  if (body === undefined) throw new Unreadable("not_permitted");
  return { state: result.newState, body, consumed: result.consumed };
}
