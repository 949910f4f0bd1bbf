import type { Row } from "./exposition.ts";

/** Throws unless the lines are one histogram: buckets, then sum, then count. */
export function checkHistogram(name: string, rows: readonly Row[]): void {
  const buckets = rows.slice(0, -2);
  const [sum, count] = rows.slice(-2);
  const wrong = (what: string): Error => new Error(`${what}: ${name}`);
  if (sum?.suffix !== "_sum" || count?.suffix !== "_count") {
    throw wrong("no sum and count at the end");
  }
  if (sum.labels.size + count.labels.size > 0) throw wrong("labels of a sum");
  let [bound, below] = [-Infinity, 0];
  for (const { suffix, labels, value } of buckets) {
    const le = labels.get("le");
    if (suffix !== "_bucket" || le === undefined || labels.size !== 1) {
      throw wrong("no bucket");
    }
    const next = le === "+Inf" ? Infinity : Number(le);
    if (!(next > bound)) throw wrong("bounds do not ascend");
    if (!Number.isInteger(value) || value < below) {
      throw wrong("buckets do not grow");
    }
    [bound, below] = [next, value];
  }
  if (bound !== Infinity) throw wrong("no bucket +Inf");
  if (below !== count.value) throw wrong("not the count of bucket +Inf");
}
