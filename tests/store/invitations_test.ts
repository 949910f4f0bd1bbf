import type { History } from "../../lib/room/history.ts";
import { type Invitation, MAX_INVITATIONS } from "../../lib/room/registry.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { START, testHistories } from "./support/histories.ts";
import { change, identity } from "./support/registries.ts";

/** Redeemers that compete for one invitation. */
const MANY = 10_000;

const [ALICE, BOB] = [identity(1), identity(2)];
const INVITATION = invitation(1);
const { digest, until } = INVITATION;

/** An invitation that is open from `START` for a minute. */
function invitation(number: number): Invitation {
  const digest = identity(number).toReversed();
  return { digest, by: "Alice", at: START, until: START + 60_000 };
}

function admitted(history: History): readonly Uint8Array[] {
  return [...history.admissions()].map(({ owner }) => owner);
}

testHistories("redeem() admits the first, who may repeat it", (history) => {
  history.invite(INVITATION);
  assert(!history.redeem({ digest: ALICE, owner: ALICE, at: START }));
  assert(history.redeem({ digest, owner: ALICE, at: START + 1 }));
  assertEquals([...history.admissions()], [{ owner: ALICE, at: START + 1 }]);
  assert(!history.redeem({ digest, owner: BOB, at: START + 2 }));
  assert(history.redeem({ digest, owner: ALICE, at: START + 3 }));
  assert(history.redeem({ digest, owner: ALICE, at: until }));
  assertEquals([...history.admissions()], [{ owner: ALICE, at: START + 1 }]);
});

testHistories("redeem() refuses an invitation that has expired", (history) => {
  history.invite(INVITATION);
  assert(!history.redeem({ digest, owner: ALICE, at: until }));
  assertEquals(admitted(history), []);
  assert(history.redeem({ digest, owner: ALICE, at: until - 1 }));
});

testHistories("redeem() does not bring back who was expelled", (history) => {
  history.invite(INVITATION);
  assert(history.redeem({ digest, owner: ALICE, at: START }));
  change(history, { kind: "expel", owner: ALICE });
  assert(!history.redeem({ digest, owner: ALICE, at: START }));
  assertEquals(admitted(history), []);
  const second = invitation(2);
  history.invite(second);
  assert(history.redeem({ digest: second.digest, owner: ALICE, at: START }));
  assertEquals(admitted(history), [ALICE]);
});

testHistories(`redeem() has one winner among ${MANY}`, (history) => {
  history.invite(INVITATION);
  const winners = Array.from({ length: MANY }, (_, who) => identity(who))
    .filter((owner) => history.redeem({ digest, owner, at: START }));
  assertEquals(winners.length, 1);
  assertEquals(admitted(history), winners);
});

testHistories("hasInvitations() counts those that are open", (history) => {
  assert(!history.hasInvitations(START));
  history.invite(INVITATION);
  history.invite({ ...invitation(2), until: START + 10 });
  assert(history.hasInvitations(START));
  assert(!history.hasInvitations(until));
  history.redeem({ digest, owner: ALICE, at: START });
  assert(history.hasInvitations(START + 9));
  assert(!history.hasInvitations(START + 10));
});

testHistories("invite() refuses a digest that there is", (history) => {
  history.invite(INVITATION);
  assertThrows(() => history.invite(INVITATION), Error);
});

testHistories(
  "invite() makes a bounded number, without the expired and the redeemed",
  (history) => {
    const invite = (number: number, at = START): void =>
      history.invite({ ...invitation(number), at, until: at + 60_000 });
    for (let i = 0; i < MAX_INVITATIONS; i++) invite(i);
    const next = (): void => invite(MAX_INVITATIONS);
    assertRefuses("CHAT_FULL", next, `${MAX_INVITATIONS}`);
    const { digest } = invitation(7);
    assert(history.redeem({ digest, owner: ALICE, at: START }));
    next();
    assertRefuses(
      "CHAT_FULL",
      () => invite(MAX_INVITATIONS + 1, START + 59_999),
    );
    assert(history.redeem({ digest, owner: ALICE, at: START }));
    invite(MAX_INVITATIONS + 1, START + 60_000);
    assert(!history.redeem({ digest, owner: ALICE, at: START }), "forgotten");
    assertEquals(admitted(history), [ALICE]);
  },
);

testHistories(
  "invite() remembers a bounded number of those redeemed",
  (history) => {
    const count = MAX_INVITATIONS + 2;
    const redeem = (number: number): boolean => {
      const { digest } = invitation(number);
      return history.redeem({ digest, owner: identity(number), at: START });
    };
    for (let i = 1; i <= count; i++) {
      history.invite({ ...invitation(i), at: START + i });
      assert(redeem(i));
    }
    history.invite({ ...invitation(0), at: START + count });
    const remembered = Array.from({ length: count }, (_, i) => i + 1)
      .filter(redeem);
    assertEquals(remembered.length, MAX_INVITATIONS);
    assertEquals(remembered[0], 3);
    assertEquals(admitted(history).length, count);
  },
);
