import {
  type ClientState,
  exportSecret,
  nextEpochContext,
} from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import {
  createConfirmationTag,
  createContentCommitSignature,
} from "ts-mls/framedContent.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import { protectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import { getCommitSecret, pathToPathSecrets } from "ts-mls/pathSecrets.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import { toPrivateKeyPath, updateLeafKey } from "ts-mls/privateKeyPath.js";
import type { Proposal } from "ts-mls/proposal.js";
import { accumulatePskSecret } from "ts-mls/pskIndex.js";
import {
  addLeafNode,
  type RatchetTree,
  removeLeafNode,
} from "ts-mls/ratchetTree.js";
import { createSecretTree } from "ts-mls/secretTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import {
  leafWidth,
  nodeToLeafIndex,
  toLeafIndex,
  toNodeIndex,
} from "ts-mls/treemath.js";
import { createUpdatePath } from "ts-mls/updatePath.js";
import { zeroOutUint8Array } from "ts-mls/util/byteArray.js";
import type { Bytes } from "../bytes.ts";
import { PSK_ID, pskIndexOf } from "./commit_rules.ts";
import type { SealedIdentity } from "./credential.ts";
import type { CheckedGroupInfo } from "./group_info.ts";
import { generateLeaf } from "./leaf_node.ts";
import { leafOfKey, leavesOf } from "./members.ts";
import { encodeMls } from "./mls_codec.ts";
import { CLIENT_CONFIG } from "./mls_suite.ts";

/** The state after joining, and the commit that makes it so. */
export interface ExternalJoin {
  readonly state: ClientState;
  /** A public message of MLS: to be sealed. */
  readonly commit: Bytes;
}

const NONE = new Uint8Array(0);

/**
 * Joins by external commit (RFC 9420 section 12.4.3.2) with the external PSK of
 * the room, which the library's own `joinGroupExternal` cannot carry. Whoever
 * is in the tree already takes its old place out with the same commit.
 */
export async function joinExternally(
  { groupInfo, tree, externalPublicKey }: CheckedGroupInfo,
  who: SealedIdentity,
  context: { readonly suite: CiphersuiteImpl; readonly psk: Bytes },
): Promise<ExternalJoin> {
  const { suite, psk } = context;
  const { groupContext, confirmationTag: formerTag } = groupInfo;
  const { enc: kemOutput, secret: initSecret } = await exportSecret(
    externalPublicKey,
    suite,
  );
  const former = leafOfKey(tree, who.publicKey);
  const { publicPackage } = await generateLeaf(suite, who);
  const [withLeaf, node] = addLeafNode(
    former === undefined ? tree : withoutLeaf(tree, former),
    publicPackage.leafNode,
  );
  const leaf = nodeToLeafIndex(node);
  const [newTree, path, pathSecrets, leafKey] = await createUpdatePath(
    withLeaf,
    leaf,
    groupContext,
    NONE,
    suite,
  );
  const privatePath = updateLeafKey(
    await toPrivateKeyPath(pathToPathSecrets(pathSecrets), leaf, suite),
    await suite.hpke.exportPrivateKey(leafKey),
  );
  const top = pathSecrets.at(-1);
  const commitSecret = top === undefined
    ? new Uint8Array(suite.kdf.size)
    : await getCommitSecret(
      newTree,
      toNodeIndex(top.nodeIndex),
      top.secret,
      suite.kdf,
    );
  const pskId: PreSharedKeyID = {
    psktype: "external",
    pskId: PSK_ID,
    pskNonce: suite.rng.randomBytes(suite.kdf.size),
  };
  const [pskSecret] = await accumulatePskSecret(
    [pskId],
    pskIndexOf(psk),
    suite,
    new Uint8Array(suite.kdf.size),
  );
  const proposals = proposalsOf(kemOutput, former, pskId);
  const { signature, framedContent } = await createContentCommitSignature(
    groupContext,
    "mls_public_message",
    { proposals, path },
    { senderType: "new_member_commit" },
    NONE,
    NONE,
    suite.signature,
  );
  const newContext = await nextEpochContext(
    groupContext,
    "mls_public_message",
    framedContent,
    signature,
    await treeHashRoot(newTree, suite.hash),
    formerTag,
    suite.hash,
  );
  const secrets = await initializeEpoch(
    initSecret,
    commitSecret,
    newContext,
    pskSecret,
    suite.kdf,
  );
  const confirmationTag = await createConfirmationTag(
    secrets.keySchedule.confirmationKey,
    newContext.confirmedTranscriptHash,
    suite.hash,
  );
  const width = leafWidth(newTree.length);
  const state: ClientState = {
    ratchetTree: newTree,
    groupContext: newContext,
    secretTree: await createSecretTree(
      width,
      secrets.encryptionSecret,
      suite.kdf,
    ),
    privatePath,
    confirmationTag,
    historicalReceiverData: new Map(),
    signaturePrivateKey: NONE,
    keySchedule: secrets.keySchedule,
    unappliedProposals: {},
    groupActiveState: { kind: "active" },
    clientConfig: CLIENT_CONFIG,
  };
  const publicMessage = await protectPublicMessage(
    secrets.keySchedule.membershipKey,
    newContext,
    {
      content: framedContent,
      auth: { signature, confirmationTag, contentType: "commit" },
      wireformat: "mls_public_message",
    },
    suite,
  );
  const { encryptionSecret, joinerSecret } = secrets;
  for (
    const spent of [commitSecret, initSecret, encryptionSecret, joinerSecret]
  ) zeroOutUint8Array(spent);
  return {
    state,
    commit: encodeMls({ wireformat: "mls_public_message", publicMessage }),
  };
}

/** A tree without a leaf: of one that was alone, the library makes no tree. */
function withoutLeaf(tree: RatchetTree, leaf: number): RatchetTree {
  if (leavesOf(tree).length === 1) return [undefined];
  return removeLeafNode(tree, toLeafIndex(leaf));
}

function proposalsOf(
  kemOutput: Uint8Array,
  former: number | undefined,
  preSharedKeyId: PreSharedKeyID,
): { proposalOrRefType: "proposal"; proposal: Proposal }[] {
  const removes: Proposal[] = former === undefined
    ? []
    : [{ proposalType: "remove", remove: { removed: former } }];
  const proposals: Proposal[] = [
    { proposalType: "external_init", externalInit: { kemOutput } },
    ...removes,
    { proposalType: "psk", psk: { preSharedKeyId } },
  ];
  return proposals.map((proposal) => ({
    proposalOrRefType: "proposal",
    proposal,
  }));
}
