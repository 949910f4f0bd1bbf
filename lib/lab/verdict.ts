/** Something claimed, whether it is so, and what shows it. */
export interface Verdict {
  readonly claim: string;
  readonly held: boolean;
  /** What was found, in words and numbers. */
  readonly evidence: string;
}
