/** The middle value; benchmarks report it because the machine is noisy. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle] as number
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Runs all variants in turn, `rounds` times, so that drift hits them alike. */
export async function alternate<K extends string>(
  variants: Readonly<Record<K, () => Promise<number>>>,
  rounds: number,
): Promise<Record<K, number>> {
  const names = Object.keys(variants) as K[];
  const seen = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const value = await variants[name]();
      if (round > 0) seen.get(name)?.push(value); // the first one warms up
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, median(seen.get(name) ?? [])]),
  ) as Record<K, number>;
}

/** `1.23 M`, `45.6 k`, `789`. */
export function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** A Markdown table, columns padded so that it reads in a terminal too. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]): string =>
    `| ${
      cells.map((cell, i) =>
        i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
      ).join(" | ")
    } |`;
  const rule = `| ${
    widths.map((width, i) =>
      i === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":"
    )
      .join(" | ")
  } |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}
