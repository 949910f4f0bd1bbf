import { type Bytes, equalBytes } from "../bytes.ts";
import { type OpenedMessage, openMessage } from "./application_message.ts";
import { ownLeaf } from "./apply_commit.ts";
import { openEnvelope } from "./envelope.ts";
import {
  type SealedEvent,
  Unreadable,
  type UnreadableReason,
} from "./event.ts";
import { type Counted, countMessage } from "./member_record.ts";
import { decodeMls } from "./mls_codec.ts";
import { epochKeysOf, ratchetOf } from "./ratchets.ts";
import { EPOCH_TAG_BYTES, type RoomContext } from "./room_context.ts";
import type { RoomState, Transition } from "./room_state.ts";

/** Reads a sealed message of the log. Never throws for what is in it. */
export async function receiveMessage(
  context: RoomContext,
  state: RoomState,
  sealed: Bytes,
): Promise<Transition> {
  if (state.group === undefined) return unchanged(state, []);
  const envelope = await openEnvelope(context.keys, "message", sealed);
  try {
    if (envelope === undefined) throw new Unreadable("damaged");
    const { epoch, content } = envelope;
    checkEpoch(state, epoch, content);
    const message = decodeMls(content.slice(EPOCH_TAG_BYTES));
    const opened = await openMessage(context, state.group, message);
    if (opened.epoch !== epoch) throw new Unreadable("forged");
    return opened.kind === "echo"
      ? unchanged(state, [{ kind: "echo", epoch }])
      : take(state, opened);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return refuse(state, { reason: error.reason, epoch: envelope?.epoch });
  }
}

/** Tells of a message that cannot be read, and notes what that says of us. */
function refuse(
  state: RoomState,
  why: { reason: UnreadableReason; epoch: bigint | undefined },
): Transition {
  const events = [{ kind: "unreadable", what: "message", ...why }] as const;
  if (why.reason !== "own_state_old" || state.stale) {
    return unchanged(state, events);
  }
  return { ...unchanged({ ...state, stale: true }, events), keep: "whole" };
}

/**
 * That `content`, sealed by a holder of the room secret, is of an epoch that we
 * were in, and of the same one: MLS says of either only that it cannot open it.
 */
export function checkEpoch(
  { group, tags, records }: RoomState,
  epoch: bigint,
  content: Bytes,
): void {
  const tag = tags.get(epoch);
  if (tag === undefined) {
    const current = group?.groupContext.epoch ?? 0n;
    if (epoch > current) throw new Unreadable("future_epoch");
    const own = group && records.get(ownLeaf(group));
    const isBefore = own !== undefined && epoch < own.since;
    throw new Unreadable(isBefore ? "before_us" : "too_old");
  }
  if (!equalBytes(content.subarray(0, EPOCH_TAG_BYTES), tag)) {
    throw new Unreadable("forked");
  }
}

function take(state: RoomState, opened: OpenedMessage): Transition {
  const { from, epoch, state: group, consumed } = opened;
  const keys = epochKeysOf(group, epoch);
  const ratchet = keys && ratchetOf(keys, from.leaf);
  if (ratchet === undefined) throw new Unreadable("forged");
  const counted = count(state, opened);
  const record = counted?.record;
  const records = new Map(state.records);
  if (record !== undefined) records.set(from.leaf, record);
  return {
    state: { ...state, group, records },
    keep: { epoch, leaf: from.leaf, ratchet, record },
    events: [eventOf(opened, counted)],
    consumed,
  };
}

/** Counts a message, unless its author has gone or come anew since. */
function count(
  { records }: RoomState,
  { from, epoch, generation, body }: OpenedMessage,
): Counted | undefined {
  const record = records.get(from.leaf);
  if (record === undefined || epoch < record.since) return undefined;
  const counted = countMessage(record, { number: body.number, generation });
  const leaving = record.leaving || body.kind === "leaving";
  return { ...counted, record: { ...counted.record, leaving } };
}

function eventOf(
  { from, epoch, body }: OpenedMessage,
  counted: Counted | undefined,
): SealedEvent {
  const { number, bytes } = body;
  if (body.kind === "leaving") {
    // One from before its author came anew says nothing of it now.
    return counted === undefined
      ? { kind: "unreadable", what: "message", reason: "too_old", epoch }
      : { kind: "leaving", member: from };
  }
  const missing = counted?.missing ?? 0;
  const late = counted?.late ?? true;
  return { kind: "message", from, epoch, number, body: bytes, missing, late };
}

/** A step that changes nothing. */
export function unchanged(
  state: RoomState,
  events: readonly SealedEvent[],
): Transition {
  return { state, keep: "nothing", events, consumed: [] };
}
