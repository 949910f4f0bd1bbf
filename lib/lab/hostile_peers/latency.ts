import type { Table } from "../figure.ts";
import type { Verdict } from "../verdict.ts";
import type { Latencies } from "./probe.ts";

/** A line that takes longer is not what people call a conversation, in ms. */
export const MAX_LATENCY_MS = 2_000;

/** How long lines took, while what went on. */
export function latencyTable(phases: readonly Latencies[]): Table {
  return {
    kind: "table",
    name: "latency",
    title: "How long a line takes from one honest member to the other, in ms",
    columns: ["meanwhile", "lines", "median", "slowest"],
    rows: phases.map(({ phase, ms }) => [
      phase,
      ms.length,
      rounded(median(ms)),
      rounded(Math.max(...ms)),
    ]),
  };
}

/** Whether honest members noticed next to nothing, and lost nothing. */
export function conversationGoesOn(
  phases: readonly Latencies[],
  { said, heard }: { readonly said: number; readonly heard: number },
): Verdict {
  const slowest = Math.max(...phases.flatMap(({ ms }) => ms));
  return {
    claim: "The others talk on, and lose nothing",
    held: said > 0 && heard === said && slowest < MAX_LATENCY_MS,
    evidence: `${heard} of ${said} lines arrived in order, the slowest after ${
      rounded(slowest)
    } ms (allowed: ${MAX_LATENCY_MS})`,
  };
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
