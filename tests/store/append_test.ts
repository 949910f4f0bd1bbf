import { ChatError } from "../../lib/errors.ts";
import { MAX_PAGE_BYTES, SENT_WINDOW } from "../../lib/room/history.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import {
  entries,
  entry,
  payloads,
  sender,
  START,
  testHistories,
  text,
} from "./support/histories.ts";

testHistories("append() takes a batch for several rooms", (history) => {
  history.createRoom({ name: "a", form: "a" });
  history.append([entry(1), entry(1, { room: 1 }), entry(2), entry(3)]);
  history.append([]);
  assertEquals(text(history.read(0, { after: 0 }).bytes), payloads(1, 3));
  assertEquals(text(history.read(1, { after: 0 }).bytes), payloads(1, 1, 1));
});

const OUT_OF_ORDER = {
  "a number twice": [entry(3), entry(4), entry(4)],
  "an earlier number": [entry(2)],
  "a gap": [entry(4)],
  "a gap within a batch": [entry(3), entry(5)],
  "a room that does not exist": [entry(3), entry(1, { room: 7 })],
  "number 0": [entry(0)],
};
for (const [what, batch] of Object.entries(OUT_OF_ORDER)) {
  testHistories(`append() refuses ${what}, and all of the batch`, (history) => {
    history.append(entries(1, 2));
    const error = assertThrows(
      () => history.append(batch),
      Error,
      "Cannot append",
    );
    assert(!(error instanceof ChatError), "a bug, not a failure");
    assertEquals(history.room(0)?.seq, 2);
    assertEquals(history.read(0, { after: 0 }).last, 2);
    history.append(entries(3, 5));
  });
}

testHistories("append() copies payloads", (history) => {
  const payload = Uint8Array.of(1, 2, 3);
  history.append([entry(1, { payload })]);
  payload.fill(9);
  assertEquals(history.read(0, { after: 0 }).bytes, Uint8Array.of(1, 2, 3));
});

testHistories("append() takes a payload that fills a page", (history) => {
  const payload = new Uint8Array(MAX_PAGE_BYTES).fill(7);
  history.append([entry(1, { payload }), entry(2)]);
  assertEquals(history.read(0, { after: 0 }).bytes, payload);
  assertEquals(text(history.read(0, { after: 1 }).bytes), payloads(2, 2));
});

testHistories(
  "append() refuses a number of a sender that is used",
  (history) => {
    const sent = { sender: sender(1), number: 5 };
    history.append([entry(1, { sent })]);
    const again = [entry(2), entry(3, { sent })];
    assertThrows(() => history.append(again), Error, "entry 3 of room 0");
    const twice = [6, 6].map((number, i) =>
      entry(2 + i, { sent: { ...sent, number } })
    );
    assertThrows(() => history.append(twice), Error, "entry 3 of room 0");
    assertEquals(history.room(0)?.seq, 1);
    assertEquals(history.lastNumber(sender(1)), 5);
  },
);

testHistories(
  "sent() says where a message is, by identity and device",
  (history) => {
    history.createRoom({ name: "a", form: "a" });
    const alice = sender(1);
    const other = { ...alice, device: sender(2).device };
    const stranger = { ...alice, fingerprint: sender(2).fingerprint };
    history.append([
      entry(1, { sent: { sender: alice, number: 3 } }),
      entry(1, { room: 1, at: START, sent: { sender: alice, number: 7 } }),
      entry(2, { sent: { sender: other, number: 3 } }),
    ]);
    const at = START + 1_000;
    assertEquals(history.sent(alice, 3), { room: 0, seq: 1, at });
    assertEquals(history.sent(alice, 7), { room: 1, seq: 1, at: START });
    assertEquals(history.sent(other, 3), { room: 0, seq: 2, at: at + 1_000 });
    assertEquals(history.sent(alice, 4), undefined);
    assertEquals(history.sent(alice, 8), undefined);
    assertEquals(history.sent(stranger, 3), undefined);
  },
);

testHistories(
  "lastNumber() is the largest, in whatever order they came",
  (history) => {
    assertEquals(history.lastNumber(sender(1)), undefined);
    for (const [i, number] of [4, 9, 6].entries()) {
      history.append([entry(i + 1, { sent: { sender: sender(1), number } })]);
    }
    assertEquals(history.lastNumber(sender(1)), 9);
    assertEquals(history.lastNumber(sender(2)), undefined);
  },
);

testHistories("sent() forgets what is far below the newest", (history) => {
  const count = 3 * SENT_WINDOW;
  const batch = entries(1, count).map((each, number) => ({
    ...each,
    sent: { sender: sender(1), number },
  }));
  history.append(batch);
  const last = count - 1;
  assertEquals(history.sent(sender(1), last - SENT_WINDOW), "forgotten");
  assertEquals(history.sent(sender(1), 0), "forgotten");
  const oldest = last - SENT_WINDOW + 1;
  const at = START + (oldest + 1) * 1_000;
  assertEquals(history.sent(sender(1), oldest), {
    room: 0,
    seq: oldest + 1,
    at,
  });
});
