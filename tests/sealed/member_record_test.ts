import fc from "fast-check";
import { MAX_MISSING } from "../../lib/sealed/limits.ts";
import {
  countMessage,
  newcomer,
  stranger,
} from "../../lib/sealed/member_record.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("countMessage() misses exactly what has not come, in any order", () => {
  const count = 40;
  const order = fc.shuffledSubarray(Array.from({ length: count }, (_, i) => i));
  fc.assert(fc.property(order, (numbers) => {
    let record = newcomer(0, 1n);
    let noticed = 0;
    let came = 0;
    for (const number of numbers) {
      const counted = countMessage(record, { number, generation: number });
      record = counted.record;
      noticed += counted.missing;
      came += Number(counted.late);
    }
    const last = Math.max(-1, ...numbers);
    const absent = Array.from({ length: last + 1 }, (_, i) => i)
      .filter((i) => !numbers.includes(i));
    assertEquals([...record.missing], absent);
    assertEquals(noticed - came, absent.length);
  }));
});

Deno.test("countMessage() expects of who was there before us what its ratchet says", () => {
  const record = stranger(3, 9n);
  const { missing, record: next } = countMessage(record, {
    number: 1002,
    generation: 2,
  });
  assertEquals([missing, next.missing, next.next], [2, [1000, 1001], 1003]);
  const first = countMessage(record, { number: 5, generation: 0 });
  assertEquals(first.missing, 0);
});

Deno.test("countMessage() remembers a bounded number of missing messages", () => {
  const record = newcomer(0, 1n);
  const far = countMessage(record, { number: 2 ** 50, generation: 0 });
  assertEquals(far.missing, 2 ** 50);
  assertEquals(far.record.missing.length, MAX_MISSING);
  const again = countMessage(far.record, {
    number: 2 ** 50 + 10,
    generation: 0,
  });
  assertEquals(again.record.missing.length, MAX_MISSING);
  assert(again.record.missing.includes(2 ** 50 + 9));
});
