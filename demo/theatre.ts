import type { Row } from "./page.ts";

/** Where the demo is shown. */
export interface Theatre {
  /** Prints rows, each at most 79 columns wide. */
  show(rows: readonly Row[]): void;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Aborts everything; its reason is an error in words. */
  readonly signal: AbortSignal;
}
