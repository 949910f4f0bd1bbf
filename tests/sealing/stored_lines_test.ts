import fc from "fast-check";
import type { SealedChange } from "../../lib/room/sealed_rooms.ts";
import type { KeptLine, PlacedLine } from "../../lib/sealing/sealed_store.ts";
import { MAX_LINES_AT_A_TIME } from "../../lib/sealing/stored_lines.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import {
  bytes32,
  group,
  line,
  type Store,
  STORES,
  testStores,
  twice,
} from "./support/stores.ts";

const ALL = { before: null, limit: 1_000 };
const THREAD = bytes32(1);

function places(lines: readonly PlacedLine[]): readonly number[] {
  return lines.map(({ place }) => place);
}

testStores(
  "keepLines() keeps none, one or several lines of an entry, once",
  (store) => {
    const both = [line(2, "a"), line(2, "b")];
    store.rooms.keepLines(THREAD, 2, both);
    store.rooms.keepLines(THREAD, 2, [line(2, "again")]);
    store.rooms.keepLines(THREAD, 1, [line(1, "late")]);
    store.rooms.keepLines(THREAD, 5, []);
    store.rooms.keepLines(THREAD, 6, [line(6)]);
    for (const rooms of twice(store)) {
      assertEquals(rooms.lastEntry(THREAD), 6);
      assertEquals(rooms.linesOf(THREAD, 2), both);
      assertEquals(rooms.linesOf(THREAD, 6), [line(6)]);
      for (const entry of [0, 1, 3, 5, 7]) {
        assertEquals(rooms.linesOf(THREAD, entry), []);
      }
      const all = rooms.linesBefore(THREAD, ALL);
      assertEquals(all.map(({ line }) => line), [...both, line(6)]);
      assertEquals(rooms.lastEntry(bytes32(2)), 0);
      assertEquals(rooms.linesOf(bytes32(2), 2), []);
      assertEquals(rooms.linesBefore(bytes32(2), ALL), []);
    }
  },
);

testStores(
  "linesBefore() pages back through all lines, oldest first",
  (store) => {
    for (let entry = 1; entry <= 10; entry++) {
      store.rooms.keepLines(THREAD, entry, [line(entry)]);
    }
    const newest = store.rooms.linesBefore(THREAD, { before: null, limit: 4 });
    assertEquals(
      newest.map(({ line }) => line),
      [7, 8, 9, 10].map((e) => line(e)),
    );
    let before: number | null = null;
    const seen: number[] = [];
    for (;;) {
      const page = store.rooms.linesBefore(THREAD, { before, limit: 3 });
      if (page.length === 0) break;
      seen.unshift(...places(page));
      before = page[0]?.place ?? null;
    }
    assertEquals(seen, seen.toSorted((a, b) => a - b));
    assertEquals(new Set(seen).size, 10);
    assertEquals(store.rooms.linesBefore(THREAD, { before: -5, limit: 3 }), []);
    const far = store.rooms.linesBefore(THREAD, { before: 999, limit: 1 });
    assertEquals(far.map(({ line }) => line), [line(10)]);
  },
);

testStores(
  "startLog() begins entries anew and keeps what was read",
  (store) => {
    store.rooms.keepLines(THREAD, 7, [line(7, "old")]);
    store.rooms.startLog();
    for (const rooms of twice(store)) {
      assertEquals(rooms.lastEntry(THREAD), 0);
      assertEquals(rooms.linesOf(THREAD, 7), []);
    }
    store.rooms.keepLines(THREAD, 1, [line(1, "new")]);
    store.rooms.keepLines(THREAD, 7, [line(7, "newer")]);
    assertEquals(store.reopen().linesOf(THREAD, 7), [line(7, "newer")]);
    const texts = store.rooms.linesBefore(THREAD, ALL)
      .map(({ line }) => "text" in line ? line.text : "");
    assertEquals(texts, ["old", "new", "newer"]);
  },
);

testStores(
  "keepLines() gives the oldest lines up when there are too many",
  (store) => {
    const rooms = store.reopen({ maxLines: 3 });
    for (let entry = 1; entry <= 5; entry++) {
      rooms.keepLines(THREAD, entry, [line(entry)]);
    }
    for (const each of twice(store, { maxLines: 3 })) {
      assertEquals(places(each.linesBefore(THREAD, ALL)), [3, 4, 5]);
      assertEquals(each.linesOf(THREAD, 2), []);
      assertEquals(each.linesOf(THREAD, 3), [line(3)]);
    }
    store.rooms.keepLines(THREAD, 6, [1, 2, 3, 4].map((i) => line(6, `${i}`)));
    assertEquals(store.rooms.linesBefore(THREAD, ALL).length, 3);
    assertEquals(store.rooms.linesOf(THREAD, 6).length, 3);
  },
);

testStores(
  "keepLines() gives the oldest lines up when they are too long",
  (store) => {
    const rooms = store.reopen({ maxBytes: 40_000 });
    const long = "x".repeat(10_000);
    for (let entry = 1; entry <= 20; entry++) {
      rooms.keepLines(THREAD, entry, [line(entry, long)]);
      assert(rooms.linesBefore(THREAD, ALL).length <= 3);
    }
    assertEquals(rooms.linesOf(THREAD, 20), [line(20, long)]);
    assertEquals(store.reopen().linesBefore(THREAD, ALL).length, 3);
    store.reopen({ maxBytes: 100 }).keepLines(THREAD, 21, [line(21, long)]);
    assertEquals(store.rooms.linesBefore(THREAD, ALL), []);
    store.rooms.keepLines(THREAD, 22, [line(22, "")]);
  },
);

testStores(
  "keepLines() gives a thread up of a group that is not known any more",
  (store) => {
    const rooms = store.reopen({ maxThreads: 2 });
    for (const each of [1, 2]) {
      rooms.keepGroup(group(each));
      rooms.keepLines(bytes32(each), 1, [line(1)]);
    }
    assertRefuses("CHAT_DEVICE_FULL", () => rooms.keepLines(bytes32(3), 1, []));
    assertEquals(rooms.lastEntry(bytes32(3)), 0);
    rooms.forgetGroup(bytes32(1), { lines: false });
    rooms.keepLines(bytes32(3), 1, [line(1)]);
    for (const each of twice(store)) {
      const counts = [1, 2, 3]
        .map((thread) => each.linesBefore(bytes32(thread), ALL).length);
      assertEquals(counts, [0, 1, 1]);
    }
  },
);

const MEMBER = { name: "\0b", fingerprint: bytes32(3) };
const CHANGES: readonly SealedChange[] = [
  { kind: "entered", members: 3 },
  { kind: "joined", member: MEMBER },
  { kind: "restarted", by: null },
  {
    kind: "shared",
    by: MEMBER,
    lines: [{ kind: "did", at: 1, ...MEMBER, text: "\ufeffwaves" }],
  },
];
testStores("linesOf() gives news back as they were", (store) => {
  const news = CHANGES.map((change): KeptLine => (
    { kind: "sealed", room: 1, entry: 3, at: 2, change }
  ));
  store.rooms.keepLines(THREAD, 3, news);
  assertEquals(store.reopen().linesOf(THREAD, 3), news);
});

interface Step {
  readonly kind: "keep" | "log" | "reopen";
  readonly thread: number;
  readonly ahead: number;
  readonly count: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("keep", "keep", "keep", "keep", "log", "reopen"),
  thread: fc.nat(2),
  ahead: fc.integer({ min: -2, max: 3 }),
  count: fc.nat(3),
});

/** What a thread must have: all lines ever, with log and entry of each. */
interface Model {
  log: number;
  readonly lines: { log: number; entry: number; line: KeptLine }[];
  last: number;
}

function play(store: Store, steps: readonly Step[]): void {
  const limits = { maxLines: 7 };
  store.reopen(limits);
  let log = 0;
  const models: Model[] = [0, 1, 2].map(() => ({ log, lines: [], last: 0 }));
  for (const { kind, thread, ahead, count } of steps) {
    if (kind === "reopen") store.reopen(limits);
    if (kind === "log") {
      log += 1;
      store.rooms.startLog();
      for (const model of models) model.last = 0;
    }
    const model = models[thread] as Model;
    if (kind === "keep") {
      const entry = Math.max(1, model.last + ahead);
      const lines = Array.from(
        { length: count },
        (_, i) => line(entry, `${log} ${entry} ${i} ${model.lines.length}`),
      );
      store.rooms.keepLines(bytes32(thread), entry, lines);
      if (entry > model.last) {
        model.last = entry;
        model.lines.push(...lines.map((line) => ({ log, entry, line })));
      }
    }
    const kept = model.lines.slice(-7);
    const { rooms } = store;
    const name = bytes32(thread);
    assertEquals(rooms.lastEntry(name), model.last);
    const found = rooms.linesBefore(name, ALL);
    assertEquals(found.map(({ line }) => line), kept.map(({ line }) => line));
    for (let entry = 0; entry <= model.last + 1; entry++) {
      const of = kept.filter((each) =>
        each.log === log && each.entry === entry
      );
      assertEquals(rooms.linesOf(name, entry), of.map(({ line }) => line));
    }
  }
}

for (const [kind, open] of Object.entries(STORES)) {
  Deno.test(`StoredRooms keeps the lines of threads apart and in order, whatever is done (${kind})`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        using store = open();
        play(store, steps);
      }),
      { numRuns: kind === "memory" ? 100 : 15 },
    );
  });
}

testStores(
  "linesBefore() gives so many lines at a time and no more",
  (store) => {
    const many = Array.from({ length: MAX_LINES_AT_A_TIME + 5 }, () => line(1));
    store.rooms.keepLines(THREAD, 1, many);
    const found = store.rooms.linesBefore(THREAD, { before: null, limit: 1e9 });
    assertEquals(found.length, MAX_LINES_AT_A_TIME);
    assertEquals(found[0]?.place, 6);
  },
);
