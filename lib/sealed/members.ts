import type { LeafNode } from "ts-mls/leafNode.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { equalBytes } from "../bytes.ts";
import { decodeCredential } from "./credential.ts";
import type { SealedEvent, SealedMember } from "./event.ts";

/** The leaf at a place in the tree, or `undefined` where nobody is. */
export function leafAt(tree: RatchetTree, leaf: number): LeafNode | undefined {
  const node = tree[2 * leaf];
  return node?.nodeType === "leaf" ? node.leaf : undefined;
}

/** All places that are taken, from the first on. */
export function leavesOf(
  tree: RatchetTree,
): readonly { readonly leaf: number; readonly node: LeafNode }[] {
  return Array.from({ length: Math.ceil(tree.length / 2) }, (_, leaf) => {
    const node = leafAt(tree, leaf);
    return node === undefined ? [] : [{ leaf, node }];
  }).flat();
}

/** Who sits at `leaf`. Its credential was checked when it came into the tree. */
export async function memberAt(
  tree: RatchetTree,
  leaf: number,
): Promise<SealedMember | undefined> {
  const node = leafAt(tree, leaf);
  if (node?.credential.credentialType !== "basic") return undefined;
  const { identity } = node.credential;
  const who = await decodeCredential(identity, node.signaturePublicKey);
  return who && { ...who, leaf };
}

/** Everybody in the tree, by place. */
export async function membersOf(
  tree: RatchetTree,
): Promise<readonly SealedMember[]> {
  const all = leavesOf(tree).map(({ leaf }) => memberAt(tree, leaf));
  return (await Promise.all(all)).filter((member) => member !== undefined);
}

/** The place of the member with this key, or `undefined`. */
export function leafOfKey(
  tree: RatchetTree,
  publicKey: Uint8Array,
): number | undefined {
  return leavesOf(tree).find(({ node }) =>
    equalBytes(node.signaturePublicKey, publicKey)
  )?.leaf;
}

/** Who has come from one tree to a later one, by commits that were not read. */
export async function newcomers(
  before: RatchetTree,
  after: RatchetTree,
): Promise<readonly SealedEvent[]> {
  const members = await membersOf(after);
  return members.flatMap((member) =>
    leafOfKey(before, member.publicKey) === undefined
      ? [{ kind: "joined", member } as const]
      : []
  );
}

/** What a commit that was accepted has changed. */
export interface AcceptedCommit {
  readonly before: RatchetTree;
  readonly after: RatchetTree;
  /** Where its author sits now. */
  readonly author: number;
  /** Whether the author came by it, and so was no member before. */
  readonly external: boolean;
  /** Places whose members had said that they go. */
  readonly leaving: ReadonlySet<number>;
}

/** What to tell of a commit: always something, so that none is silent. */
export async function eventsOf(
  { before, after, author, external, leaving }: AcceptedCommit,
): Promise<SealedEvent[]> {
  const by = await memberAt(after, author);
  if (by === undefined) return [];
  if (external) {
    const old = leafOfKey(before, by.publicKey);
    const former = old === undefined ? undefined : await memberAt(before, old);
    return former === undefined
      ? [{ kind: "joined", member: by }]
      : [{ kind: "rejoined", member: by, before: former }];
  }
  const gone = leavesOf(before).filter(({ leaf }) => !leafAt(after, leaf));
  if (gone.length === 0) return [{ kind: "rekeyed", by }];
  const events = await Promise.all(gone.map(async ({ leaf }) => {
    const member = await memberAt(before, leaf);
    const kind = leaving.has(leaf) ? "left" as const : "removed" as const;
    return member === undefined ? [] : [{ kind, member, by }];
  }));
  return events.flat();
}
