import { held, type Result } from "../lab/carry_out.ts";
import type { Exhibit, Experiment, Step } from "../lab/experiment.ts";
import { figureText } from "../lab/figure_text.ts";
import { hexRow } from "../lab/hex_view.ts";
import type { Verdict } from "../lab/verdict.ts";
import { sanitizeLine, stripControls } from "../ui/sanitize.ts";
import type { Span } from "../ui/style.ts";
import { wrapLine } from "../ui/wrap.ts";

/** Everything fits into a terminal of 80 columns. */
const COLUMNS = 79;
const HEX_COLUMNS = 16;
const HEX_ROWS = 4;

/** How what held, and what did not, stand out. */
const GOOD = { bold: true, hue: 2 } as const;
const BAD = { bold: true, hue: 0 } as const;

/** A row that is ready to be printed; what peers said in it is harmless. */
export type LabRow = readonly Span[];

/** What an experiment is about, to be read while it runs. */
export function introduction(
  { name, title, attacker }: Experiment,
): LabRow[] {
  return [
    [{ text: `${title} `, bold: true }, { text: `(${name})`, dim: true }],
    ...paragraph([{ text: `Attacker: ${attacker}` }]),
    [],
  ];
}

/** What came out of it. */
export function findings(result: Result): LabRow[] {
  const { steps, figures, verdicts, failure, elapsedMs } = result;
  return [
    ...steps.flatMap(stepRows),
    ...figures.flatMap((figure) => [
      [],
      ...paragraph([{ text: sanitizeLine(figure.title), bold: true }]),
      ...figureText(figure).map((text) => [{ text: drawn(text) }]),
      ...paragraph([{ text: sanitizeLine(figure.note ?? ""), dim: true }]),
    ]),
    [],
    ...verdicts.flatMap(verdictRows),
    ...(failure === undefined ? [] : verdictRows({
      claim: "It could be carried out",
      held: false,
      evidence: failure,
    })),
    [{
      text: `${held(result) ? "Held" : "FAILED"}, in ${
        (elapsedMs / 1000).toFixed(1)
      } s.`,
      dim: true,
    }],
    [],
  ];
}

function stepRows({ who, did, saw, exhibits = [] }: Step): LabRow[] {
  const mark = who === "attacker"
    ? { text: "☠ ", alarm: true }
    : { text: "· ", dim: true };
  return [
    ...paragraph([mark, { text: sanitizeLine(did) }], 2),
    ...(saw === undefined
      ? []
      : paragraph([{ text: "  → " }, { text: sanitizeLine(saw) }], 4)),
    ...exhibits.flatMap(exhibitRows),
  ];
}

function exhibitRows({ label, bytes }: Exhibit): LabRow[] {
  const count = Math.min(HEX_ROWS, Math.ceil(bytes.length / HEX_COLUMNS));
  const rest = bytes.length - count * HEX_COLUMNS;
  return [
    ...paragraph([{
      text: `    ${sanitizeLine(label)} (${bytes.length} bytes)`,
      dim: true,
    }], 4),
    ...Array.from({ length: count }, (_, row): LabRow => {
      const at = bytes.subarray(row * HEX_COLUMNS);
      const { hex, text } = hexRow(at, HEX_COLUMNS);
      return [{ text: `    ${hex}  ` }, { text }];
    }),
    ...(rest > 0 ? [[{ text: `    ... and ${rest} more`, dim: true }]] : []),
  ];
}

function verdictRows({ claim, held, evidence }: Verdict): LabRow[] {
  return paragraph([
    held ? { text: "ok", ...GOOD } : { text: "FAILED", ...BAD },
    { text: "  " },
    { text: `${sanitizeLine(claim)}: `, bold: true },
    { text: sanitizeLine(evidence) },
  ], 4);
}

/** A row of a drawing, harmless, with its spaces as they are. */
function drawn(text: string): string {
  return stripControls(text).replaceAll(/[\n\t]/g, " ");
}

function paragraph(spans: readonly Span[], indent = 0): LabRow[] {
  if (spans.every(({ text }) => text === "")) return [];
  return wrapLine({ spans, indent }, COLUMNS).map(({ spans }) => spans);
}
