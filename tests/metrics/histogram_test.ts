import fc from "fast-check";
import { Histogram } from "../../lib/metrics/histogram.ts";
import { encodeMetric } from "../../lib/metrics/text_format.ts";
import { assertEquals } from "../support/assert.ts";
import { type Metric, readExposition } from "./exposition.ts";

/** What Prometheus reads of it, after its rules were checked. */
function read(histogram: Histogram): Metric | undefined {
  const head = { name: "h", type: "histogram", help: "Words" } as const;
  return readExposition(encodeMetric(head, histogram.samples())).get("h");
}

Deno.test("Histogram.observe() counts a value in the bucket it is the bound of, not above", () => {
  const histogram = new Histogram([0.5, 1, 2]);
  for (const value of [0, 0.5, 0.75, 1, 2, 2.5]) histogram.observe(value);
  assertEquals([...read(histogram)?.samples ?? []], [
    ['h_bucket{le="0.5"}', 2],
    ['h_bucket{le="1"}', 4],
    ['h_bucket{le="2"}', 5],
    ['h_bucket{le="+Inf"}', 6],
    ["h_sum", 6.75],
    ["h_count", 6],
  ]);
});

Deno.test("Histogram.samples() has every bucket before anything was observed, and changes nothing", () => {
  const histogram = new Histogram([1]);
  const empty = { 'h_bucket{le="1"}': 0, 'h_bucket{le="+Inf"}': 0 };
  const expected = { ...empty, h_sum: 0, h_count: 0 };
  for (let scrape = 0; scrape < 2; scrape++) {
    assertEquals(Object.fromEntries(read(histogram)?.samples ?? []), expected);
  }
});

Deno.test("Histogram counts as many values below each bound as there are", () => {
  const small = fc.integer({ min: 0, max: 20 });
  const bounds = fc.uniqueArray(small, { minLength: 1 });
  fc.assert(fc.property(bounds, fc.array(small), (unsorted, values) => {
    const ascending = unsorted.toSorted((a, b) => a - b);
    const histogram = new Histogram(ascending);
    for (const value of values) histogram.observe(value);
    const samples = read(histogram)?.samples;
    for (const bound of ascending) {
      const below = values.filter((value) => value <= bound).length;
      assertEquals(samples?.get(`h_bucket{le="${bound}"}`), below);
    }
    const sum = values.reduce((total, value) => total + value, 0);
    assertEquals(samples?.get("h_sum"), sum);
    assertEquals(samples?.get("h_count"), values.length);
  }));
});
