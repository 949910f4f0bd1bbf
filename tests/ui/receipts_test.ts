import { Receipts } from "../../lib/ui/receipts.ts";
import { TYPING_LASTS_MS, Typists } from "../../lib/ui/typists.ts";
import { assertEquals } from "../support/assert.ts";
import { fingerprint, member, NOON, said } from "../support/people.ts";

const [alice, bob] = [member("alice", "x7Kp"), member("bob", "Qm2d")];

Deno.test("Receipts tells how far our newest message has got", () => {
  const receipts = new Receipts();
  const text = (): string => receipts.text((at) => String(at));
  const marks = (delivered: number, read: number, at: number): void => (
    receipts.see(
      { ...bob, kind: "marks", room: 1, seq: 9, at, delivered, read },
      false,
    )
  );
  marks(3, 3, 1);
  assertEquals(text(), "");
  receipts.see(said(alice, "hi", { seq: 5 }), true);
  assertEquals(text(), "sent");
  marks(5, 4, 2);
  assertEquals(text(), "delivered");
  marks(5, 5, 3);
  marks(6, 5, 4);
  assertEquals(text(), "read 3");
  marks(0, 0, 5); // they never go back
  assertEquals(text(), "read 3");
  receipts.see(said(alice, "more", { seq: 6 }), true);
  assertEquals(text(), "delivered");
  receipts.see(said(bob, "hello", { seq: 7 }), false);
  assertEquals(text(), "delivered");
});

Deno.test("Receipts takes our own marks from another device for nothing", () => {
  const receipts = new Receipts();
  receipts.see(said(alice, "hi", { seq: 5 }), true);
  const marks = { kind: "marks", delivered: 5, read: 5 } as const;
  receipts.see({ ...alice, ...marks, room: 1, seq: 5, at: 1 }, true);
  assertEquals(receipts.text(String), "sent");
});

Deno.test("Typists tells who is typing, for a while", () => {
  const typists = new Typists();
  assertEquals([typists.text(0), typists.changesIn(0)], ["", undefined]);
  typists.see(bob, NOON);
  assertEquals(typists.text(NOON), "bob is typing");
  typists.see(alice, NOON + 1_000);
  assertEquals(typists.text(NOON + 1_000), "bob and alice are typing");
  typists.see(member("eve\x1b[2J", "e"), NOON + 1_000);
  assertEquals(typists.text(NOON + 1_000), "3 people are typing");
  assertEquals(typists.changesIn(NOON + 1_000), TYPING_LASTS_MS - 1_000);
  typists.forget(alice);
  assertEquals(typists.text(NOON + TYPING_LASTS_MS), "eve is typing");
  assertEquals(typists.text(NOON + TYPING_LASTS_MS + 1_000), "");
  assertEquals(typists.changesIn(NOON + TYPING_LASTS_MS + 1_000), undefined);
});

Deno.test("Typists remembers few people", () => {
  const typists = new Typists();
  for (let i = 0; i < 99; i++) {
    const mark = String.fromCharCode(65 + (i % 26), 65 + Math.floor(i / 26));
    typists.see({ name: "x", fingerprint: fingerprint(mark) }, NOON);
  }
  assertEquals(typists.text(NOON), "16 people are typing");
});
