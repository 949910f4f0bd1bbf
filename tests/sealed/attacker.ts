import type { ClientState } from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import { type Bytes, concat } from "../../lib/bytes.ts";
import { openEnvelope, sealEnvelope } from "../../lib/sealed/envelope.ts";
import { decodeMls, encodeMls } from "../../lib/sealed/mls_codec.ts";
import {
  EPOCH_TAG_BYTES,
  epochTagOf,
  type RoomContext,
  roomContext,
} from "../../lib/sealed/room_context.ts";
import type { SealedKind } from "../../lib/sealed/room_secret.ts";
import { decodeWholeState } from "../../lib/sealed/state_codec.ts";
import type { Device } from "./support.ts";

/** A member, or who has its disk, with a program of its own. */
export interface Attacker {
  readonly context: RoomContext;
  readonly group: ClientState;
}

/** Everything `device` has. */
export async function attackerOf(device: Device): Promise<Attacker> {
  const { secret, name, state } = decodeWholeState(device.keeper.kept.whole);
  const context = await roomContext(secret, device.identity, name);
  if (state.group === undefined) throw new Error("not a member");
  return { context, group: state.group };
}

/** Seals any MLS message as members do. */
export async function sealAs(
  { context, group }: Attacker,
  kind: SealedKind,
  mls: Uint8Array,
): Promise<Bytes> {
  const content = concat(epochTagOf(context, group), mls);
  const { epoch } = group.groupContext;
  return await sealEnvelope(context.keys, kind, { epoch, content });
}

/** A commit of any proposals, as the library lets members make it. */
export async function commitOf(
  attacker: Attacker,
  extraProposals: Proposal[],
  options: { group?: ClientState; suite?: CiphersuiteImpl } = {},
): Promise<Bytes> {
  const { commit } = await createCommit(
    {
      state: options.group ?? attacker.group,
      cipherSuite: options.suite ?? attacker.context.suite,
    },
    { extraProposals },
  );
  return await sealAs(attacker, "commit", encodeMls(commit));
}

/** The public message inside the commit by which `device` asks to join. */
export async function externalCommitOf(
  { context }: Attacker,
  device: Device,
): Promise<PublicMessage> {
  const sealed = device.room.proposal?.commit ?? new Uint8Array(0);
  const opened = await openEnvelope(context.keys, "commit", sealed);
  const mls = opened && decodeMls(opened.content.slice(EPOCH_TAG_BYTES));
  if (mls?.wireformat !== "mls_public_message") throw new Error("not public");
  return mls.publicMessage;
}
