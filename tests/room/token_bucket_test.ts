import fc from "fast-check";
import { TokenBucket } from "../../lib/room/token_bucket.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("TokenBucket starts full and refills at its rate", () => {
  const bucket = new TokenBucket({ rate: 2, burst: 3 }, 1_000);
  assertEquals(bucket.wait(3, 1_000), 0);
  bucket.take(3);
  assertEquals(bucket.wait(1, 1_000), 500);
  assertEquals(bucket.wait(1, 1_499), 1);
  assertEquals(bucket.wait(1, 1_500), 0);
  assertEquals(bucket.wait(3, 1_500), 1_000);
  assertEquals(bucket.wait(5, 2_499) > 0, true);
  assertEquals(bucket.wait(5, 2_500), 0);
});

Deno.test("TokenBucket holds no more than its burst", () => {
  const bucket = new TokenBucket({ rate: 2, burst: 3 }, 0);
  assertEquals(bucket.wait(3, 60_000), 0);
  bucket.take(3);
  assertEquals(bucket.wait(1, 60_000), 500);
});

Deno.test("TokenBucket.wait() counts a cost above the burst as the burst", () => {
  const bucket = new TokenBucket({ rate: 2, burst: 3 }, 0);
  assertEquals(bucket.wait(100, 0), 0);
  bucket.take(100);
  assertEquals(bucket.wait(100, 0), 1_500);
});

Deno.test("TokenBucket gains nothing when the clock steps back", () => {
  const bucket = new TokenBucket({ rate: 1_000, burst: 1 }, 5_000);
  bucket.take(1);
  assertEquals(bucket.wait(1, 4_000), 1);
  assertEquals(bucket.wait(1, 4_001), 0);
});

Deno.test("TokenBucket never grants more than burst and rate allow", () => {
  const steps = fc.array(fc.record({ cost: fc.nat(5), after: fc.nat(900) }));
  fc.assert(fc.property(steps, (all) => {
    const bucket = new TokenBucket({ rate: 3, burst: 5 }, 0);
    let at = 0;
    let granted = 0;
    for (const { cost, after } of all) {
      at += after;
      const wait = bucket.wait(cost, at);
      if (wait > 0) assertEquals(bucket.wait(cost, at + wait), 0);
      if (wait > 0) at += wait;
      bucket.take(cost);
      granted += cost;
      assert(granted <= 5 + 3 * at / 1_000 + 1e-6);
    }
  }));
});
