import type { Result } from "../../lib/lab/carry_out.ts";
import { figureSvg } from "../../lib/lab/figure_svg.ts";
import { blocksOf, fillBlocks } from "../docs/blocks.ts";
import { excerpt } from "./excerpt.ts";
import { experimentSection, imageName } from "./experiment_section.ts";
import { fillSections, sectionNames } from "./sections.ts";
import { SIZES } from "./sizes.ts";

const EXPERIMENT = "experiment ";

/** Reads a file of the project by its path from the root. */
export type ReadFile = (path: string) => string;

/** docs/report.md with what follows from the code as the code has it now. */
export function withCode(report: string, read: ReadFile): string {
  const quotes = blocksOf(report)
    .filter(({ language }) => language === "ts")
    .map(({ name }) => {
      const [path = "", symbol = ""] = name.split(" ");
      return [name, excerpt(read(path), symbol)] as const;
    });
  return fillSections(
    fillBlocks(report, new Map(quotes)),
    new Map([["sizes", sizesTable()]]),
  );
}

/**
 * docs/report.md with these results: each in the part that is named for it, the
 * others in the part that is for all.
 */
export function withResults(
  report: string,
  results: readonly Result[],
): string {
  const places = new Set(sectionNames(report));
  const sections = results.map((result) =>
    [EXPERIMENT + result.experiment.name, experimentSection(result)] as const
  );
  const others = sections.filter(([name]) => !places.has(name))
    .map(([, content]) => content).join("");
  return fillSections(
    report,
    new Map([...sections, ["all other experiments", others]]),
  );
}

/** Files of docs/images/ and what they hold. */
export function images(results: readonly Result[]): Map<string, string> {
  return new Map(
    results.flatMap(({ experiment, figures }) =>
      figures.flatMap((figure) => {
        const svg = figureSvg(figure, { alone: true });
        const name = imageName(experiment.name, figure.name);
        return svg === undefined ? [] : [[name, `${svg}\n`] as const];
      })
    ),
  );
}

function sizesTable(): string {
  const rows = SIZES.map(([what, bytes]) => `| ${what} | ${bytes} |\n`);
  return `\n| what | bytes |\n| --- | ---: |\n${rows.join("")}\n`;
}
