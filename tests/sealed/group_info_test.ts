import type { GroupInfo } from "ts-mls/groupInfo.js";
import { signGroupInfo } from "ts-mls/groupInfo.js";
import { encodeRatchetTree, type RatchetTree } from "ts-mls/ratchetTree.js";
import { ratchetTreeFromExtension } from "ts-mls/groupInfo.js";
import { utf8 } from "../../lib/bytes.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { openEnvelope, sealEnvelope } from "../../lib/sealed/envelope.ts";
import { openGroupInfo } from "../../lib/sealed/group_info.ts";
import { decodeMls, encodeGroupInfo } from "../../lib/sealed/mls_codec.ts";
import { suiteOf } from "../../lib/sealed/mls_suite.ts";
import { roomKeysOf } from "../../lib/sealed/room_secret.ts";
import { assert } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { attackerOf } from "./attacker.ts";
import { type Device, roomOf } from "./support.ts";

/** The GroupInfo of a room, and what an insider may make of it. */
async function scene(): Promise<{
  good: GroupInfo;
  open(changed: GroupInfo, epoch?: bigint): Promise<void>;
  signed(changed: GroupInfo): Promise<GroupInfo>;
}> {
  const { server, secret, devices } = await roomOf("alice", "bob", "carol");
  const carol = await attackerOf(devices[2] as Device);
  const keys = await roomKeysOf(secret);
  const suite = await suiteOf(await generateIdentity());
  const sealed = await openEnvelope(keys, "group info", server.head.groupInfo);
  const mls = sealed && decodeMls(sealed.content);
  assert(mls?.wireformat === "mls_group_info");
  const good = mls.groupInfo;
  return {
    good,
    async open(changed, epoch = good.groupContext.epoch): Promise<void> {
      const content = encodeGroupInfo(changed);
      const envelope = { epoch, content };
      const bytes = await sealEnvelope(keys, "group info", envelope);
      await openGroupInfo(bytes, suite, keys, { atLeast: 2n });
    },
    // The last who came signed it, so carol can sign another.
    signed: (changed) =>
      signGroupInfo(changed, new Uint8Array(0), carol.context.suite.signature),
  };
}

function withTree(
  info: GroupInfo,
  change: (tree: RatchetTree) => RatchetTree,
): GroupInfo {
  const tree = ratchetTreeFromExtension(info);
  assert(tree !== undefined);
  const extensions = info.extensions.map((one) =>
    one.extensionType === "ratchet_tree"
      ? { ...one, extensionData: encodeRatchetTree(change(tree)) }
      : one
  );
  return { ...info, extensions };
}

Deno.test("openGroupInfo() takes what a member signed", async () => {
  const { good, open, signed } = await scene();
  await open(good);
  await open(await signed(good));
});

Deno.test("openGroupInfo() refuses each deviation, signed by a member or not", async () => {
  const { good, open, signed } = await scene();
  const { groupContext } = good;
  const inContext = (change: Partial<typeof groupContext>): GroupInfo => ({
    ...good,
    groupContext: { ...groupContext, ...change },
  });
  const cases: [string, GroupInfo][] = [
    ["of another group", inContext({ groupId: new Uint8Array(32) })],
    ["of another group", inContext({ epoch: groupContext.epoch + 1n })],
    [
      "of another group",
      inContext({
        extensions: [{ extensionType: 9, extensionData: new Uint8Array(0) }],
      }),
    ],
    ["extensions", { ...good, extensions: good.extensions.slice(1) }],
    [
      "extensions",
      { ...good, extensions: [...good.extensions, ...good.extensions] },
    ],
    ["no member signed it", { ...good, signer: 9 }],
    ["not valid", inContext({ treeHash: new Uint8Array(32) })],
    ["not valid", withTree(good, (tree) => tree.with(1, undefined))],
    ["not valid", withTree(good, ([a, b, _, ...rest]) => [a, b, a, ...rest])],
    [
      "not that of a sealed room",
      withTree(
        good,
        (tree) =>
          tree.map((node) =>
            node?.nodeType === "parent"
              ? { ...node, parent: { ...node.parent, unmergedLeaves: [0] } }
              : node
          ),
      ),
    ],
    [
      "not that of a sealed room",
      withTree(good, (tree) =>
        tree.map((node) =>
          node?.nodeType === "leaf"
            ? {
              ...node,
              leaf: {
                ...node.leaf,
                extensions: [{
                  extensionType: 9,
                  extensionData: new Uint8Array(0),
                }],
              },
            }
            : node
        )),
    ],
  ];
  for (const [why, changed] of cases) {
    const insider = await signed(changed);
    await assertRefusesLater("CHAT_SEAL_REFUSED", () => open(insider), why);
  }
  const { signature } = good;
  const forged = { ...good, signature: signature.with(3, 1) };
  await assertRefusesLater(
    "CHAT_SEAL_REFUSED",
    () => open(forged),
    "not by a member",
  );
});

Deno.test("openGroupInfo() refuses an epoch that is over, and what is no GroupInfo", async () => {
  const { server, secret, devices: [alice] } = await roomOf("alice", "bob");
  const keys = await roomKeysOf(secret);
  const suite = await suiteOf(await generateIdentity());
  const open = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await openGroupInfo(bytes, suite, keys, { atLeast: 2n });
  };
  const { groupInfo } = server.head; // of epoch 1
  await assertRefusesLater("CHAT_SEAL_REFUSED", () => open(groupInfo), "over");
  const sealed = await alice?.room.seal(utf8("x")) ?? new Uint8Array(0);
  await assertRefusesLater("CHAT_SEAL_REFUSED", () => open(sealed), "sealed");
  const envelope = { epoch: 2n, content: utf8("x") };
  const junk = await sealEnvelope(keys, "group info", envelope);
  await assertRefusesLater(
    "CHAT_SEAL_REFUSED",
    () => open(junk),
    "no GroupInfo",
  );
});
