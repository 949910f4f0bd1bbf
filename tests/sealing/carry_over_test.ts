import type { Bytes } from "../../lib/bytes.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import type { SealedDatabase } from "../../lib/member/sealed_database.ts";
import { LocalBox } from "../../lib/sealed/local_box.ts";
import { carryOver, MAX_FORMER_KEYS } from "../../lib/sealing/carry_over.ts";
import { TABLES } from "../../lib/sealing/sealed_records.ts";
import { StoredRooms } from "../../lib/sealing/stored_rooms.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import {
  BOX,
  bytes32,
  DATABASES,
  DEVICE,
  group,
  IDENTITY,
  line,
  own,
} from "./support/stores.ts";

const NEXT_BOX = await LocalBox.of(await generateIdentity());
const FORMER = fingerprintBytes(IDENTITY.fingerprint);
const OTHER_DEVICE = DEVICE.map((byte) => byte + 1);
const HERITAGE = {
  ...{ from: BOX, to: NEXT_BOX, former: FORMER },
  devices: [DEVICE, OTHER_DEVICE],
};
/** Somebody with whom we have a room of two. */
const PEER = bytes32(20);
/** The author of `line()`. */
const AUTHOR = bytes32(9);

function rooms(database: SealedDatabase, box = BOX): StoredRooms {
  return new StoredRooms(database, { box, device: DEVICE });
}

/** A sealed room, a room of two, and one of two whose keys are gone. */
function fill(database: SealedDatabase, lines = 3): void {
  const store = rooms(database);
  store.startLog(); // so that its number is not the first one
  store.keepGroup(group(1, { topic: "plans", rekeyedAt: 7 }));
  store.keepGroup(group(2, { peer: PEER, thread: PEER }));
  for (const thread of [bytes32(1), PEER, AUTHOR]) {
    for (let entry = 1; entry <= lines; entry++) {
      store.keepLines(thread, entry, [line(entry)]);
    }
  }
  store.keepOwn(own(3));
  store.keepOwn(own(4, 2));
  new StoredRooms(database, { box: BOX, device: OTHER_DEVICE })
    .keepOwn(own(5));
  store.keepKey({ at: 1, published: bytes32(1), secret: bytes32(2) });
}

for (const [kind, use] of Object.entries(DATABASES)) {
  Deno.test(`carryOver() hands sealed rooms and all that was said over (${kind})`, () => {
    use((database) => {
      fill(database);
      carryOver(database, HERITAGE);
      const store = rooms(database, NEXT_BOX);
      assertEquals(store.groups(), [
        group(1, { topic: "plans", rekeyedAt: 0, formerly: [FORMER] }),
      ]);
      for (const thread of [bytes32(1), PEER, AUTHOR]) {
        assertEquals(store.lastEntry(thread), 3);
        const options = { before: null, limit: 9 };
        assertEquals(
          store.linesBefore(thread, options),
          [1, 2, 3].map((entry) => ({ place: entry, line: line(entry) })),
        );
        store.keepLines(thread, 4, [line(4)]);
        assertEquals(store.linesOf(thread, 4), [line(4)]);
      }
      assertEquals(store.keys(), []);
    });
  });

  Deno.test(`carryOver() keeps what was sealed as what it is, of each device (${kind})`, () => {
    use((database) => {
      fill(database);
      carryOver(database, HERITAGE);
      const store = rooms(database, NEXT_BOX);
      assertEquals(store.ownOf(3), own(3));
      assertEquals(store.ownAs(own(4, 2).envelope), own(4, 2));
      assertEquals(store.own(bytes32(1)), [own(3)]);
      assertEquals(store.envelopes(bytes32(1)).length, 2);
      store.dropOwn(3);
      const other = new StoredRooms(database, {
        ...{ box: NEXT_BOX, device: OTHER_DEVICE },
      });
      assertEquals(other.own(bytes32(1)), [own(5)]);
    });
  });

  Deno.test(`carryOver() leaves nothing that the key before would open (${kind})`, () => {
    use((database) => {
      fill(database, 300); // more than are read at a time
      carryOver(database, HERITAGE);
      for (const table of Object.values(TABLES)) {
        const prefix = Uint8Array.of(table);
        for (const { key, value } of database.range({ prefix, limit: 9_999 })) {
          assertEquals(BOX.open(value, key), undefined);
        }
      }
      const store = rooms(database, NEXT_BOX);
      assertEquals(store.linesOf(AUTHOR, 300), [line(300)]);
    });
  });

  Deno.test(`carryOver() changes nothing when it cannot change all (${kind})`, () => {
    use((database) => {
      fill(database);
      const before = recordsOf(database);
      assertThrows(() =>
        database.transaction(() => {
          carryOver(database, HERITAGE);
          throw new RangeError("a crash");
        }), RangeError);
      assertEquals(recordsOf(database), before);
      carryOver(database, HERITAGE);
      assertEquals(rooms(database, NEXT_BOX).groups().length, 1);
    });
  });
}

Deno.test("carryOver() remembers the last keys of several changes, in order", async () => {
  const [use] = Object.values(DATABASES);
  const boxes = [BOX];
  for (let i = 0; i <= MAX_FORMER_KEYS; i++) {
    boxes.push(await LocalBox.of(await generateIdentity()));
  }
  use?.((database) => {
    fill(database);
    for (const [index, to] of boxes.slice(1).entries()) {
      const from = boxes[index] ?? BOX;
      const former = bytes32(100 + index);
      carryOver(database, { ...HERITAGE, from, to, former });
    }
    const [known] = rooms(database, boxes.at(-1)).groups();
    const expected = Array.from(
      { length: MAX_FORMER_KEYS },
      (_, index): Bytes => bytes32(101 + index),
    );
    assertEquals(known?.formerly, expected);
  });
});

Deno.test("carryOver() leaves out what does not open, and lines of nobody it can find", () => {
  const [use] = Object.values(DATABASES);
  use?.((database) => {
    fill(database);
    rooms(database).keepLines(bytes32(66), 1, [line(1)]);
    const prefix = Uint8Array.of(TABLES.line);
    const lines = database.range({ prefix, limit: 99 });
    for (const { key, value } of lines.filter(({ key }) => key.at(-1) === 2)) {
      database.put({ key, value: value.fill(0) });
    }
    const [known] = database.range({
      prefix: Uint8Array.of(TABLES.own),
      limit: 1,
    });
    if (known) database.put({ key: known.key, value: bytes32(0) });
    carryOver(database, { ...HERITAGE, devices: [DEVICE] });
    const store = rooms(database, NEXT_BOX);
    const texts = store.linesBefore(bytes32(1), { before: null, limit: 9 });
    assertEquals(texts.map(({ place }) => place), [1, 3]);
    assertEquals(store.lastEntry(bytes32(66)), 0);
    assertEquals(database.range({ prefix, limit: 99 }).length, 6);
  });
});

Deno.test("renameThread() keeps what was said under another name, and replaces nothing", () => {
  const [use] = Object.values(DATABASES);
  use?.((database) => {
    fill(database);
    const store = rooms(database);
    store.renameThread(PEER, AUTHOR); // there is something already
    assertEquals(store.lastEntry(PEER), 3);
    store.renameThread(PEER, bytes32(70));
    for (const each of [store, rooms(database)]) {
      assertEquals(each.lastEntry(PEER), 0);
      assertEquals(each.linesOf(PEER, 2), []);
      assertEquals(each.lastEntry(bytes32(70)), 3);
      assertEquals(each.linesOf(bytes32(70), 2), [line(2)]);
    }
    store.renameThread(bytes32(71), bytes32(72)); // there is nothing
    assertEquals(store.lastEntry(bytes32(72)), 0);
  });
});

function recordsOf(database: SealedDatabase): unknown {
  return Object.values(TABLES).flatMap((table) =>
    database.range({ prefix: Uint8Array.of(table), limit: 999 })
  );
}
