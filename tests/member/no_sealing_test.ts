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

Deno.test("NoSealing lets a room be left", async () => {
  await using stage = await settled();
  stage.link.say(DIRECT);
  await settle();
  const leaving = stage.member.leave(2);
  await settle();
  stage.link.say({ kind: "done", id: stage.link.last("leave").id, room: null });
  await leaving;
});
