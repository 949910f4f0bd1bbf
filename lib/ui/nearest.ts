/**
 * The candidate that differs least from `word`, or undefined when all differ
 * in more than a third of their letters.
 */
export function nearest(
  word: string,
  candidates: readonly string[],
): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    const limit = Math.max(1, Math.ceil(candidate.length / 3));
    if (distance <= limit && distance < least) {
      [best, least] = [candidate, distance];
    }
  }
  return best;
}

/**
 * Letters to insert, remove, replace or swap with their neighbour to turn `a`
 * into `b` (optimal string alignment).
 */
function editDistance(a: string, b: string): number {
  let [before, above] = [[] as number[], [] as number[]];
  for (let j = 0; j <= b.length; j++) above.push(j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let distance = Math.min(
        (above[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (above[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (before[j - 2] as number) + 1);
      }
      row.push(distance);
    }
    [before, above] = [above, row];
  }
  return above[b.length] as number;
}
