import { NoSealing } from "../../lib/member/no_sealing.ts";
import type { SealingHost } from "../../lib/member/sealing.ts";
import type { KeptEntry } from "../../lib/protocol/entry.ts";
import type { ConversationEvent } from "../../lib/room/conversation.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { settle } from "../support/virtual_clock.ts";
import { DIRECT, GROUP } from "./plain_seals.ts";
import { OTHER, settled } from "./stage.ts";

const AT = { room: 2, seq: 1, at: 5, name: "bob", fingerprint: OTHER };

Deno.test("NoSealing.take() tells that something cannot be read, and notes it as shown", () => {
  const told: unknown[][] = [];
  const host = {
    tell: (event: ConversationEvent | null, note: unknown): void => {
      told.push([event, note]);
    },
  } as unknown as SealingHost;
  const sealing = new NoSealing(host);
  const note = { kind: "left", room: 2 } as const;
  const body = new Uint8Array(1);
  const renewed: KeptEntry = { ...AT, kind: "renewed", next: OTHER };
  for (
    const entry of [
      { ...AT, kind: "sealed", body },
      { ...AT, kind: "committed", turn: 1, body },
      { ...AT, kind: "said", text: "for whoever reads" },
      { ...AT, kind: "founded", group: GROUP },
      renewed,
    ] as const
  ) sealing.take(entry, note);
  const news = { kind: "sealed", room: 2, entry: 1, at: 5 } as const;
  const why = {
    kind: "unreadable",
    reason: "no_keys",
    text: "this program has no keys for rooms that the server cannot read",
  } as const;
  const author = { name: "bob", fingerprint: OTHER };
  assertEquals(told, [
    [{ ...news, change: { ...why, what: "message" } }, note],
    [{ ...news, change: { ...why, what: "commit" } }, note],
    [{ ...news, change: { kind: "unsealed", author } }, note],
    [null, note],
    [renewed, note],
  ]);
});

Deno.test("NoSealing has no keys for any room", async () => {
  await using stage = await settled();
  stage.link.say(DIRECT);
  await settle();
  const { member } = stage;
  const { sealed } = member;
  assertEquals(sealed.status(2)?.phase, "keyless");
  assertEquals(sealed.status(0), undefined);
  assertEquals(sealed.secret(2), undefined);
  assertEquals(await sealed.people(2), []);
  assertEquals(await member.history(2), { entries: [], before: null });
  const before = stage.link.sent.length;
  for (
    const ask of [
      () => sealed.create("plans"),
      () => sealed.join("plans", GROUP),
      () => sealed.remove(2, "bob"),
      () => sealed.rekey(2),
      () => sealed.resync(2),
      () => sealed.share(2, 1),
      () => member.who(2),
      () => member.title("tea", 2),
      () => member.say("hello", 2),
      () => member.act("waves", 2),
    ]
  ) await assertRefusesLater("CHAT_SEAL_NO_KEYS", ask);
  assertEquals(stage.link.sent.length, before);
  assertEquals(stage.state.outbox(), []);
  assertEquals(member.outgoing, []);
});

Deno.test("NoSealing says that another chat of ours has the keys, and raises no alarm", async () => {
  await using stage = await settled({
    sealing: (host) => new NoSealing(host, { isElsewhere: true }),
  });
  stage.link.say(DIRECT);
  await settle();
  const { member } = stage;
  const why =
    "your sealed and direct rooms are open in another chat of yours on this machine";
  assertEquals(member.sealed.unavailable, why);
  assertEquals(member.sealed.status(2)?.why, why);
  for (
    const ask of [
      () => member.sealed.join("plans", GROUP),
      () => member.say("hello", 2),
    ]
  ) await assertRefusesLater("CHAT_DEVICE_IN_USE", ask, why);
  const told: unknown[] = [];
  const host = {
    tell: (event: ConversationEvent | null): void => void told.push(event),
  } as unknown as SealingHost;
  const sealing = new NoSealing(host, { isElsewhere: true });
  const body = new Uint8Array(1);
  sealing.take({ ...AT, kind: "sealed", body }, undefined);
  sealing.take({ ...AT, kind: "committed", turn: 1, body }, undefined);
  assertEquals(told, [null, null]);
  sealing.take({ ...AT, kind: "said", text: "not sealed" }, undefined);
  assertEquals(told.length, 3); // that is worth an alarm in any chat
  assertEquals(told[2] === null, false);
});

Deno.test("NoSealing lets a room be left", async () => {
  await using stage = await settled();
  stage.link.say(DIRECT);
  await settle();
  const leaving = stage.member.leave(2);
  await settle();
  stage.link.say({ kind: "done", id: stage.link.last("leave").id, room: null });
  await leaving;
});
