import type { History } from "../../lib/room/history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  entries,
  entry,
  finish,
  sender,
  START,
  testHistories,
} from "./support/histories.ts";

/** First and last entry of a room that are kept. */
function kept(history: History, room = 0): readonly number[] {
  const { firstSeq = NaN, seq = NaN } = history.room(room) ?? {};
  const all = [...history.entries(room)].map((each) => each.seq);
  assertEquals(all, entries(firstSeq, seq).map((each) => each.seq));
  return [firstSeq, seq];
}

testHistories("prune() removes nothing without a rule", (history) => {
  history.append(entries(1, 300));
  assertEquals(history.prune({}), false);
  assertEquals(kept(history), [1, 300]);
});

testHistories("prune() keeps the last of each room", (history) => {
  history.createRoom({ name: "a", form: "a" });
  history.append([...entries(1, 300), ...entries(1, 20, { room: 1 })]);
  finish(() => history.prune({ keepLast: 50 }));
  assertEquals(kept(history), [251, 300]);
  assertEquals(kept(history, 1), [1, 20]);
});

testHistories("prune() can keep nothing, and numbers go on", (history) => {
  history.append(entries(1, 10));
  finish(() => history.prune({ keepLast: 0 }));
  assertEquals(kept(history), [11, 10]);
  history.append([entry(11), entry(12)]);
  assertEquals(kept(history), [11, 12]);
});

testHistories("prune() removes what is older", (history) => {
  history.createRoom({ name: "a", form: "a" });
  history.append([
    ...entries(1, 300),
    ...entries(1, 20, { room: 1, at: START }),
  ]);
  finish(() => history.prune({ olderThan: START + 200_000 }));
  assertEquals(kept(history), [200, 300]);
  assertEquals(kept(history, 1), [21, 20]);
});

testHistories(
  "prune() removes no entry before an older one that is kept",
  (history) => {
    const times = [1, 5, 2, 9, 3, 8];
    history.append(times.map((at, i) => entry(i + 1, { at: START + at })));
    finish(() => history.prune({ olderThan: START + 4 }));
    assertEquals(kept(history), [2, 6]);
    finish(() => history.prune({ olderThan: START + 6 }));
    assertEquals(kept(history), [4, 6]);
  },
);

testHistories("prune() applies all rules", (history) => {
  history.createRoom({ name: "a", form: "a" });
  history.append([
    ...entries(1, 100),
    ...entries(1, 100, { room: 1, at: START }),
  ]);
  finish(() => history.prune({ olderThan: START + 20_000, keepLast: 60 }));
  assertEquals(kept(history), [41, 100]);
  assertEquals(kept(history, 1), [101, 100]);
});

testHistories(
  "prune() removes the oldest of all rooms to keep to its bytes",
  (history) => {
    history.createRoom({ name: "a", form: "a" });
    const payload = new Uint8Array(5_000);
    const at = START + 500_000;
    history.append([
      ...entries(1, 400, { payload }),
      ...entries(1, 400, { room: 1, payload, at }),
    ]);
    const maxBytes = history.bytes / 2 + 500_000;
    finish(() => history.prune({ maxBytes }));
    assert(history.bytes <= maxBytes);
    assert(history.bytes > maxBytes - 500_000, "not more than necessary");
    const [first = 0] = kept(history);
    assert(first > 250, `kept from ${first}`);
    assertEquals(kept(history, 1), [1, 400]);
  },
);

testHistories(
  "prune() takes from several rooms what is oldest in all",
  (history) => {
    history.createRoom({ name: "a", form: "a" });
    const payload = new Uint8Array(10_000);
    for (let seq = 1; seq <= 200; seq++) {
      history.append([
        entry(seq, { payload }),
        entry(seq, { room: 1, payload }),
      ]);
    }
    finish(() => history.prune({ maxBytes: history.bytes * 0.9 }));
    const [a = 0, b = 0] = [kept(history)[0], kept(history, 1)[0]];
    assert(a > 10 && Math.abs(a - b) <= 2, `kept from ${a} and ${b}`);
  },
);

testHistories("prune() remembers what was sent", (history) => {
  const sent = { sender: sender(1), number: 1 };
  history.append([entry(1, { sent })]);
  finish(() => history.prune({ keepLast: 0, sendersIdleSince: START }));
  const receipt = { room: 0, seq: 1, at: START + 1_000 };
  assertEquals(history.sent(sent.sender, 1), receipt);
});

testHistories("prune() forgets senders that sent nothing since", (history) => {
  history.append([
    entry(1, { sent: { sender: sender(1), number: 1 } }),
    entry(2, { sent: { sender: sender(2), number: 1 } }),
    entry(3, { sent: { sender: sender(1), number: 2 } }),
  ]);
  const sendersIdleSince = START + 3_000;
  finish(() => history.prune({ sendersIdleSince }));
  assertEquals(history.lastNumber(sender(1)), 2);
  assertEquals(history.lastNumber(sender(2)), undefined);
  assertEquals(kept(history), [1, 3]);
  finish(() => history.prune({ sendersIdleSince: START + 3_001 }));
  assertEquals(history.lastNumber(sender(1)), undefined);
  history.append([entry(4, { sent: { sender: sender(2), number: 1 } })]);
});
