import type { ClientState } from "ts-mls/clientState.js";
import { type Bytes, equalBytes } from "../bytes.ts";
import { applyCommit, ownLeaf, succeed } from "./apply_commit.ts";
import { openEnvelope } from "./envelope.ts";
import {
  type SealedEvent,
  Unreadable,
  type UnreadableReason,
} from "./event.ts";
import { eventsOf, leavesOf, newcomers } from "./members.ts";
import { decodeMls } from "./mls_codec.ts";
import { checkEpoch, unchanged } from "./receive_message.ts";
import { EPOCH_TAG_BYTES, type RoomContext } from "./room_context.ts";
import {
  emptyState,
  enterEpoch,
  type Pending,
  recordsAfter,
  recordsOnJoining,
  type RoomState,
  type Transition,
} from "./room_state.ts";

/** A commit that the server has ordered. */
export interface OrderedCommit {
  /** Its place among the commits of the room, from 1 on. */
  readonly turn: number;
  readonly bytes: Bytes;
}

/** Reads a commit of the log. Never throws for what is in it. */
export async function receiveCommit(
  context: RoomContext,
  state: RoomState,
  commit: OrderedCommit,
): Promise<Transition> {
  const { pending } = state;
  if (pending === undefined || commit.turn !== pending.proposal.turn + 1) {
    return await readInTurn(context, state, commit);
  }
  if (equalBytes(commit.bytes, pending.proposal.commit)) {
    return await confirm(context, state, pending);
  }
  // Another one was first. Ours is void: what it was made of stays as it is.
  const read = await readInTurn(
    context,
    { ...state, pending: undefined },
    commit,
  );
  const lost: SealedEvent = { kind: "lost", intent: pending.intent };
  return { ...read, keep: "whole", events: [...read.events, lost] };
}

async function readInTurn(
  context: RoomContext,
  state: RoomState,
  { turn, bytes }: OrderedCommit,
): Promise<Transition> {
  const { group } = state;
  if (turn <= state.turn || group === undefined) return unchanged(state, []);
  if (turn > state.turn + 1) {
    return unchanged(state, [unreadable("commits_missing", undefined)]);
  }
  const inTurn = { ...state, turn };
  const envelope = await openEnvelope(context.keys, "commit", bytes);
  try {
    if (envelope === undefined) throw new Unreadable("damaged");
    const { epoch, content } = envelope;
    checkEpoch(state, epoch, content);
    if (epoch < group.groupContext.epoch) throw new Unreadable("too_old");
    const message = decodeMls(content.slice(EPOCH_TAG_BYTES));
    return await apply(context, inTurn, group, message);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    // It counts: all members refuse it alike, and the next one comes after it.
    const { reason } = error;
    return {
      state: { ...inTurn, stale: state.stale || reason === "own_state_old" },
      keep: "whole",
      events: [unreadable(reason, envelope?.epoch)],
      consumed: [],
    };
  }
}

async function apply(
  context: RoomContext,
  state: RoomState,
  group: ClientState,
  message: ReturnType<typeof decodeMls>,
): Promise<Transition> {
  const applied = await applyCommit(context, group, message);
  if (applied.kind === "excluded") {
    const { by } = applied;
    return {
      state: { ...emptyState(state.turn), excluded: true },
      keep: "whole",
      events: [{ kind: "excluded", by }],
      consumed: [],
    };
  }
  const { state: next, consumed } = applied;
  const events = await tell(state, group, next, applied);
  const records = recordsAfter(state.records, next, applied);
  return {
    state: enterEpoch(context, state, next, records),
    keep: "whole",
    events,
    consumed,
  };
}

/** Our own commit was ordered: the state it leads to is in force. */
async function confirm(
  context: RoomContext,
  state: RoomState,
  { intent, proposal, next }: Pending,
): Promise<Transition> {
  const turn = proposal.turn + 1;
  const own = ownLeaf(next);
  const { group } = state;
  const members = leavesOf(next.ratchetTree).length;
  const confirmed: SealedEvent = {
    kind: "confirmed",
    intent: intent.kind,
    members,
  };
  if (intent.kind === "join" || group === undefined) {
    const { ratchetTree, groupContext: { epoch } } = next;
    const records = recordsOnJoining(ratchetTree, { own, epoch });
    const unseen = group === undefined
      ? []
      : await newcomers(group.ratchetTree, ratchetTree);
    return {
      state: enterEpoch(context, emptyState(turn), next, records),
      keep: "whole",
      events: [confirmed, ...unseen],
      consumed: [],
    };
  }
  const after = succeed(group, next);
  const commit = { author: own, external: false };
  const decided = { ...state, turn, pending: undefined };
  const records = recordsAfter(state.records, after, commit);
  return {
    state: enterEpoch(context, decided, after, records),
    keep: "whole",
    events: [confirmed, ...await tell(state, group, after, commit)],
    consumed: [group.keySchedule.initSecret], // ordered: nobody goes back
  };
}

async function tell(
  { records }: RoomState,
  before: ClientState,
  after: ClientState,
  commit: { readonly author: number; readonly external: boolean },
): Promise<readonly SealedEvent[]> {
  const leaving = leavesOf(before.ratchetTree).filter(({ leaf }) =>
    records.get(leaf)?.leaving
  );
  return await eventsOf({
    ...commit,
    before: before.ratchetTree,
    after: after.ratchetTree,
    leaving: new Set(leaving.map(({ leaf }) => leaf)),
  });
}

function unreadable(
  reason: UnreadableReason,
  epoch: bigint | undefined,
): SealedEvent {
  return { kind: "unreadable", what: "commit", reason, epoch };
}
