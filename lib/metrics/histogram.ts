import { encodeNumber, type Sample } from "./text_format.ts";

/** Counts values by size. Counting adds to two numbers and allocates nothing. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** How many came into each bucket alone; the last has no bound. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds Upper bounds of the buckets, inclusive, ascending, finite. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    for (const bound of this.#bounds) {
      if (value <= bound) break;
      bucket++;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  /** As Prometheus has them: every bucket counts those below it as well. */
  samples(): readonly Sample[] {
    let count = 0;
    const buckets = [...this.#bounds, Infinity].map((bound, bucket) => {
      count += this.#counts[bucket] ?? 0;
      const labels = { le: encodeNumber(bound) };
      return { suffix: "_bucket" as const, labels, value: count };
    });
    return [
      ...buckets,
      { suffix: "_sum", labels: {}, value: this.#sum },
      { suffix: "_count", labels: {}, value: count },
    ];
  }
}
