import type { ClientState } from "ts-mls/clientState.js";
import type { IncomingMessageCallback } from "ts-mls/incomingMessageAction.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import { type Bytes, equalBytes, utf8 } from "../bytes.ts";
import { x25519PublicOf } from "../crypto/x25519_public.ts";
import { Unreadable } from "./event.ts";
import { isPlainLeaf, isSameMember } from "./leaf_node.ts";
import { MAX_SEALED_MEMBERS } from "./limits.ts";
import { leafAt, leafOfKey, leavesOf } from "./members.ts";

/** Name of the one external PSK: what follows from the room secret. */
export const PSK_ID = utf8("chat/1 sealed room");

/** Finds the PSK of the room, and no other. */
export function pskIndexOf(psk: Bytes): PskIndex {
  return {
    findPsk: (id) =>
      id.psktype === "external" && equalBytes(id.pskId, PSK_ID)
        ? psk
        : undefined,
  };
}

/**
 * The rules for the only public messages there are, by which somebody joins or
 * a member takes the current keys again. The library itself accepts one without
 * the PSK, one that removes somebody else, one that uses a key twice.
 *
 * @throws {Unreadable} `not_permitted`. All members decide alike: what they ask
 * is in the message and in the tree.
 */
export function checkExternalCommit(
  state: ClientState,
  { content }: PublicMessage,
): void {
  if (content.contentType !== "commit") throw notPermitted();
  if (content.sender.senderType !== "new_member_commit") throw notPermitted();
  if (content.authenticatedData.length > 0) throw notPermitted();
  const { path, proposals } = content.commit;
  if (path === undefined || !isPlainLeaf(path.leafNode)) throw notPermitted();
  const byValue = proposals.map((entry) => {
    if (entry.proposalOrRefType !== "proposal") throw notPermitted();
    return entry.proposal;
  });
  checkExternalProposals(byValue);
  const removed = byValue.flatMap((proposal) =>
    proposal.proposalType === "remove" ? [proposal.remove.removed] : []
  );
  const own = leafOfKey(state.ratchetTree, path.leafNode.signaturePublicKey);
  // Whoever has a place gives it up, and nobody else's.
  if (own === undefined ? removed.length > 0 : removed[0] !== own) {
    throw notPermitted();
  }
  const members = leavesOf(state.ratchetTree).length - removed.length + 1;
  if (members > MAX_SEALED_MEMBERS) throw notPermitted();
}

/** One external init, the PSK of the room, at most one Remove, nothing else. */
function checkExternalProposals(proposals: readonly Proposal[]): void {
  const count = { external_init: 0, psk: 0, remove: 0 };
  for (const proposal of proposals) {
    const type = proposal.proposalType;
    if (type !== "external_init" && type !== "psk" && type !== "remove") {
      throw notPermitted();
    }
    count[type] += 1;
    if (proposal.proposalType !== "psk") continue;
    const { preSharedKeyId: id } = proposal.psk;
    if (id.psktype !== "external" || !equalBytes(id.pskId, PSK_ID)) {
      throw notPermitted();
    }
  }
  if (count.external_init !== 1 || count.psk !== 1 || count.remove > 1) {
    throw notPermitted();
  }
}

/**
 * What members may commit: nothing (a re-key), or Removes by value. Refuses
 * everything else: Adds, Updates, PSKs, by-reference and standalone proposals.
 */
export const onlyRemoves: IncomingMessageCallback = (incoming) =>
  incoming.kind === "commit" &&
    incoming.senderLeafIndex !== undefined &&
    incoming.proposals.every(({ proposal, senderLeafIndex }) =>
      proposal.proposalType === "remove" &&
      senderLeafIndex === incoming.senderLeafIndex
    )
    ? "accept"
    : "reject";

/**
 * What can be judged only after a commit was applied: that its author stayed
 * who it was and that its path gave us the keys it says. (The library checks
 * neither; with the first, a member could turn into another one, with the
 * second, leave others without keys for the next change.)
 *
 * @param commit `author` is its place in the new tree.
 * @throws {Unreadable} `not_permitted`.
 */
export function checkApplied(
  before: ClientState,
  after: ClientState,
  commit: { readonly author: number; readonly external: boolean },
): void {
  const now = leafAt(after.ratchetTree, commit.author);
  if (now === undefined || !isPlainLeaf(now)) throw notPermitted();
  if (!commit.external) {
    const was = leafAt(before.ratchetTree, commit.author);
    if (was === undefined || !isSameMember(was, now)) throw notPermitted();
  }
  checkOwnKeys(before, after);
}

/** Each new private key must belong to the public key in the tree. */
function checkOwnKeys(before: ClientState, after: ClientState): void {
  const old = before.privatePath.privateKeys;
  for (const [at, key] of Object.entries(after.privatePath.privateKeys)) {
    const node = after.ratchetTree[Number(at)];
    if (node === undefined || old[Number(at)] === key) continue;
    const shown = node.nodeType === "leaf"
      ? node.leaf.hpkePublicKey
      : node.parent.hpkePublicKey;
    if (!equalBytes(x25519PublicOf(key), shown)) throw notPermitted();
  }
}

function notPermitted(): Unreadable {
  return new Unreadable("not_permitted");
}
