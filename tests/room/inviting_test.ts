import type { Bytes } from "../../lib/bytes.ts";
import type { History } from "../../lib/room/history.ts";
import {
  MAX_INVITATION_SECONDS,
  MIN_INVITATION_SECONDS,
} from "../../lib/room/inviting.ts";
import { MAX_INVITATIONS } from "../../lib/room/registry.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { testHistories } from "../store/support/histories.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { digest, Household, type Visitor, visitor } from "./household.ts";

/** Identities that compete for one invitation. */
const MANY = 10_000;

const ALICE = visitor(1, "Alice");
const BOB = visitor(2, "Bob");
const CAROL = visitor(3, "Carol");

function household(
  history: History = new MemoryHistory({ keepLast: 0 }),
): Household {
  return new Household(history, {
    owners: [ALICE.fingerprint.toHex()],
    limits: { messageBurst: 1_000_000, messagesPerSecond: 1_000_000 },
  });
}

/** Has Alice make an invitation. */
function invite(home: Household, seconds = 3_600): Bytes {
  const alice = home.enter(ALICE);
  const [answer] = home.answers(alice, { kind: "invite", seconds });
  home.close(alice);
  assert(answer?.kind === "invitation");
  return answer.secret;
}

/** Comes without being on any list: the answer, in a word. */
function come(
  home: Household,
  who: Visitor,
  secret: Bytes | null = null,
): string {
  const session = home.open(who, { authorized: false });
  const answer = home.ask(session, who.name, secret);
  home.close(session);
  return answer.kind === "goodbye" ? answer.why : answer.kind;
}

testHistories("invite() admits one identity, for good", (history) => {
  const home = household(history);
  const secret = invite(home);
  assertEquals(secret.length, 16);
  assertEquals(come(home, BOB), "removed");
  assertEquals(come(home, BOB, secret), "entered");
  assertEquals(come(home, CAROL, secret), "uninvited");
  assertEquals(come(home, BOB, secret), "entered", "once more");
  assertEquals(come(home, BOB), "entered", "without it");
  home.restart();
  assertEquals(come(home, BOB), "entered", "after a restart");
  assertEquals(come(home, CAROL, secret), "uninvited");
  assertEquals(come(home, CAROL), "removed");
});

Deno.test("invite() answers a secret of which only the digest is kept", () => {
  const kept: Uint8Array[] = [];
  const history = new MemoryHistory({ keepLast: 0 });
  const keep = history.invite.bind(history);
  history.invite = (invitation) => {
    kept.push(invitation.digest);
    assertEquals(invitation.by, "Alice");
    keep(invitation);
  };
  const home = household(history);
  const secrets = [invite(home), invite(home)];
  assertEquals(kept, secrets.map((secret) => digest(secret)));
  assert(secrets[0]?.toHex() !== secrets[1]?.toHex());
});

testHistories("enter() refuses an invitation from its end on", (history) => {
  const home = household(history);
  const alice = home.enter(ALICE);
  const asked = { kind: "invite", seconds: 60 } as const;
  const [answer] = home.answers(alice, asked);
  assert(answer?.kind === "invitation");
  assertEquals(answer.until, home.at + 60_000);
  home.at = answer.until - 2_000; // the house takes a second for each event
  const early = home.open(BOB, { authorized: false });
  assertEquals(home.at, answer.until - 1_000);
  const late = home.ask(early, "Bob", answer.secret);
  assert(late.kind === "goodbye" && late.why === "uninvited");
});

Deno.test("enter() refuses a secret that nobody made", () => {
  const home = household();
  const secret = invite(home);
  for (let byte = 0; byte < secret.length; byte++) {
    const other = Uint8Array.from(secret);
    other[byte] = (other[byte] ?? 0) ^ 1;
    assertEquals(come(home, BOB, other), "uninvited");
  }
  assertEquals(come(home, BOB, digest(secret).slice(0, 16)), "uninvited");
});

Deno.test("enter() takes no invitation of who needs none", () => {
  const home = household();
  const secret = invite(home);
  const session = home.open(BOB, { authorized: true });
  assertEquals(home.ask(session, "Bob", secret).kind, "entered");
  assertEquals(come(home, CAROL, secret), "entered");
});

Deno.test("enter() takes no invitation of who is banned", () => {
  const home = household();
  const secret = invite(home);
  const alice = home.enter(ALICE);
  const ban = { kind: "moderate", verb: "ban", seconds: null } as const;
  home.request(alice, { ...ban, subject: BOB.address });
  assertEquals(come(home, BOB, secret), "banned");
  assertEquals(come(home, CAROL, secret), "entered");
});

Deno.test("a ban keeps out who was invited, and its end lets it back in", () => {
  const home = household();
  assertEquals(come(home, BOB, invite(home)), "entered");
  const alice = home.enter(ALICE);
  const asked = { kind: "moderate", subject: "Bob", seconds: null } as const;
  home.request(alice, { ...asked, verb: "ban" });
  assertEquals(come(home, BOB), "banned");
  home.request(alice, { ...asked, verb: "unban" });
  assertEquals(come(home, BOB), "entered");
});

testHistories("expel() takes away what an invitation gave", (history) => {
  const home = household(history);
  const secret = invite(home);
  const bob = home.open(BOB, { authorized: false });
  assertEquals(home.ask(bob, "Bob", secret).kind, "entered");
  home.expel(BOB);
  assertEquals(home.ended.get(bob), "removed");
  assertEquals(come(home, BOB), "removed");
  home.restart();
  assertEquals(come(home, BOB), "removed", "after a restart");
  assertEquals(come(home, BOB, secret), "uninvited", "with the old one");
  assertEquals(come(home, BOB, invite(home)), "entered", "with another");
});

testHistories(
  "enter() leaves an invitation open that cannot be redeemed on a full disk",
  (history) => {
    const home = household(history);
    const secret = invite(home);
    home.failing = true;
    assertEquals(come(home, BOB, secret), "full");
    home.failing = false;
    assertEquals(come(home, BOB), "removed");
    assertEquals(come(home, CAROL, secret), "entered");
  },
);

Deno.test("enter() does not hide a bug of the store", () => {
  const history = new MemoryHistory({ keepLast: 0 });
  const home = household(history);
  const secret = invite(home);
  history.redeem = () => {
    throw new Error("It is broken");
  };
  assertThrows(() => come(home, BOB, secret), Error, "It is broken");
});

Deno.test("invite() is for owners and operators", () => {
  const home = household();
  const asked = { kind: "invite", seconds: 3_600 } as const;
  const bob = home.enter(BOB);
  assertEquals(home.outcome(bob, asked), "CHAT_FORBIDDEN");
  const alice = home.enter(ALICE);
  const op = { kind: "moderate", verb: "op", subject: "Bob" } as const;
  home.request(alice, { ...op, seconds: null });
  assertEquals(home.outcome(bob, asked), "invitation");
});

Deno.test("invite() is open for a minute to 30 days", () => {
  const home = household();
  const alice = home.enter(ALICE);
  const ask = (seconds: number): string =>
    home.outcome(alice, { kind: "invite", seconds });
  assertEquals(ask(MIN_INVITATION_SECONDS - 1), "CHAT_MESSAGE_INVALID");
  assertEquals(ask(MIN_INVITATION_SECONDS), "invitation");
  assertEquals(ask(MAX_INVITATION_SECONDS), "invitation");
  assertEquals(ask(MAX_INVITATION_SECONDS + 1), "CHAT_MESSAGE_INVALID");
  assertEquals(ask(0), "CHAT_MESSAGE_INVALID");
});

Deno.test("invite() is refused when too many are open, or none can be kept", () => {
  const home = household();
  const alice = home.enter(ALICE);
  const ask = (): string =>
    home.outcome(alice, { kind: "invite", seconds: 2_592_000 });
  home.failing = true;
  assertEquals(ask(), "CHAT_STORE_FULL");
  home.failing = false;
  for (let i = 0; i < MAX_INVITATIONS; i++) assertEquals(ask(), "invitation");
  assertEquals(ask(), "CHAT_FULL");
});

testHistories(
  `enter() lets one of ${MANY} in with one invitation`,
  (history) => {
    const home = household(history);
    const secret = invite(home);
    const start = Math.floor(Math.random() * MANY);
    const winners: number[] = [];
    for (let i = 0; i < MANY; i++) {
      const number = 100 + (start + i) % MANY;
      const outcome = come(home, visitor(number, `Guest${number}`), secret);
      if (outcome === "entered") winners.push(number);
      else assertEquals(outcome, "uninvited");
    }
    assertEquals(winners, [100 + start]);
    assertEquals(
      [...history.admissions()].map(({ owner }) => owner),
      [visitor(100 + start, "").fingerprint],
    );
  },
);
