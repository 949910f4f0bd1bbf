import type { House } from "../../lib/room/house.ts";
import type { Change, Sanction } from "../../lib/room/registry.ts";
import { banOf, banText, roleOf, standingOf } from "../../lib/room/rights.ts";
import { apply } from "../../lib/room/ruling.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assertEquals } from "../support/assert.ts";
import { Household, mark, NOW, visitor } from "./household.ts";

const ALICE = visitor(1, "Alice", "2001:db8::1");
const BOB = visitor(2, "Bob", "10.0.0.7");
const [alice, bob] = [ALICE, BOB].map(({ fingerprint }) => fingerprint.toHex());

function houseWith(
  changes: readonly Change[],
  owners: readonly string[] = [],
): House {
  const { house } = new Household(new MemoryHistory({ keepLast: 0 }), {
    owners,
  });
  for (const change of changes) apply(change, house);
  return house;
}

function against(
  subject: string,
  kind: Sanction["kind"],
  until: number | null = null,
): Change {
  const rest = { name: "", by: "Zeno", at: NOW };
  return { kind: "sanction", sanction: { kind, subject, until, ...rest } };
}

function operator({ fingerprint }: { fingerprint: Uint8Array }): Change {
  return { kind: "role", owner: fingerprint, role: "operator" };
}

Deno.test("standingOf() ends a mute at its time, to the millisecond", () => {
  const house = houseWith([against(mark(ALICE), "mute", NOW + 1)]);
  assertEquals(standingOf(`${alice}`, { house, at: NOW }), "muted");
  assertEquals(standingOf(`${alice}`, { house, at: NOW + 1 }), "member");
  assertEquals(standingOf(`${bob}`, { house, at: NOW }), "member");
});

Deno.test("standingOf() mutes nobody who has a role", () => {
  const muted = [ALICE, BOB].map((who) => against(mark(who), "mute"));
  const house = houseWith([...muted, operator(BOB)], [`${alice}`]);
  assertEquals(standingOf(`${alice}`, { house, at: NOW }), "owner");
  assertEquals(standingOf(`${bob}`, { house, at: NOW }), "operator");
});

Deno.test("roleOf() takes an owner for an owner whatever is stored", () => {
  const house = houseWith([operator(ALICE)], [`${alice}`]);
  assertEquals(roleOf(`${alice}`, house), "owner");
  assertEquals(roleOf(`${bob}`, house), undefined);
});

Deno.test("banOf() ends a ban at its time, to the millisecond", () => {
  const house = houseWith([against(mark(ALICE), "ban", NOW + 1)]);
  const who = { owner: `${alice}`, address: "" };
  assertEquals(banOf(who, { house, at: NOW })?.until, NOW + 1);
  assertEquals(banOf(who, { house, at: NOW + 1 }), undefined);
});

Deno.test("banOf() keeps an owner out in no way, an operator by its identity only", () => {
  const bans = [ALICE, BOB].map((who) => against(mark(who), "ban"));
  const house = houseWith([...bans, operator(BOB)], [`${alice}`]);
  assertEquals(
    banOf({ owner: `${alice}`, address: "" }, { house, at: NOW }),
    undefined,
  );
  assertEquals(
    banOf({ owner: `${bob}`, address: "" }, { house, at: NOW })?.subject,
    mark(BOB),
  );
});

const HELD: readonly (readonly [string, boolean])[] = [
  ["2001:db8::1", true],
  ["2001:db8::ffff:1", true],
  ["2001:db8::2%eth0", true],
  ["2001:db8:0:1::1", false],
  ["10.0.0.7", true],
  ["::ffff:10.0.0.7", true],
  ["10.0.0.8", false],
  ["", false],
];

for (const [address, held] of HELD) {
  Deno.test(`banOf() ${held ? "finds" : "finds no"} ban of ${address || "no address"}`, () => {
    const house = houseWith([
      against("2001:db8::/64", "ban"),
      against("10.0.0.7", "ban"),
      operator(BOB),
    ], ["ff"]);
    const at = NOW;
    const isHeld = (owner: string): boolean =>
      banOf({ owner, address }, { house, at }) !== undefined;
    assertEquals(isHeld(`${alice}`), held);
    assertEquals(isHeld(`${bob}`), false, "operators come from anywhere");
    assertEquals(isHeld("ff"), false, "so do owners");
  });
}

Deno.test("banOf() takes no mute for a ban", () => {
  const house = houseWith([
    against(mark(ALICE), "mute"),
    against("10.0.0.7", "mute"),
  ]);
  const who = { owner: `${alice}`, address: "10.0.0.7" };
  assertEquals(banOf(who, { house, at: NOW }), undefined);
});

Deno.test("banText() says until when, if there is an end", () => {
  const ban = {
    kind: "ban",
    subject: "",
    name: "",
    by: "Zeno",
    at: 0,
  } as const;
  assertEquals(banText({ ...ban, until: null }), "You are banned");
  const until = Date.UTC(2026, 2, 3, 12, 3, 59);
  const text = "You are banned until 2026-03-03 12:03 UTC";
  assertEquals(banText({ ...ban, until }), text);
});
