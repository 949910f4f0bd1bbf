import { held, type Result } from "./carry_out.ts";
import type { Exhibit } from "./experiment.ts";

/** Bytes of an exhibit that are passed on; its whole length is always told. */
export const MAX_EXHIBIT_BYTES = 2048;

/** A result as a value for JSON; docs/report.md is made of it. */
export function resultJson(result: Result): Readonly<Record<string, unknown>> {
  const { experiment, steps, figures, verdicts, elapsedMs, failure } = result;
  return {
    experiment: experiment.name,
    title: experiment.title,
    attacker: experiment.attacker,
    held: held(result),
    failure: failure ?? null,
    elapsedMs: Math.round(elapsedMs),
    steps: steps.map(({ exhibits = [], ...step }) => ({
      ...step,
      exhibits: exhibits.map(exhibitJson),
    })),
    pcap: result.pcap ?? null,
    figures,
    verdicts,
  };
}

function exhibitJson(
  { label, bytes }: Exhibit,
): Readonly<Record<string, unknown>> {
  const { length } = bytes;
  return { label, length, hex: bytes.subarray(0, MAX_EXHIBIT_BYTES).toHex() };
}
