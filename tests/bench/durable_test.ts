import { measureDurable } from "../../bench/durable.ts";
import { measureJoin } from "../../bench/large_room.ts";
import { measureDelivery } from "../../bench/stalled_reader.ts";
import { assert } from "../support/assert.ts";

// Wide bounds: the machine may do other things. `deno task bench:durable` and
// its neighbours measure.

Deno.test("a server stores, acknowledges and passes on hundreds a second", async () => {
  const { perSecond, p99, rss } = await measureDurable({
    ...{ senders: 20, window: 4, messages: 4_000, every: 2_000 },
  });
  assert(perSecond > 500, `${perSecond.toFixed(0)} a second`);
  assert(p99 < 1_000, `acknowledged within ${p99.toFixed(0)} ms`);
  assert(rss.length === 2 && rss.every((mib) => mib < 1_000), `${rss} MiB`);
});

Deno.test("a room with very much in it is joined at once", async () => {
  const { joins } = await measureJoin({ messages: 20_000, joins: 5 });
  const [fastest = Infinity] = joins.toSorted((a, b) => a - b);
  assert(fastest < 500, `${fastest.toFixed(0)} ms`);
});

Deno.test("who does not read keeps nothing from the others", async () => {
  const p99 = await measureDelivery({
    ...{ members: 10, messages: 50, perSecond: 100, fill: 100, stalled: true },
  });
  assert(p99 < 1_000, `${p99.toFixed(0)} ms`);
});
