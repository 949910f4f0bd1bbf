import { parseArgs } from "node:util";

/** Parts of `deno task faults`. */
export const PARTS = ["schedules", "kills", "redemption"] as const;

/** One of {@linkcode PARTS}. */
export type Part = typeof PARTS[number];

/** What to run. */
export interface FaultsOptions {
  readonly parts: readonly Part[];
  /** Just this schedule, with all that happens in it. */
  readonly seed: number | undefined;
  /** The first seed. */
  readonly from: number;
  readonly schedules: number;
  /** Times that the server is killed. */
  readonly rounds: number;
  /** What the parts with real processes draw from. */
  readonly draw: number;
}

const NUMBERS = {
  seed: { type: "string" },
  from: { type: "string", default: "1" },
  schedules: { type: "string", default: "10000" },
  rounds: { type: "string", default: "200" },
  draw: { type: "string" },
} as const;

/**
 * Parses the command line.
 *
 * @throws {TypeError} when it says something else than `USAGE`.
 */
export function parseOptions(args: readonly string[]): FaultsOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: NUMBERS,
    allowPositionals: true,
  });
  const parts = positionals.map((name) => {
    const part = PARTS.find((each) => each === name);
    if (part === undefined) throw new TypeError(`There is no part ${name}`);
    return part;
  });
  const { seed, from, schedules, rounds, draw } = values;
  return {
    parts: parts.length === 0 ? PARTS : parts,
    seed: seed === undefined ? undefined : whole(seed),
    from: whole(from),
    schedules: whole(schedules),
    rounds: whole(rounds),
    draw: draw === undefined
      ? Math.floor(Math.random() * 2 ** 32)
      : whole(draw),
  };
}

/** How `deno task faults` is called. */
export const USAGE = `deno task faults [${PARTS.join("|")}]...
  --seed N       shows all that happens in schedule N
  --schedules N  schedules to run (10000)
  --from N       the first of them (1)
  --rounds N     times that the server is killed (200)
  --draw N       what kills and redemptions draw from (another one each time)`;

function whole(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new TypeError(`${text} is no number`);
  return Number(text);
}
