import { nearest } from "../ui/nearest.ts";

/** `; did you mean "..."?`, or an empty text when no candidate is near. */
export function didYouMean(
  word: string,
  candidates: readonly string[],
): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
