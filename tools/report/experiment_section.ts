import type { Result } from "../../lib/lab/carry_out.ts";
import type { Exhibit, Step } from "../../lib/lab/experiment.ts";
import type { Figure, Table } from "../../lib/lab/figure.ts";
import { readable } from "../../lib/lab/figure_text.ts";
import { hexRow } from "../../lib/lab/hex_view.ts";
import type { Verdict } from "../../lib/lab/verdict.ts";

const HEX_COLUMNS = 16;
const HEX_ROWS = 4;

/** The name of a figure's file in docs/images/. */
export function imageName(experiment: string, figure: string): string {
  return `lab_${experiment}_${figure}.svg`;
}

/** What came out of an experiment, in Markdown. */
export function experimentSection(
  { experiment, steps, figures, verdicts }: Result,
): string {
  const { name, title, attacker } = experiment;
  return `
### ${escapeMarkdown(title)}

\`chat lab ${name}\`. The attacker: ${escapeMarkdown(attacker)}

${steps.map(stepItem).join("")}
${figures.map((figure) => figureBlock(name, figure)).join("\n")}
| claim | held | what was found |
| --- | --- | --- |
${verdicts.map(verdictRow).join("")}
`;
}

/** The claims in what {@linkcode experimentSection} wrote. */
export function claimsOf(section: string): string[] {
  return [...section.matchAll(/^\| (.+?) \| (?:yes|NO) \|/gm)]
    .map(([, claim = ""]) => claim);
}

/** `text` so that no character of it means anything to Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    )
    .replace(/[\\`*_[\]<>|&#~]/g, "\\$&");
}

function stepItem({ who, did, saw, exhibits = [] }: Step): string {
  const mark = who === "attacker" ? "**Attacker:** " : "";
  const came = saw === undefined ? "" : `\n  → ${escapeMarkdown(saw)}`;
  return `- ${mark}${escapeMarkdown(did)}${came}\n${
    exhibits.map(exhibitBlock).join("")
  }`;
}

function exhibitBlock({ label, bytes }: Exhibit): string {
  const count = Math.min(HEX_ROWS, Math.ceil(bytes.length / HEX_COLUMNS));
  const rows = Array.from({ length: count }, (_, row) => {
    const { hex, text } = hexRow(
      bytes.subarray(row * HEX_COLUMNS),
      HEX_COLUMNS,
    );
    return `  ${hex}  ${text}`.trimEnd();
  });
  const rest = bytes.length - count * HEX_COLUMNS;
  if (rest > 0) rows.push(`  ... and ${rest} more`);
  return `\n  ${
    escapeMarkdown(label)
  }, ${bytes.length} bytes:\n\n  \`\`\`text\n${rows.join("\n")}\n  \`\`\`\n`;
}

function figureBlock(experiment: string, figure: Figure): string {
  const { title, note } = figure;
  const drawn = figure.kind === "table"
    ? table(figure)
    : `![${escapeMarkdown(title)}](images/${
      imageName(experiment, figure.name)
    })\n`;
  const below = note === undefined ? "" : `\n${escapeMarkdown(note)}\n`;
  return `**${escapeMarkdown(title)}**\n\n${drawn}${below}`;
}

function table({ columns, rows }: Table): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${
      cells.map((cell) =>
        typeof cell === "number" ? readable(cell) : escapeMarkdown(cell)
      ).join(" | ")
    } |\n`;
  return line(columns) + line(columns.map(() => "---")).replaceAll("\\", "") +
    rows.map(line).join("");
}

function verdictRow({ claim, held, evidence }: Verdict): string {
  return `| ${escapeMarkdown(claim)} | ${held ? "yes" : "NO"} | ${
    escapeMarkdown(evidence)
  } |\n`;
}
