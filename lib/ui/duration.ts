/** Seconds of each unit that a duration may be given in. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

/** Longest duration: ten years, which nobody means who gives more. */
export const MAX_DURATION_SECONDS = 3_650 * 86_400;

/**
 * Reads a duration such as `10m`, `2h` or `7d`.
 *
 * @returns Seconds, or undefined when it is none or longer than ten years.
 */
export function parseDuration(text: string): number | undefined {
  const [, digits = "", unit = ""] = /^([1-9][0-9]{0,9})([smhdw])$/i.exec(
    text,
  ) ?? [];
  const seconds = Number(digits) * (UNITS[unit.toLowerCase()] ?? 0);
  return seconds > 0 && seconds <= MAX_DURATION_SECONDS ? seconds : undefined;
}
