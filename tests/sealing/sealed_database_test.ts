import fc from "fast-check";
import type { Bytes } from "../../lib/bytes.ts";
import type {
  RecordRange,
  SealedDatabase,
} from "../../lib/member/sealed_database.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { DATABASES } from "./support/stores.ts";

function bytes(...values: readonly number[]): Bytes {
  return Uint8Array.from(values);
}

function keys(database: SealedDatabase, range: Partial<RecordRange>): string {
  const all = { prefix: bytes(1), limit: 100, ...range };
  return database.range(all).map(({ key }) => key.toHex()).join(" ");
}

for (const [kind, use] of Object.entries(DATABASES)) {
  Deno.test(`${kind}.get() gives what was put last, or nothing`, () =>
    use((database) => {
      const key = bytes(1, 2);
      assertEquals(database.get(key), undefined);
      database.put({ key, value: bytes(5) });
      database.put({ key, value: bytes() });
      assertEquals(database.get(key), bytes());
      database.drop(key);
      database.drop(key);
      assertEquals(database.get(key), undefined);
    }));

  Deno.test(`${kind}.range() gives keys in their order, from both ends`, () =>
    use((database) => {
      const all = [[0, 9], [1], [1, 0], [1, 0, 5], [1, 255, 255], [2], [1, 7]];
      for (const key of all) {
        database.put({ key: bytes(...key), value: bytes(...key) });
      }
      assertEquals(keys(database, {}), "01 0100 010005 0107 01ffff");
      assertEquals(
        keys(database, { backwards: true, limit: 2 }),
        "01ffff 0107",
      );
      assertEquals(keys(database, { limit: 0 }), "");
      const middle = { from: bytes(1, 0, 1), before: bytes(1, 255) };
      assertEquals(keys(database, middle), "010005 0107");
      assertEquals(keys(database, { ...middle, before: bytes(1) }), "");
      assertEquals(keys(database, { prefix: bytes(1, 255) }), "01ffff");
      assertEquals(keys(database, { prefix: bytes(2) }), "02");
      assertEquals(keys(database, { prefix: bytes(3) }), "");
    }));

  Deno.test(`${kind}.transaction() does all or nothing, one within another too`, () =>
    use((database) => {
      const put = (value: number): void =>
        database.put({ key: bytes(1, value), value: bytes(value) });
      put(1);
      assertThrows(
        () =>
          database.transaction(() => {
            database.transaction(() => put(2));
            database.drop(bytes(1, 1));
            database.put({ key: bytes(1, 1), value: bytes(9) });
            put(3);
            throw new RangeError("no");
          }),
        RangeError,
      );
      assertEquals(keys(database, {}), "0101");
      assertEquals(database.get(bytes(1, 1)), bytes(1));
      assertEquals(database.transaction(() => (put(2), put(3), 7)), 7);
      assertEquals(keys(database, {}), "0101 0102 0103");
    }));

  Deno.test(`${kind} copies what goes in and out`, () =>
    use((database) => {
      const [key, value] = [bytes(1, 1), bytes(2)];
      database.put({ key, value });
      value[0] = key[1] = 9;
      database.get(bytes(1, 1))?.fill(8);
      database.range({ prefix: bytes(1), limit: 1 })[0]?.value.fill(8);
      assertEquals(database.get(bytes(1, 1)), bytes(2));
    }));

  Deno.test(`${kind}.dropState() removes the state of that group only`, () =>
    use((database) => {
      const [one, two] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
      for (const group of [one, two]) {
        database.stateOf(group).replace([group], 3);
      }
      database.dropState(one);
      assertEquals(database.stateOf(one).read(), undefined);
      assertEquals(database.stateOf(two).read()?.records, [two]);
      database.stateOf(one).replace([two], 1);
      assertEquals(database.stateOf(one).read()?.records, [two]);
    }));
}

const change = fc.record({
  key: fc.uint8Array({ maxLength: 2, minLength: 1, max: 3 }),
  value: fc.option(fc.uint8Array({ maxLength: 3 }), { nil: undefined }),
});
const batch = fc.record({
  changes: fc.array(change, { maxLength: 5 }),
  fails: fc.boolean(),
});

/** Does what is to be done and gives everything that is there afterwards. */
function outcome(
  database: SealedDatabase,
  batches: readonly {
    readonly changes: readonly {
      key: Uint8Array;
      value?: Uint8Array | undefined;
    }[];
    readonly fails: boolean;
  }[],
): unknown {
  for (const { changes, fails } of batches) {
    try {
      database.transaction(() => {
        for (const { key, value } of changes) {
          const name = Uint8Array.from(key);
          if (value === undefined) database.drop(name);
          else database.put({ key: name, value: Uint8Array.from(value) });
        }
        if (fails) throw new RangeError("no");
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return [0, 1, 2, 3].map((first) => [
    database.range({ prefix: bytes(first), limit: 9 }),
    database.range({ prefix: bytes(first), limit: 2, backwards: true }),
    database.range({ prefix: bytes(first), from: bytes(first, 1), limit: 9 }),
  ]);
}

Deno.test("both databases are alike, whatever is done to them", () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 8 }), (batches) => {
      const [first, second] = Object.values(DATABASES).map((use) => {
        let found: unknown;
        use((database) => void (found = outcome(database, batches)));
        return found;
      });
      assertEquals(first, second);
    }),
    { numRuns: 25 },
  );
});
