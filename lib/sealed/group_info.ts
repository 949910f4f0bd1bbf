import { type ClientState, validateRatchetTree } from "ts-mls/clientState.js";
import { createGroupInfoWithExternalPubAndRatchetTree } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import {
  type GroupInfo,
  ratchetTreeFromExtension,
  verifyGroupInfoSignature,
} from "ts-mls/groupInfo.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { isPlainLeaf } from "./leaf_node.ts";
import { MAX_SEALED_MEMBERS } from "./limits.ts";
import { leafAt, leavesOf } from "./members.ts";
import { decodeMls, encodeGroupInfo } from "./mls_codec.ts";
import { CLIENT_CONFIG, SUITE } from "./mls_suite.ts";
import type { RoomKeys } from "./room_secret.ts";

/** A GroupInfo that was checked, and what is needed of it to join. */
export interface CheckedGroupInfo {
  readonly groupInfo: GroupInfo;
  readonly tree: RatchetTree;
  /** HPKE key that who joins encapsulates to. */
  readonly externalPublicKey: Uint8Array;
}

/** What who joins needs to know of the group, sealed towards the server. */
export async function sealGroupInfo(
  state: ClientState,
  suite: CiphersuiteImpl,
  keys: RoomKeys,
): Promise<Bytes> {
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(
    state,
    [],
    suite,
  );
  return await sealEnvelope(keys, "group info", {
    epoch: state.groupContext.epoch,
    content: encodeGroupInfo(groupInfo),
  });
}

/**
 * Opens and checks a GroupInfo, all of it before anything is made with it: that
 * a holder of the secret sealed it for this room, that a member signed it, and
 * that each leaf and the tree are valid (RFC 9420 sections 7.3, 7.9, 12.4.3).
 *
 * @param options `atLeast` is the oldest epoch that is believed.
 * @throws {ChatError} `CHAT_SEAL_REFUSED`.
 */
export async function openGroupInfo(
  sealed: Bytes,
  suite: CiphersuiteImpl,
  keys: RoomKeys,
  options: { readonly atLeast: bigint },
): Promise<CheckedGroupInfo> {
  const opened = await openEnvelope(keys, "group info", sealed);
  if (opened === undefined) throw refused("it is not sealed for this room");
  const message = decodeMls(opened.content);
  if (message?.wireformat !== "mls_group_info") {
    throw refused("it is no GroupInfo");
  }
  const { groupInfo } = message;
  const { groupContext, extensions } = groupInfo;
  const isOurs = groupContext.cipherSuite === SUITE &&
    groupContext.version === "mls10" &&
    groupContext.extensions.length === 0 &&
    groupContext.epoch === opened.epoch &&
    equalBytes(groupContext.groupId, keys.roomId);
  if (!isOurs) throw refused("it is of another group");
  if (groupContext.epoch < options.atLeast) {
    throw refused(`it is of epoch ${groupContext.epoch}, which is over`);
  }
  const external = extensions.filter(({ extensionType }) =>
    extensionType === "external_pub"
  );
  const [externalPub] = external;
  if (extensions.length !== 2 || external.length !== 1 || !externalPub) {
    throw refused("its extensions are not those of sealed rooms");
  }
  const tree = await checkTree(groupInfo, suite);
  return {
    groupInfo,
    tree,
    externalPublicKey: externalPub.extensionData,
  };
}

/**
 * Whether a GroupInfo is of this epoch, of a later one, or of none that anybody
 * could join.
 */
export async function useOf(
  sealed: Bytes,
  suite: CiphersuiteImpl,
  keys: RoomKeys,
  epoch: bigint,
): Promise<"same" | "ahead" | "none"> {
  try {
    const options = { atLeast: epoch };
    const { groupInfo } = await openGroupInfo(sealed, suite, keys, options);
    return groupInfo.groupContext.epoch === epoch ? "same" : "ahead";
  } catch (error) {
    if (error instanceof ChatError) return "none";
    throw error;
  }
}

async function checkTree(
  groupInfo: GroupInfo,
  suite: CiphersuiteImpl,
): Promise<RatchetTree> {
  const tree = treeOf(groupInfo);
  if (tree === undefined) throw refused("it has no tree");
  const leaves = leavesOf(tree);
  if (leaves.length > MAX_SEALED_MEMBERS) {
    throw refused(`it has ${leaves.length} members`);
  }
  // Joining by external commit alone never leaves any.
  const isUnmerged = tree.some((node) =>
    node?.nodeType === "parent" && node.parent.unmergedLeaves.length > 0
  );
  if (isUnmerged || !leaves.every(({ node }) => isPlainLeaf(node))) {
    throw refused("its tree is not that of a sealed room");
  }
  const signer = leafAt(tree, groupInfo.signer);
  if (signer === undefined) throw refused("no member signed it");
  const { groupContext } = groupInfo;
  const problem = await validateRatchetTree(
    tree,
    groupContext,
    CLIENT_CONFIG.lifetimeConfig,
    CLIENT_CONFIG.authService,
    groupContext.treeHash,
    suite,
  ).catch((error: Error) => error);
  if (problem !== undefined) throw refused("its tree is not valid", problem);
  const { signaturePublicKey } = signer;
  const { signature } = suite;
  if (
    !await verifyGroupInfoSignature(groupInfo, signaturePublicKey, signature)
  ) {
    throw refused("its signature is not by a member");
  }
  return tree;
}

function treeOf(groupInfo: GroupInfo): RatchetTree | undefined {
  try {
    return ratchetTreeFromExtension(groupInfo);
  } catch {
    return undefined; // the library throws many kinds of errors on garbage
  }
}

function refused(found: string, cause?: unknown): ChatError {
  return new ChatError(
    "CHAT_SEAL_REFUSED",
    `Cannot join sealed room: what the server shows of it is refused, ${found}`,
    { cause },
  );
}
