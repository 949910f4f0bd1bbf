import type { ClientState } from "ts-mls/clientState.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import type { GenerationSecret } from "ts-mls/secretTree.js";
import type { Bytes } from "../bytes.ts";
import type { Intent, SealedEvent } from "./event.ts";
import { PAST_EPOCHS } from "./limits.ts";
import { type MemberRecord, newcomer, stranger } from "./member_record.ts";
import { leafAt, leavesOf } from "./members.ts";
import { epochTagOf, type RoomContext } from "./room_context.ts";

/** A commit for the server to order, if nothing else was ordered at its turn. */
export interface Proposal {
  /** How many commits of the room its author has seen; compare-and-set on it. */
  readonly turn: number;
  readonly commit: Bytes;
  /** What who joins next needs, if this is ordered; it replaces the one before. */
  readonly groupInfo: Bytes;
}

/** A proposal that is not decided, and where it leads. */
export interface Pending {
  readonly intent: Intent;
  readonly proposal: Proposal;
  readonly next: ClientState;
}

/** Everything a device has to remember of a sealed room. Never changed. */
export interface RoomState {
  /** Commits of the room that were read, also those that were refused. */
  readonly turn: number;
  /** Absent until the first join is ordered, and once we were removed. */
  readonly group: ClientState | undefined;
  /** What marks this epoch and the last ones. */
  readonly tags: ReadonlyMap<bigint, Bytes>;
  readonly records: ReadonlyMap<number, MemberRecord>;
  readonly pending: Pending | undefined;
  /** Removed: no more keys. */
  readonly excluded: boolean;
  /** Restored from an old backup: must not send before a resync. */
  readonly stale: boolean;
}

/** What a message changes: one ratchet, one record. */
export interface Change {
  readonly epoch: bigint;
  readonly leaf: number;
  readonly ratchet: GenerationSecret;
  /** Absent for members who are gone. */
  readonly record: MemberRecord | undefined;
}

/** One step: where it leads, how to keep it, what to tell. */
export interface Transition {
  readonly state: RoomState;
  readonly keep: "whole" | "nothing" | Change;
  readonly events: readonly SealedEvent[];
  /** To be wiped once the state is kept. */
  readonly consumed: readonly Uint8Array[];
}

/** The state of a room at its start, before any group. */
export function emptyState(turn: number): RoomState {
  return {
    turn,
    group: undefined,
    tags: new Map(),
    records: new Map(),
    pending: undefined,
    excluded: false,
    stale: false,
  };
}

/** The state with `group` in its new epoch. */
export function enterEpoch(
  context: RoomContext,
  state: RoomState,
  group: ClientState,
  records: ReadonlyMap<number, MemberRecord>,
): RoomState {
  const { epoch } = group.groupContext;
  const tags = new Map(
    [...state.tags, [epoch, epochTagOf(context, group)] as const]
      .slice(-(PAST_EPOCHS + 1)),
  );
  return { ...state, group, tags, records };
}

/** The records of who was there when we came. */
export function recordsOnJoining(
  tree: RatchetTree,
  { own, epoch }: { readonly own: number; readonly epoch: bigint },
): Map<number, MemberRecord> {
  return new Map(
    leavesOf(tree).map(({ leaf }) => [
      leaf,
      leaf === own ? newcomer(leaf, epoch) : stranger(leaf, epoch),
    ]),
  );
}

/** The records after a commit: without who is gone, with who came. */
export function recordsAfter(
  records: ReadonlyMap<number, MemberRecord>,
  after: ClientState,
  commit: { readonly author: number; readonly external: boolean },
): Map<number, MemberRecord> {
  const { epoch } = after.groupContext;
  const kept = [...records].filter(([leaf]) =>
    leafAt(after.ratchetTree, leaf) !== undefined
  );
  const next = new Map(kept);
  if (commit.external) next.set(commit.author, newcomer(commit.author, epoch));
  return next;
}
