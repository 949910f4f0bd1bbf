import { carryOut } from "../../lib/lab/carry_out.ts";
import { EXPERIMENTS } from "../../lib/lab/registry.ts";
import {
  claimsOf,
  escapeMarkdown,
} from "../../tools/report/experiment_section.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";
import { readDoc } from "../docs/markdown.ts";

const report = readDoc("report.md");

for (const experiment of EXPERIMENTS) {
  const { name } = experiment;
  const test = async (): Promise<void> => {
    const result = await carryOut(experiment, { signal: soon(), short: true });
    assertEquals(result.failure, undefined);
    assertEquals(result.verdicts.filter(({ held }) => !held), []);
    const [, section] = report.split(`\`chat lab ${name}\`. The attacker:`);
    assert(section !== undefined, "run `deno task report`");
    const [own = ""] = section.split(/^###? /m);
    assertEquals(
      claimsOf(own),
      result.verdicts.map(({ claim }) => escapeMarkdown(claim)),
      "run `deno task report`",
    );
    for (const { kind, name: figure, title } of result.figures) {
      assert(own.includes(escapeMarkdown(title)), title);
      if (kind === "table") continue;
      const image = `images/lab_${name}_${figure}.svg`;
      assert(own.includes(`](${image})`), image);
      assert(readDoc(image).startsWith("<svg "), image);
    }
  };
  Deno.test({
    name: `chat lab ${name} holds, and docs/report.md says what it claims`,
    ignore: experiment.missing?.() !== undefined,
    fn: test,
  });
}
