import {
  type ClientState,
  decodeGroupState,
  encodeGroupState,
} from "ts-mls/clientState.js";
import type { GenerationSecret } from "ts-mls/secretTree.js";
import { type Bytes, concat, fromUtf8, utf8 } from "../bytes.ts";
import type { Intent } from "./event.ts";
import { FieldReader } from "./field_reader.ts";
import { FieldWriter } from "./field_writer.ts";
import {
  LATE_MESSAGES,
  MAX_MISSING,
  MAX_SEALED_MEMBERS,
  PAST_EPOCHS,
} from "./limits.ts";
import type { MemberRecord } from "./member_record.ts";
import { decodeWhole } from "./mls_codec.ts";
import { CLIENT_CONFIG } from "./mls_suite.ts";
import { withRatchet } from "./ratchets.ts";
import { EPOCH_TAG_BYTES } from "./room_context.ts";
import { ROOM_SECRET_BYTES } from "./room_secret.ts";
import type { Change, Pending, RoomState } from "./room_state.ts";

/** First byte of each encoded state and change. */
export const STATE_VERSION = 1;

/** Size of what ties changes to the whole state they follow, in bytes. */
export const STATE_ID_BYTES = 16;

const INTENTS = ["join", "rekey", "remove"] as const;
const MAX_LEAVES = 2 * MAX_SEALED_MEMBERS;

/** A whole state, with what it takes to go on from it. */
export interface WholeState {
  /** Ties the changes that follow to it: random, 16 bytes. */
  readonly id: Bytes;
  readonly secret: Bytes;
  /** Our name in the room. */
  readonly name: string;
  readonly state: RoomState;
}

/** Encodes everything a device must remember; it is secret, and not encrypted. */
export function encodeWhole({ id, secret, name, state }: WholeState): Bytes {
  const out = new FieldWriter().uint8(STATE_VERSION).fixed(id).fixed(secret)
    .bytes(utf8(name)).uint64(BigInt(state.turn))
    .uint8(Number(state.excluded)).uint8(Number(state.stale));
  out.list(state.group ? [state.group] : [], (group) => {
    out.bytes(encodeGroupState(group));
  });
  out.list(state.tags, ([epoch, tag]) => out.uint64(epoch).fixed(tag));
  out.list(state.records.values(), (record) => writeRecord(out, record));
  out.list(state.pending ? [state.pending] : [], (pending) => {
    writePending(out, pending);
  });
  return out.finish();
}

/**
 * Inverse of {@linkcode encodeWhole}.
 *
 * @throws {ChatError} `CHAT_SEAL_DAMAGED`.
 */
export function decodeWholeState(bytes: Uint8Array): WholeState {
  const read = new FieldReader(bytes, "state of sealed room");
  checkVersion(read);
  const id = read.fixed(STATE_ID_BYTES);
  const secret = read.fixed(ROOM_SECRET_BYTES);
  const name = textOf(read, read.bytes());
  const turn = Number(read.uint64());
  const excluded = read.uint8() === 1;
  const stale = read.uint8() === 1;
  const [group] = read.list(1, () => groupOf(read));
  const tags = new Map(
    read.list(
      PAST_EPOCHS + 1,
      () => [read.uint64(), read.fixed(EPOCH_TAG_BYTES)] as const,
    ),
  );
  const records = new Map(read.list(MAX_LEAVES, () => {
    const record = readRecord(read);
    return [record.leaf, record] as const;
  }));
  const [pending] = read.list(1, () => readPending(read));
  read.finish();
  const state = { turn, group, tags, records, pending, excluded, stale };
  return { id, secret, name, state };
}

/** Encodes change number `index`, from 0 on, of those after a whole state. */
export function encodeChange(
  id: Bytes,
  index: number,
  { epoch, leaf, ratchet, record }: Change,
): Bytes {
  const out = new FieldWriter().uint8(STATE_VERSION).fixed(id).uint32(index)
    .uint64(epoch).uint32(leaf);
  out.fixed(ratchet.secret).uint32(ratchet.generation);
  out.list(Object.entries(ratchet.unusedGenerations), ([at, secret]) => {
    out.uint32(Number(at)).fixed(secret);
  });
  out.list(record ? [record] : [], (one) => writeRecord(out, one));
  return out.finish();
}

/**
 * Applies change number `index` to the state it follows; `undefined` when it
 * follows another whole state, and so is older than this one.
 *
 * @throws {ChatError} `CHAT_SEAL_DAMAGED`, also when one is missing.
 */
export function applyChange(
  { id, state }: WholeState,
  index: number,
  bytes: Uint8Array,
): RoomState | undefined {
  const read = new FieldReader(bytes, "change of sealed room");
  checkVersion(read);
  if (read.fixed(STATE_ID_BYTES).toHex() !== id.toHex()) return undefined;
  const found = read.uint32();
  if (found !== index) throw read.damaged(`change ${found}, not ${index}`);
  const at = { epoch: read.uint64(), leaf: read.uint32() };
  const ratchet = readRatchet(read);
  const [record] = read.list(1, () => readRecord(read));
  read.finish();
  const group = state.group && withRatchet(state.group, at, ratchet);
  if (group === undefined) throw read.damaged("it belongs to no epoch");
  const records = new Map(state.records);
  if (record !== undefined) records.set(at.leaf, record);
  return { ...state, group, records };
}

function readRatchet(read: FieldReader): GenerationSecret {
  const secret = read.fixed(ROOM_SECRET_BYTES);
  const generation = read.uint32();
  const unused = read.list(
    LATE_MESSAGES,
    () => [read.uint32(), read.fixed(ROOM_SECRET_BYTES)] as const,
  );
  return { secret, generation, unusedGenerations: Object.fromEntries(unused) };
}

function writeRecord(out: FieldWriter, record: MemberRecord): void {
  const { leaf, since, next, missing, leaving } = record;
  out.uint32(leaf).uint64(since).uint8(Number(leaving));
  out.list(next === undefined ? [] : [next], (one) => out.uint64(BigInt(one)));
  out.list(missing, (number) => out.uint64(BigInt(number)));
}

function readRecord(read: FieldReader): MemberRecord {
  const leaf = read.uint32();
  const since = read.uint64();
  const leaving = read.uint8() === 1;
  const [next] = read.list(1, () => Number(read.uint64()));
  const missing = read.list(MAX_MISSING, () => Number(read.uint64()));
  return { leaf, since, next, missing, leaving };
}

function writePending(
  out: FieldWriter,
  { intent, proposal, next }: Pending,
): void {
  out.uint8(INTENTS.indexOf(intent.kind));
  const members = intent.kind === "remove" ? intent.members : [];
  out.list(members, (key) => out.bytes(key));
  out.uint64(BigInt(proposal.turn)).bytes(proposal.commit)
    .bytes(proposal.groupInfo);
  // What opens former epochs comes from the current state when it is decided.
  const lean = { ...next, historicalReceiverData: new Map() };
  out.bytes(encodeGroupState(lean));
}

function readPending(read: FieldReader): Pending {
  const kind = INTENTS[read.uint8()];
  const members = read.list(MAX_LEAVES, () => read.bytes());
  if (kind === undefined) throw read.damaged("an unknown intent");
  const intent: Intent = kind === "remove" ? { kind, members } : { kind };
  const proposal = {
    turn: Number(read.uint64()),
    commit: read.bytes(),
    groupInfo: read.bytes(),
  };
  return { intent, proposal, next: groupOf(read) };
}

function groupOf(read: FieldReader): ClientState {
  const group = decodeWhole(decodeGroupState, concat(read.bytes()));
  if (group === undefined) throw read.damaged("its group is no MLS state");
  return { ...group, clientConfig: CLIENT_CONFIG };
}

function textOf(read: FieldReader, bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw read.damaged("its name is not UTF-8");
  }
}

function checkVersion(read: FieldReader): void {
  const version = read.uint8();
  if (version !== STATE_VERSION) throw read.damaged(`version ${version}`);
}
