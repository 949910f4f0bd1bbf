import { utf8 } from "../../lib/bytes.ts";
import { MAX_PAGE_BYTES, MAX_PAGE_ENTRIES } from "../../lib/room/history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  entries,
  entry,
  finish,
  payloads,
  START,
  testHistories,
  text,
} from "./support/histories.ts";

testHistories("read() yields a log page by page, forward", (history) => {
  history.append(entries(1, 10));
  const page = history.read(0, { after: 2, limit: 3 });
  assertEquals([page.first, page.last], [3, 5]);
  assertEquals(text(page.bytes), payloads(3, 5));
  const rest = history.read(0, { after: page.last });
  assertEquals([rest.first, rest.last], [6, 10]);
  assertEquals(text(rest.bytes), payloads(6, 10));
});

testHistories("read() yields an empty page at the end", (history) => {
  history.append(entries(1, 2));
  const end = { first: 3, last: 2, bytes: new Uint8Array() };
  assertEquals(history.read(0, { after: 2 }), end);
  const beyond = { first: 10, last: 9, bytes: new Uint8Array() };
  assertEquals(history.read(0, { after: 9 }), beyond);
});

testHistories("read() and readBefore() find nothing in no room", (history) => {
  const none = { first: 1, last: 0, bytes: new Uint8Array() };
  assertEquals(history.read(5, { after: 0 }), none);
  assertEquals(history.readBefore(5), none);
  assertEquals([...history.entries(5)], []);
});

testHistories("read() stops before more bytes than asked for", (history) => {
  const payload = new Uint8Array(100);
  history.append(entries(1, 10, { payload }));
  const read = (maxBytes: number): number =>
    history.read(0, { after: 0, maxBytes }).last;
  assertEquals(read(300), 3);
  assertEquals(read(299), 2);
  assertEquals(read(99), 1, "one at least, or a reader would stand still");
});

testHistories(
  "read() and readBefore() keep to what a record carries",
  (history) => {
    const payload = new Uint8Array(10_000);
    history.append(entries(1, 20, { payload }));
    const maxBytes = 10 * MAX_PAGE_BYTES;
    assertEquals(history.read(0, { after: 0, maxBytes }).bytes.length, 60_000);
    assertEquals(history.readBefore(0, { maxBytes }).bytes.length, 60_000);
  },
);

testHistories("read() and readBefore() keep to so many entries", (history) => {
  history.append(entries(1, 3_000, { payload: utf8("x") }));
  const limit = 5_000;
  assertEquals(history.read(0, { after: 0, limit }).last, MAX_PAGE_ENTRIES);
  const { first } = history.readBefore(0, { limit });
  assertEquals(first, 3_001 - MAX_PAGE_ENTRIES);
});

testHistories("readBefore() yields a log page by page, backward", (history) => {
  history.append(entries(1, 10));
  const newest = history.readBefore(0, { limit: 4 });
  assertEquals([newest.first, newest.last], [7, 10]);
  assertEquals(text(newest.bytes), payloads(7, 10));
  const older = history.readBefore(0, { before: newest.first, limit: 20 });
  assertEquals([older.first, older.last], [1, 6]);
  assertEquals(text(older.bytes), payloads(1, 6));
  const none = { first: 1, last: 0, bytes: new Uint8Array() };
  assertEquals(history.readBefore(0, { before: older.first }), none);
});

testHistories("readBefore() takes the newest that fit", (history) => {
  history.append(entries(1, 10, { payload: new Uint8Array(100) }));
  const { first, last } = history.readBefore(0, { before: 9, maxBytes: 250 });
  assertEquals([first, last], [7, 8]);
});

testHistories("read() passes over what was pruned", (history) => {
  history.append(entries(1, 10));
  finish(() => history.prune({ keepLast: 3 }));
  const page = history.read(0, { after: 2 });
  assertEquals([page.first, page.last], [8, 10]);
  assertEquals(text(page.bytes), payloads(8, 10));
  const older = history.readBefore(0, { before: 5 });
  assertEquals([older.first, older.last], [8, 7]);
});

testHistories(
  "entries() yields a room from its first to its last",
  (history) => {
    history.createRoom({ name: "a", form: "a" });
    history.append(entries(1, 2_500));
    history.append(entries(1, 5, { room: 1 }));
    const all = [...history.entries(0)];
    assertEquals(
      all.map(({ seq }) => seq),
      entries(1, 2_500).map((e) => e.seq),
    );
    const { at, payload } = entry(2_000);
    assertEquals(all[1_999], { seq: 2_000, at, payload });
    assertEquals([...history.entries(1)].length, 5);
  },
);

testHistories(
  "room() and the newest page take no time in a long log",
  (history) => {
    const payload = new Uint8Array(250);
    for (let first = 1; first <= 20_000; first += 1_000) {
      history.append(entries(first, first + 999, { payload, at: START }));
    }
    const start = performance.now();
    assertEquals(history.room(0)?.seq, 20_000);
    assertEquals(history.readBefore(0).last, 20_000);
    assertEquals(history.read(0, { after: 10_000, limit: 1 }).last, 10_001);
    assert(performance.now() - start < 100);
  },
);

testHistories(
  "timeOf() tells when an entry was made, while it is kept",
  (history) => {
    history.append(entries(1, 5));
    finish(() => history.prune({ keepLast: 3 }));
    const times = [0, 2, 3, 5, 6].map((seq) => history.timeOf(0, seq));
    const [third, fifth] = [START + 3_000, START + 5_000];
    assertEquals(times, [undefined, undefined, third, fifth, undefined]);
    assertEquals(history.timeOf(9, 1), undefined);
  },
);
