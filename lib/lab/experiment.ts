import type { Bytes } from "../bytes.ts";
import type { Figure } from "./figure.ts";
import type { Laboratory } from "./laboratory.ts";
import type { Verdict } from "./verdict.ts";

/** Bytes to be looked at. */
export interface Exhibit {
  readonly label: string;
  readonly bytes: Bytes;
}

/** One thing that was done, in the order in which it was. */
export interface Step {
  /** Who did it: the attacker, or those who are attacked. */
  readonly who: "attacker" | "people";
  /** What was done, as a sentence. */
  readonly did: string;
  /** What came of it: what was seen or achieved, or why not; may quote peers. */
  readonly saw?: string;
  readonly exhibits?: readonly Exhibit[];
}

/** What came out of an experiment. At least one verdict. */
export interface Outcome {
  readonly steps: readonly Step[];
  readonly figures: readonly Figure[];
  readonly verdicts: readonly Verdict[];
}

/** An attack on real processes on loopback, and what code asserts about it. */
export interface Experiment {
  /** By which it is asked for: small letters, digits and `-`. */
  readonly name: string;
  readonly title: string;
  /** Who attacks, and what he can do, in a sentence or two. */
  readonly attacker: string;
  /** Time it may take, in milliseconds; {@linkcode DEFAULT_LIMIT_MS} if left out. */
  readonly limitMs?: number;
  /** What this machine lacks for it, such as `"there is no tshark"`, if anything. */
  missing?(): string | undefined;
  /**
   * Carries it out. Everything it starts comes from `lab` or is given to
   * `lab.keep`, and so ends with it, however it ends.
   *
   * @throws {Error} in words when it could not be carried out, which is worse
   * than a verdict that did not hold; the reason of `lab.signal`.
   */
  run(lab: Laboratory): Promise<Outcome>;
}

/** Time an experiment may take unless it says otherwise, in milliseconds. */
export const DEFAULT_LIMIT_MS = 30_000;
