import { held, type Result } from "./carry_out.ts";
import type { Exhibit, Step } from "./experiment.ts";
import { FIGURE_STYLE, figureSvg } from "./figure_svg.ts";
import { readable } from "./figure_text.ts";
import type { Figure } from "./figure.ts";
import { hexRow } from "./hex_view.ts";
import { escapeMarkup } from "./markup.ts";
import { PAGE_STYLE } from "./page_style.ts";
import type { Verdict } from "./verdict.ts";

const HEX_COLUMNS = 16;

/** Bytes of an exhibit that the page shows. */
const MAX_SHOWN_BYTES = 1024;

/**
 * The results as one page that needs nothing else: no script, no other file. All
 * text is escaped, whoever it is from.
 */
export function labPage(results: readonly Result[]): string {
  const good = results.filter(held).length;
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>chat lab</title>
<style>${PAGE_STYLE}${FIGURE_STYLE}</style>
<header>
<h1>What attacks on chat came to</h1>
<p>Carried out against real processes on loopback. ${good} of ${results.length} experiments held.</p>
<nav><ol>
${results.map(contents).join("\n")}
</ol></nav>
</header>
<main>
${results.map(section).join("\n")}
</main>
</html>
`;
}

function contents(result: Result): string {
  const { experiment: { name, title }, verdicts } = result;
  const count = verdicts.filter(({ held }) => held).length;
  return `<li><a href="#${escapeMarkup(name)}">${escapeMarkup(title)}</a> ${
    badge(held(result), `${count} of ${verdicts.length} claims held`)
  }</li>`;
}

function section(result: Result): string {
  const { experiment, steps, figures, verdicts, failure } = result;
  return `<section id="${escapeMarkup(experiment.name)}">
<h2>${escapeMarkup(experiment.title)}</h2>
<p class="attacker"><b>The attacker.</b> ${
    escapeMarkup(experiment.attacker)
  }</p>
<ol class="steps">
${steps.map(stepItem).join("\n")}
</ol>
${figures.map(figureBlock).join("\n")}
<ul class="verdicts">
${verdicts.map(verdictItem).join("\n")}
${
    failure === undefined ? "" : verdictItem({
      claim: "It could be carried out",
      held: false,
      evidence: failure,
    })
  }
</ul>
<p class="soft">${(result.elapsedMs / 1000).toFixed(1)} s</p>
</section>`;
}

function stepItem({ who, did, saw, exhibits = [] }: Step): string {
  const came = saw === undefined
    ? ""
    : `<p class="saw">${escapeMarkup(saw)}</p>`;
  return `<li class="${who}"><p>${escapeMarkup(did)}</p>${came}${
    exhibits.map(exhibitBlock).join("")
  }</li>`;
}

function exhibitBlock({ label, bytes }: Exhibit): string {
  const shown = bytes.subarray(0, MAX_SHOWN_BYTES);
  const rows = Array.from(
    { length: Math.ceil(shown.length / HEX_COLUMNS) },
    (_, row) => {
      const at = row * HEX_COLUMNS;
      const { hex, text } = hexRow(shown.subarray(at), HEX_COLUMNS);
      return `<i>${at.toString(16).padStart(4, "0")}</i>  ${hex}  ${
        escapeMarkup(text)
      }`;
    },
  );
  const rest = bytes.length - shown.length;
  if (rest > 0) rows.push(`... and ${rest} more`);
  return `<figure class="hex"><figcaption>${
    escapeMarkup(label)
  } <span class="soft">${bytes.length} bytes</span></figcaption><pre tabindex="0">${
    rows.join("\n")
  }</pre></figure>`;
}

function figureBlock(figure: Figure): string {
  const drawn = figure.kind === "table" ? table(figure) : figureSvg(figure);
  return `<figure><figcaption>${
    escapeMarkup(figure.title)
  }</figcaption><div class="wide">${drawn}</div>${
    figure.note === undefined
      ? ""
      : `<p class="soft">${escapeMarkup(figure.note)}</p>`
  }</figure>`;
}

function table({ columns, rows }: Extract<Figure, { kind: "table" }>): string {
  const head = columns.map((cell) =>
    `<th scope="col">${escapeMarkup(cell)}</th>`
  ).join("");
  const body = rows.map((row) =>
    `<tr>${
      row.map((cell) =>
        typeof cell === "number"
          ? `<td class="number">${readable(cell)}</td>`
          : `<td>${escapeMarkup(cell)}</td>`
      ).join("")
    }</tr>`
  ).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function verdictItem({ claim, held, evidence }: Verdict): string {
  return `<li>${badge(held, held ? "held" : "did not hold")} <b>${
    escapeMarkup(claim)
  }.</b> ${escapeMarkup(evidence)}</li>`;
}

function badge(good: boolean, text: string): string {
  return `<span class="${good ? "good" : "bad"}">${good ? "✓" : "✗"} ${
    escapeMarkup(text)
  }</span>`;
}
