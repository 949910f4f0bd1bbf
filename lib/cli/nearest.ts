/** Longest word we compare, in UTF-16 code units: names are shorter. */
const MAX_LENGTH = 32;

/**
 * `; did you mean "..."?` with the candidate nearest to `word`, or an empty
 * text when none is near: a third of its letters or fewer may be wrong.
 */
export function didYouMean(
  word: string,
  candidates: readonly string[],
): string {
  if (word.length > MAX_LENGTH) return "";
  const near = candidates
    .map((candidate) => ({ candidate, edits: edits(word, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.ceil(candidate.length / 3))
    .sort((a, b) => a.edits - b.edits)[0];
  return near === undefined ? "" : `; did you mean "${near.candidate}"?`;
}

/** Letters to insert, drop, replace or swap with a neighbour to get `b`. */
function edits(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] &&
        a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (previous[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (previous[j - 1] as number) + (same ? 0 : 1),
        swapped ? (older[j - 2] as number) + 1 : Infinity,
      );
    }
    [older, previous] = [previous, row];
  }
  return previous[b.length] as number;
}
