import type { ClientState } from "ts-mls/clientState.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { type Bytes, concat } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { sealMessage } from "./application_message.ts";
import { ownLeaf } from "./apply_commit.ts";
import type { Body } from "./body.ts";
import { sealEnvelope } from "./envelope.ts";
import type { Intent } from "./event.ts";
import { joinExternally } from "./external_join.ts";
import { openGroupInfo, sealGroupInfo } from "./group_info.ts";
import { MAX_BODY_BYTES, MAX_SEALED_MEMBERS } from "./limits.ts";
import { makeCommit } from "./make_commit.ts";
import { leafOfKey, leavesOf } from "./members.ts";
import { epochKeysOf, ratchetOf } from "./ratchets.ts";
import {
  type EpochMarks,
  epochTagOf,
  type RoomContext,
} from "./room_context.ts";
import type {
  Change,
  Pending,
  Proposal,
  RoomState,
  Transition,
} from "./room_state.ts";

/** Where the server stands, as it says: what who joins starts from. */
export interface RoomHead {
  /** Commits that were ordered so far. */
  readonly turn: number;
  /** The GroupInfo that came with the last one that was accepted. */
  readonly groupInfo: Bytes;
}

/** The state that waits for our commit to be ordered. */
export async function proposeChange(
  context: RoomContext,
  state: RoomState & { readonly group: ClientState },
  intent: Exclude<Intent, { kind: "join" }>,
): Promise<RoomState & { readonly pending: Pending }> {
  const { group, turn } = state;
  const { next, commit } = await makeCommit(context, group, intent);
  const proposal = await proposalOf(context, group, { turn, commit, next });
  return { ...state, pending: { intent, proposal, next } };
}

/**
 * The state that waits for our joining, or joining again, to be ordered.
 *
 * @throws {ChatError} `CHAT_SEAL_REFUSED` when the GroupInfo is not to be
 * believed, or is older than what we have; `CHAT_FULL`.
 */
export async function proposeJoin(
  context: RoomContext,
  state: RoomState,
  head: RoomHead,
): Promise<RoomState & { readonly pending: Pending }> {
  const { keys, suite, own } = context;
  const atLeast = state.group?.groupContext.epoch ?? 0n;
  const checked = await openGroupInfo(head.groupInfo, suite, keys, { atLeast });
  checkSpace(checked.tree, own.publicKey);
  const { psk } = keys;
  const joined = await joinExternally(checked, own, { suite, psk });
  const { state: next, commit } = joined;
  const made = { turn: head.turn, commit, next };
  const proposal = await proposalOf(context, checked.groupInfo, made);
  return { ...state, pending: { intent: { kind: "join" }, proposal, next } };
}

/**
 * That there is a place for who has this key: members refuse one too many.
 *
 * @throws {ChatError} `CHAT_FULL`.
 */
export function checkSpace(tree: RatchetTree, publicKey: Bytes): void {
  if (leafOfKey(tree, publicKey) !== undefined) return; // its own is free
  if (leavesOf(tree).length < MAX_SEALED_MEMBERS) return;
  throw new ChatError(
    "CHAT_FULL",
    `Cannot join sealed room: it has ${MAX_SEALED_MEMBERS} members`,
  );
}

async function proposalOf(
  context: RoomContext,
  before: EpochMarks,
  made: { turn: number; commit: Bytes; next: ClientState },
): Promise<Proposal> {
  const { epoch } = before.groupContext;
  const content = concat(epochTagOf(context, before), made.commit);
  return {
    turn: made.turn,
    commit: await sealEnvelope(context.keys, "commit", { epoch, content }),
    groupInfo: await sealGroupInfo(made.next, context.suite, context.keys),
  };
}

/** Seals something to say: the message to send, once the state is kept. */
export async function sealBody(
  context: RoomContext,
  state: RoomState & { readonly group: ClientState },
  said: Pick<Body, "kind" | "bytes">,
): Promise<Transition & { readonly keep: Change; readonly sealed: Bytes }> {
  if (said.bytes.length > MAX_BODY_BYTES) {
    throw new ChatError(
      "CHAT_MESSAGE_INVALID",
      `Cannot seal message: it has ${said.bytes.length} bytes, more than ${MAX_BODY_BYTES}`,
    );
  }
  const leaf = ownLeaf(state.group);
  const record = state.records.get(leaf);
  const number = record?.next;
  if (record === undefined || number === undefined) throw noRatchet();
  const body: Body = { ...said, number };
  const made = await sealMessage(context, state.group, body);
  const { epoch } = state.group.groupContext;
  const content = concat(epochTagOf(context, state.group), made.message);
  const sealed = await sealEnvelope(context.keys, "message", {
    epoch,
    content,
  });
  const keys = epochKeysOf(made.state, epoch);
  const ratchet = keys && ratchetOf(keys, leaf);
  if (ratchet === undefined) throw noRatchet();
  const counted = { ...record, next: number + 1 };
  const records = new Map(state.records).set(leaf, counted);
  return {
    state: { ...state, group: made.state, records },
    keep: { epoch, leaf, ratchet, record: counted },
    events: [],
    consumed: made.consumed,
    sealed,
  };
}

function noRatchet(): ChatError {
  return new ChatError(
    "CHAT_INTERNAL",
    "Cannot seal message: our own place in the room is not known",
  );
}
