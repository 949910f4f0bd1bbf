import type { Figure } from "../../lib/lab/figure.ts";

/** What a peer might call itself. */
export const HOSTILE = "</text><script>alert(1)</script>&\"'\u202e\x1b[2J";

/** A figure of each kind, with the text of a peer in every place. */
export const FIGURES: readonly Figure[] = [
  {
    kind: "bars",
    name: "bars",
    title: HOSTILE,
    note: HOSTILE,
    unit: "%",
    bars: [
      { label: HOSTILE, value: 10 },
      { label: "b", value: 0, chance: 5 },
    ],
  },
  {
    kind: "bytes",
    name: "bytes",
    title: HOSTILE,
    panels: [{ label: HOSTILE, counts: Array<number>(256).fill(3) }],
  },
  {
    kind: "points",
    name: "points",
    title: HOSTILE,
    x: HOSTILE,
    y: HOSTILE,
    series: [
      { label: HOSTILE, points: [[0, 0], [10, 4]] },
      { label: "b", points: [[0, 0], [10, 4]], joined: true },
    ],
  },
  {
    kind: "table",
    name: "table",
    title: HOSTILE,
    columns: [HOSTILE, "n"],
    rows: [[HOSTILE, 1234]],
  },
];
