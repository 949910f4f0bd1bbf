import fc from "fast-check";
import { ChatError } from "../../lib/errors.ts";
import type { History, NewEntry } from "../../lib/room/history.ts";
import type { Change } from "../../lib/room/registry.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assertEquals } from "../support/assert.ts";
import { entry, finish, Folder, sender, START } from "./support/histories.ts";
import { identity, remembered } from "./support/registries.ts";

/** What is done to both histories, and compared. */
type Step = (history: History) => unknown;

const room = fc.integer({ min: 0, max: 3 });
const seq = fc.integer({ min: 0, max: 60 });
const limits = {
  limit: fc.integer({ min: 1, max: 30 }),
  maxBytes: fc.integer({ min: 1, max: 500 }),
};
const word = fc.constantFrom("fox", "Fox", "dög", "dog", "a-b", "b", '"', "");
const words = fc.array(word, { maxLength: 4 }).map((some) => some.join(" "));
const who = fc.integer({ min: 0, max: 2 }).map(sender);
const number = fc.nat(20);

/** One entry, which may or may not follow what is there. */
const addition = fc.record({
  room,
  skip: fc.constantFrom(...Array<0>(30).fill(0), 1, -1),
  at: fc.integer({ min: START, max: START + 20 }),
  size: fc.integer({ min: 1, max: 80 }),
  text: fc.option(words, { nil: undefined }),
  sent: fc.option(fc.record({ sender: who, number }), { nil: undefined }),
});

const owner = fc.integer({ min: 0, max: 3 }).map(identity);
const at = fc.integer({ min: START, max: START + 20 });
const kind = fc.constantFrom("mute" as const, "ban" as const);
const subject = fc.constantFrom("SHA256:a", "10.0.0.1");
const until = fc.option(at);
const counts = { since: seq, delivered: seq, read: seq };
const form = fc.constantFrom("ann", "bob", "cat");

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    fc.record({ owner, form, shown: form, seen: at }).map((name) => ({
      kind: "name" as const,
      name,
    })),
    owner.map((owner) => ({ kind: "forget name" as const, owner })),
    fc.record({ room, owner, ...counts }).map((member) => ({
      kind: "member" as const,
      member,
    })),
    fc.record({ kind: fc.constant("forget member" as const), room, owner }),
    fc.record({
      kind: fc.constant("role" as const),
      owner,
      role: fc.constantFrom("owner" as const, "operator" as const, null),
    }),
    fc.record({ kind, subject, name: form, by: form, at, until }).map(
      (sanction) => ({ kind: "sanction" as const, sanction }),
    ),
    fc.record({ kind: fc.constant("lift" as const), of: kind, subject }),
    fc.record({ owner, at }).map((admission) => ({
      kind: "admit" as const,
      admission,
    })),
    owner.map((owner) => ({ kind: "expel" as const, owner })),
    fc.record({ from: who, to: who }).map(({ from, to }) => ({
      kind: "hand over" as const,
      owner: from.fingerprint,
      next: to.fingerprint,
    })),
    fc.record({
      kind: fc.constant("room" as const),
      room,
      form: fc.constantFrom("a", "b", "c"),
      creator: fc.option(owner),
    }),
    fc.record({
      kind: fc.constant("sealing key" as const),
      owner,
      key: fc.uint8Array({ maxLength: 20 }),
    }),
  ),
  { maxLength: 6 },
);

const append = fc.tuple(fc.array(addition, { maxLength: 12 }), changes)
  .map(([additions, changes]): Step => (history) => {
    const next = new Map<number, number>();
    const batch = additions.map(({ room, skip, at, size, text, sent }) => {
      const last = next.get(room) ?? history.room(room)?.seq ?? 0;
      next.set(room, last + 1);
      const payload = new Uint8Array(size).fill(last);
      const more = sent === undefined ? {} : { sent };
      return entry(last + 1 + skip, { room, at, payload, text, ...more });
    }) satisfies NewEntry[];
    return history.append(batch, changes);
  });

const steps: fc.Arbitrary<Step>[] = [
  append,
  append,
  append,
  fc.record({ room, after: seq, ...limits }).map((
    { room, ...options },
  ): Step =>
  (history) => history.read(room, options)),
  fc.record({ room, before: seq, ...limits }).map((
    { room, ...options },
  ): Step =>
  (history) => history.readBefore(room, options)),
  room.map((room): Step => (history) => [...history.entries(room)]),
  fc.record({ room, seq }).map(({ room, seq }): Step => (history) =>
    history.timeOf(room, seq)
  ),
  fc.record({ room, words, before: seq, limit: limits.limit }).map((
    { room, words, ...options },
  ): Step =>
  (history) => history.search(room, words, options)),
  fc.record({ who, number }).map(({ who, number }): Step => (history) => [
    history.sent(who, number),
    history.lastNumber(who),
  ]),
  fc.record({
    olderThan: fc.option(
      fc.integer({ min: START, max: START + 20 }),
      { nil: undefined },
    ),
    keepLast: fc.option(fc.nat(30), { nil: undefined }),
    sendersIdleSince: fc.option(
      fc.integer({ min: START, max: START + 20 }),
      { nil: undefined },
    ),
  }).map((retention): Step => (history) =>
    void finish(() => history.prune(retention))
  ),
  fc.record({
    form: fc.constantFrom("a", "b"),
    kind: fc.constantFrom("open" as const, "direct" as const),
    creator: owner,
    members: fc.array(owner, { maxLength: 3 }),
  }).map(({ members, ...room }): Step => (history) =>
    history.createRoom({ name: room.form, ...room }, members)
  ),
  owner.map((owner): Step => (history) => history.sealingKey(owner)),
  fc.constant(remembered),
  fc.array(form).map((some): Step => (history) => history.saveAddresses(some)),
  fc.record({ digest: owner, by: form, at, until: at }).map((
    invitation,
  ): Step =>
  (history) => history.invite(invitation)),
  fc.record({ digest: owner, owner, at }).map((redemption): Step => (history) =>
    history.redeem(redemption)
  ),
  at.map((at): Step => (history) => history.hasInvitations(at)),
  fc.constant((history) => void history.index()),
  fc.constant((history) => [...history.rooms()]),
];

/** What a step returns, or what kind of error it throws. */
function outcome(step: Step, history: History): unknown {
  try {
    return step(history);
  } catch (error) {
    return error instanceof ChatError ? error.code : "a bug of the caller";
  }
}

Deno.test("SqliteHistory and MemoryHistory are alike, whatever is done to them", () => {
  const reopen = "reopen" as const;
  const plan = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.oneof(...steps) },
      { weight: 1, arbitrary: fc.constant(reopen) },
    ),
    { maxLength: 60, size: "max" },
  );
  fc.assert(
    fc.property(plan, (steps) => {
      using folder = new Folder();
      using memory = new MemoryHistory({ keepLast: Infinity });
      let sqlite = openHistory(folder.path);
      try {
        for (const step of steps) {
          if (step === reopen) {
            sqlite[Symbol.dispose]();
            sqlite = openHistory(folder.path);
          } else {
            assertEquals(outcome(step, sqlite), outcome(step, memory));
          }
        }
        assertEquals(remembered(sqlite), remembered(memory));
      } finally {
        sqlite[Symbol.dispose]();
      }
    }),
    { numRuns: 40 },
  );
});
