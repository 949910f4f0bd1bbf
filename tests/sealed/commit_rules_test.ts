import type { ClientState } from "ts-mls/clientState.js";
import type { Commit } from "ts-mls/commit.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import { checkExternalCommit } from "../../lib/sealed/commit_rules.ts";
import { Unreadable } from "../../lib/sealed/event.ts";
import { generateLeaf } from "../../lib/sealed/leaf_node.ts";
import { MAX_SEALED_MEMBERS } from "../../lib/sealed/limits.ts";
import { leafOfKey } from "../../lib/sealed/members.ts";
import { checkSpace } from "../../lib/sealed/propose.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { attackerOf, externalCommitOf } from "./attacker.ts";
import { asking, type Device, roomOf } from "./support.ts";

type ByValue = { proposalOrRefType: "proposal"; proposal: Proposal };

/** A room of two, and the good commits by which carol joins and bob resyncs. */
async function scene(): Promise<{
  group: ClientState;
  join: PublicMessage;
  resync: PublicMessage;
  aliceAt: number;
  bobAt: number;
  bob: Uint8Array<ArrayBuffer>;
}> {
  const { server, secret, devices } = await roomOf("alice", "bob");
  const [alice, bob] = devices as [Device, Device];
  const a = await attackerOf(alice);
  const carol = await asking(server, secret, "carol");
  await bob.room.rejoin(server.head);
  const at = (device: Device): number =>
    leafOfKey(a.group.ratchetTree, device.identity.publicKey) ?? NaN;
  return {
    group: a.group,
    join: await externalCommitOf(a, carol),
    resync: await externalCommitOf(a, bob),
    aliceAt: at(alice),
    bobAt: at(bob),
    bob: bob.identity.publicKey,
  };
}

/** `message` with another commit in it. */
function withCommit(
  message: PublicMessage,
  change: (commit: Commit) => Commit,
): PublicMessage {
  const { content } = message;
  assert(content.contentType === "commit");
  const commit = change(content.commit);
  return { ...message, content: { ...content, commit } };
}

function withProposals(
  message: PublicMessage,
  change: (proposals: ByValue[]) => Commit["proposals"],
): PublicMessage {
  return withCommit(message, (commit) => ({
    ...commit,
    proposals: change(commit.proposals as ByValue[]),
  }));
}

function assertRefused(group: ClientState, message: PublicMessage): void {
  const error = assertThrows(
    () => checkExternalCommit(group, message),
    Unreadable,
  );
  assertEquals(error.reason, "not_permitted");
}

const remove = (removed: number): ByValue => ({
  proposalOrRefType: "proposal",
  proposal: { proposalType: "remove", remove: { removed } },
});

const isKind = (kind: string) => ({ proposal }: ByValue): boolean =>
  proposal.proposalType === kind;

Deno.test("checkExternalCommit() takes a join and a resync as they should be", async () => {
  const { group, join, resync } = await scene();
  checkExternalCommit(group, join);
  checkExternalCommit(group, resync);
});

Deno.test("checkExternalCommit() refuses each deviation", async () => {
  const { group, join, resync, aliceAt, bobAt } = await scene();
  const without = (kind: string) => (all: ByValue[]): ByValue[] =>
    all.filter((one) => !isKind(kind)(one));
  const twice = (kind: string) => (all: ByValue[]): ByValue[] => [
    ...all,
    ...all.filter(isKind(kind)),
  ];
  const plus = (one: Commit["proposals"][number]) => (all: ByValue[]) => [
    ...all,
    one,
  ];
  const otherPsk = (all: ByValue[]): ByValue[] =>
    all.map((one) => {
      if (one.proposal.proposalType !== "psk") return one;
      const { preSharedKeyId } = one.proposal.psk;
      const id = { ...preSharedKeyId, pskId: new Uint8Array(3) };
      const psk = { preSharedKeyId: id as typeof preSharedKeyId };
      return { ...one, proposal: { proposalType: "psk", psk } };
    });
  const reference = new Uint8Array(32);
  const custom = { proposalType: 0x0a0a, proposalData: new Uint8Array(0) };
  const deviations: Record<string, PublicMessage> = {
    "without the PSK": withProposals(join, without("psk")),
    "with the PSK twice": withProposals(join, twice("psk")),
    "with another PSK": withProposals(join, otherPsk),
    "without external init": withProposals(join, without("external_init")),
    "with two external inits": withProposals(join, twice("external_init")),
    "a join that removes somebody": withProposals(join, plus(remove(aliceAt))),
    "a resync that removes somebody else": withProposals(resync, (all) => [
      ...without("remove")(all),
      remove(aliceAt),
    ]),
    "a resync that removes another too": withProposals(
      resync,
      plus(remove(aliceAt)),
    ),
    "a resync that removes itself twice": withProposals(
      resync,
      plus(remove(bobAt)),
    ),
    "a key that is in the tree already": withProposals(
      resync,
      without("remove"),
    ),
    "a proposal by reference": withProposals(
      join,
      plus({ proposalOrRefType: "reference", reference }),
    ),
    "a proposal of an unknown type": withProposals(
      join,
      plus({ proposalOrRefType: "proposal", proposal: custom as never }),
    ),
    "a reinit": withProposals(
      join,
      plus({
        proposalOrRefType: "proposal",
        proposal: { proposalType: "reinit" } as never,
      }),
    ),
    "without a path": withCommit(join, ({ proposals }) => ({
      proposals,
      path: undefined,
    })),
    "with extensions in the leaf": withCommit(join, (commit) => ({
      ...commit,
      path: commit.path && {
        ...commit.path,
        leafNode: {
          ...commit.path.leafNode,
          extensions: [{ extensionType: 9, extensionData: new Uint8Array(0) }],
        },
      },
    })),
    "with other capabilities": withCommit(join, (commit) => ({
      ...commit,
      path: commit.path && {
        ...commit.path,
        leafNode: {
          ...commit.path.leafNode,
          capabilities: {
            ...commit.path.leafNode.capabilities,
            proposals: [9],
          },
        },
      },
    })),
    "by a member": {
      ...join,
      content: {
        ...join.content,
        sender: { senderType: "member", leafIndex: 0 },
      },
    } as PublicMessage,
    "with more data": {
      ...join,
      content: { ...join.content, authenticatedData: new Uint8Array(1) },
    } as PublicMessage,
    "no commit": {
      ...join,
      content: { ...join.content, contentType: "proposal" },
    } as PublicMessage,
  };
  for (const [what, message] of Object.entries(deviations)) {
    try {
      assertRefused(group, message);
    } catch (cause) {
      throw new Error(`accepted: ${what}`, { cause });
    }
  }
});

Deno.test("checkExternalCommit() and checkSpace() refuse a member more than there may be", async () => {
  const { group, join, resync, bob } = await scene();
  const { devices } = await roomOf("dora");
  const { context } = await attackerOf(devices[0] as Device);
  const { publicPackage } = await generateLeaf(context.suite, context.own);
  const leaf = { nodeType: "leaf", leaf: publicPackage.leafNode } as const;
  const ratchetTree = group.ratchetTree.slice();
  for (let i = 2; i < MAX_SEALED_MEMBERS; i++) ratchetTree[2 * i] = leaf;
  const full = { ...group, ratchetTree };
  assertRefused(full, join);
  checkExternalCommit(full, resync); // it does not become more
  const stranger = new Uint8Array(32);
  assertRefuses("CHAT_FULL", () => checkSpace(ratchetTree, stranger));
  checkSpace(ratchetTree, bob);
  checkSpace(ratchetTree.slice(0, -2), stranger);
});
