import type { OwnSealingKey } from "../../lib/sealing/sealed_store.ts";
import { MAX_SEALING_KEYS } from "../../lib/sealing/stored_keys.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { MemorySealedDatabase } from "../../lib/sealing/memory_sealed_database.ts";
import { StoredRooms } from "../../lib/sealing/stored_rooms.ts";
import {
  BOX,
  bytes32,
  DEVICE,
  group,
  line,
  own,
  testStores,
  twice,
} from "./support/stores.ts";

const OTHER = DEVICE.map((byte) => byte + 1);

function key(at: number): OwnSealingKey {
  const published = new Uint8Array(1_321).fill(at);
  return { at, published, secret: new Uint8Array(96).fill(at + 1) };
}

testStores("keepGroup() keeps groups and what changes of them", (store) => {
  assertEquals(store.rooms.groups(), []);
  store.rooms.keepGroup(group(1));
  store.rooms.keepGroup(group(2, { peer: bytes32(7), name: "\0b\u{1f600}" }));
  store.rooms.keepGroup(group(1, { topic: "plans", rekeyedAt: 2 ** 50 }));
  const expected = [
    group(1, { topic: "plans", rekeyedAt: 2 ** 50 }),
    group(2, { peer: bytes32(7), name: "\0b\u{1f600}" }),
  ];
  const byGroup = (): unknown =>
    store.rooms.groups().toSorted((a, b) => a.name < b.name ? 1 : -1);
  assertEquals(byGroup(), expected);
  store.reopen();
  assertEquals(byGroup(), expected);
});

testStores(
  "keepGroup() refuses more groups than may be, and changes known ones",
  (store) => {
    const rooms = store.reopen({ maxGroups: 2 });
    for (const each of [1, 2]) rooms.keepGroup(group(each));
    assertRefuses("CHAT_DEVICE_FULL", () => rooms.keepGroup(group(3)));
    rooms.keepGroup(group(2, { topic: "still" }));
    rooms.forgetGroup(bytes32(1), { lines: true });
    rooms.keepGroup(group(3));
    assertEquals(store.reopen().groups().length, 2);
  },
);

testStores("forgetGroup() leaves nothing of a group but its lines", (store) => {
  for (const each of [1, 2]) {
    store.rooms.keepGroup(group(each, { thread: bytes32(50 + each) }));
    store.rooms.keepOwn(own(each, each));
    store.rooms.keepLines(bytes32(50 + each), 4, [line(4)]);
    store.rooms.stateOf(bytes32(each)).replace([bytes32(8)], 1);
  }
  store.reopen({ device: OTHER }).keepOwn(own(1, 1));
  store.reopen().forgetGroup(bytes32(1), { lines: false });
  for (const rooms of twice(store)) {
    assertEquals(rooms.groups().map(({ name }) => name), ["room 2"]);
    assertEquals(rooms.ownOf(1), undefined);
    assertEquals(rooms.ownAs(own(1, 1).envelope), undefined);
    assertEquals(rooms.ownOf(2), own(2, 2));
    assertEquals(rooms.linesOf(bytes32(51), 4), [line(4)]);
    assertEquals(rooms.stateOf(bytes32(1)).read(), undefined);
    assertEquals(rooms.stateOf(bytes32(2)).read()?.records, [bytes32(8)]);
  }
  assertEquals(store.reopen({ device: OTHER }).ownOf(1), undefined);
});

testStores(
  "forgetGroup() forgets the lines of its thread when asked to",
  (store) => {
    for (const each of [1, 2]) {
      store.rooms.keepGroup(group(each, { thread: bytes32(50 + each) }));
      store.rooms.keepLines(bytes32(50 + each), 4, [line(4), line(4)]);
    }
    store.rooms.forgetGroup(bytes32(1), { lines: true });
    store.rooms.forgetGroup(bytes32(3), { lines: true }); // unknown
    const all = { before: null, limit: 10 };
    for (const rooms of twice(store)) {
      assertEquals(rooms.linesBefore(bytes32(51), all), []);
      assertEquals(rooms.lastEntry(bytes32(51)), 0);
      assertEquals(rooms.linesBefore(bytes32(52), all).length, 2);
    }
  },
);

testStores(
  "stateOf() gives the same file each time, and keeps records",
  (store) => {
    const state = store.rooms.stateOf(bytes32(1));
    assertEquals(store.rooms.stateOf(bytes32(1)) === state, true);
    assertEquals(state.read(), undefined);
    state.replace([bytes32(1)], 5);
    state.append(bytes32(2), 6, { isLazy: true });
    state.append(bytes32(3), 7, { isLazy: false });
    const records = [1, 2, 3].map(bytes32);
    const kept = { records, notedCounter: 7, sameFile: true };
    assertEquals(state.read(), kept);
    assertEquals(store.reopen().stateOf(bytes32(1)).read(), kept);
    store.rooms.stateOf(bytes32(1)).replace([bytes32(4)], 8);
    const next = { records: [bytes32(4)], notedCounter: 8, sameFile: true };
    assertEquals(store.reopen().stateOf(bytes32(1)).read(), next);
  },
);

testStores(
  "keepKey() keeps keys in the order in which they were made",
  (store) => {
    for (const at of [5, 3, 9]) store.rooms.keepKey(key(at));
    assertEquals(store.rooms.keys(), [5, 3, 9].map(key));
    store.reopen().keepKey(key(4));
    assertEquals(store.reopen().keys(), [5, 3, 9, 4].map(key));
  },
);

testStores("keepKey() gives the oldest up when there are too many", (store) => {
  const count = MAX_SEALING_KEYS + 3;
  for (let at = 0; at < count; at++) store.rooms.keepKey(key(at));
  const expected = Array.from(
    { length: MAX_SEALING_KEYS },
    (_, i) => key(i + 3),
  );
  assertEquals(store.rooms.keys(), expected);
  assertEquals(store.reopen().keys(), expected);
});

testStores(
  "dropKeys() keeps a key for as long as none has followed it",
  (store) => {
    for (const at of [10, 20, 30]) store.rooms.keepKey(key(at));
    store.rooms.dropKeys(20);
    assertEquals(store.rooms.keys().map(({ at }) => at), [10, 20, 30]);
    store.rooms.dropKeys(21);
    assertEquals(store.rooms.keys().map(({ at }) => at), [20, 30]);
    store.rooms.dropKeys(1_000);
    assertEquals(store.reopen().keys().map(({ at }) => at), [30]);
  },
);

testStores(
  "keepOwn() keeps messages, by number, by envelope and by group",
  (store) => {
    for (const number of [3, 1, 2]) store.rooms.keepOwn(own(number));
    store.rooms.keepOwn(own(4, 2));
    for (const rooms of twice(store)) {
      assertEquals(rooms.ownOf(2), own(2));
      assertEquals(rooms.ownOf(5), undefined);
      assertEquals(rooms.ownAs(own(3).envelope), own(3));
      assertEquals(rooms.ownAs(own(5).envelope), undefined);
      assertEquals(rooms.own(bytes32(1)), [1, 2, 3].map((each) => own(each)));
      assertEquals(rooms.own(bytes32(2)), [own(4, 2)]);
      assertEquals(rooms.own(bytes32(3)), []);
    }
    store.rooms.dropOwn(1);
    store.rooms.dropOwn(1);
    store.rooms.dropAs(own(3).envelope);
    store.rooms.dropAs(own(9).envelope);
    for (const rooms of twice(store)) {
      assertEquals(rooms.own(bytes32(1)), [own(2)]);
      assertEquals(rooms.ownAs(own(1).envelope), undefined);
      assertEquals(rooms.ownOf(3), undefined);
    }
  },
);

testStores(
  "keepOwn() puts a message in place of one of its number",
  (store) => {
    store.rooms.keepOwn(own(1));
    const again = { ...own(7, 2), number: 1 };
    store.rooms.keepOwn(again);
    assertEquals(store.rooms.ownOf(1), again);
    assertEquals(store.rooms.ownAs(own(1).envelope), undefined);
    assertEquals(store.rooms.own(bytes32(1)), []);
    assertEquals(store.rooms.own(bytes32(2)), [again]);
  },
);

testStores(
  "keepOwn() knows numbers of another device by what was sent only",
  (store) => {
    store.rooms.keepOwn(own(1));
    const rooms = store.reopen({ device: OTHER });
    assertEquals(rooms.ownOf(1), undefined);
    assertEquals(rooms.own(bytes32(1)), []);
    assertEquals(rooms.ownAs(own(1).envelope), own(1));
    const ours = { ...own(2), number: 1 };
    rooms.keepOwn(ours);
    rooms.dropAs(own(1).envelope);
    assertEquals(rooms.ownOf(1), ours);
    assertEquals(store.reopen().ownOf(1), undefined);
  },
);

testStores(
  "keepOwn() refuses more than may be, but for those of other devices",
  (store) => {
    const other = store.reopen({ device: OTHER, maxOwn: 3 });
    other.keepOwn(own(1));
    const rooms = store.reopen({ maxOwn: 3 });
    for (const number of [2, 3, 4]) rooms.keepOwn(own(number));
    assertEquals(rooms.ownAs(own(1).envelope), undefined);
    assertRefuses("CHAT_OUTBOX_FULL", () => rooms.keepOwn(own(5)));
    rooms.keepOwn({ ...own(6), number: 4 });
    rooms.dropOwn(2);
    rooms.dropOwn(2);
    rooms.keepOwn(own(5));
    assertRefuses("CHAT_OUTBOX_FULL", () => rooms.keepOwn(own(7)));
    const again = store.reopen({ maxOwn: 3 });
    assertRefuses("CHAT_OUTBOX_FULL", () => again.keepOwn(own(7)));
  },
);

testStores(
  "transaction() keeps all of it or nothing, in memory as well",
  (store) => {
    store.rooms.keepOwn(own(1));
    const change = (fails: boolean): void =>
      store.rooms.transaction(() => {
        store.rooms.keepGroup(group(1));
        store.rooms.keepKey(key(1));
        store.rooms.keepLines(bytes32(1), 3, [line(3)]);
        store.rooms.dropOwn(1);
        if (fails) throw new RangeError("no");
      });
    const seen = (): unknown => [
      store.rooms.groups().length,
      store.rooms.keys().length,
      store.rooms.lastEntry(bytes32(1)),
      store.rooms.linesOf(bytes32(1), 3).length,
      store.rooms.own(bytes32(1)).length,
    ];
    assertThrows(() => change(true), RangeError);
    assertEquals(seen(), [0, 0, 0, 0, 1]);
    store.reopen();
    assertEquals(seen(), [0, 0, 0, 0, 1]);
    change(false);
    assertEquals(seen(), [1, 1, 3, 1, 0]);
    store.reopen();
    assertEquals(seen(), [1, 1, 3, 1, 0]);
  },
);

Deno.test("StoredRooms.dropOwn() leaves nothing of a message", () => {
  const database = new MemorySealedDatabase();
  const rooms = new StoredRooms(database, { box: BOX, device: DEVICE });
  const left = (): number =>
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, table) => {
      const prefix = Uint8Array.of(table);
      return sum + database.range({ prefix, limit: 9 }).length;
    }, 0);
  rooms.keepOwn(own(1));
  rooms.keepOwn({ ...own(2), number: 1 });
  assertEquals(left(), 3);
  rooms.dropOwn(1);
  assertEquals(left(), 0);
});
