import { type ClientState, createGroup } from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { createConfirmationTag } from "ts-mls/framedContent.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import { createSecretTree } from "ts-mls/secretTree.js";
import { leafWidth } from "ts-mls/treemath.js";
import { zeroOutUint8Array } from "ts-mls/util/byteArray.js";
import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Intent } from "./event.ts";
import { generateLeaf } from "./leaf_node.ts";
import { leafOfKey, leavesOf } from "./members.ts";
import { encodeMls } from "./mls_codec.ts";
import { CLIENT_CONFIG } from "./mls_suite.ts";
import type { RoomContext } from "./room_context.ts";

/** The group of a new room, of one member. */
export async function foundGroup(
  { suite, keys, own }: RoomContext,
): Promise<ClientState> {
  const { publicPackage, privatePackage } = await generateLeaf(suite, own);
  const { roomId } = keys;
  return await createGroup(
    roomId,
    publicPackage,
    privatePackage,
    [],
    suite,
    CLIENT_CONFIG,
  );
}

/** A commit of our own, and the state it leads to once it is ordered. */
export interface MadeCommit {
  readonly next: ClientState;
  /** A private message of MLS: to be sealed. */
  readonly commit: Bytes;
  /** Secrets of `state` that are over once the commit is ordered, not before. */
  readonly consumed: readonly Uint8Array[];
}

/**
 * Makes a commit: an empty one, which gives the group fresh keys, or one that
 * removes members. Both carry an update path.
 *
 * @throws {ChatError} `CHAT_NO_SUCH_MEMBER` when one is not there, or is us.
 */
export async function makeCommit(
  { suite, own }: RoomContext,
  state: ClientState,
  intent: Exclude<Intent, { kind: "join" }>,
): Promise<MadeCommit> {
  const keys = intent.kind === "remove" ? intent.members : [];
  const removed = keys.map((key) => {
    const leaf = leafOfKey(state.ratchetTree, key);
    if (
      leaf === undefined || leaf === leafOfKey(state.ratchetTree, own.publicKey)
    ) {
      throw new ChatError(
        "CHAT_NO_SUCH_MEMBER",
        "Cannot remove member: it is not another member of the room",
      );
    }
    return leaf;
  });
  const { newState, commit, consumed } = await createCommit(
    { state, cipherSuite: suite },
    {
      extraProposals: [...new Set(removed)].map((leaf) => ({
        proposalType: "remove",
        remove: { removed: leaf },
      })),
    },
  );
  const isAlone = leavesOf(newState.ratchetTree).length === 1;
  return {
    next: isAlone ? await startAfresh(newState, suite) : newState,
    commit: encodeMls(commit),
    consumed,
  };
}

/**
 * New secrets for an epoch that we are alone in. A path of a single leaf has no
 * nodes, and the library then takes zeros for the commit secret, so that whoever
 * was removed from a room of two could derive the next epoch. Nobody else has to
 * follow here; who joins later gets all of it from the GroupInfo.
 */
async function startAfresh(
  state: ClientState,
  suite: CiphersuiteImpl,
): Promise<ClientState> {
  const { kdf, hash, rng } = suite;
  const { keySchedule, encryptionSecret, joinerSecret } = await initializeEpoch(
    rng.randomBytes(kdf.size),
    rng.randomBytes(kdf.size),
    state.groupContext,
    new Uint8Array(kdf.size),
    kdf,
  );
  const width = leafWidth(state.ratchetTree.length);
  const secretTree = await createSecretTree(width, encryptionSecret, kdf);
  const confirmationTag = await createConfirmationTag(
    keySchedule.confirmationKey,
    state.groupContext.confirmedTranscriptHash,
    hash,
  );
  zeroOutUint8Array(encryptionSecret);
  zeroOutUint8Array(joinerSecret);
  return { ...state, keySchedule, secretTree, confirmationTag };
}
