/**
 * Writes the parts of docs/report.md that follow from the code and from the
 * experiments of `chat lab`, and the figures in docs/images/:
 *
 *     deno task report [--code]
 *
 * With `--code` the experiments are left as they are.
 */
import { parseArgs } from "node:util";
import { carryOut, held, type Result } from "../lib/lab/carry_out.ts";
import { EXPERIMENTS } from "../lib/lab/registry.ts";
import { images, withCode, withResults } from "./report/report_doc.ts";

const root = new URL("../", import.meta.url);
const folder = new URL("docs/images/", root);
const path = new URL("docs/report.md", root);

const { values } = parseArgs({ options: { code: { type: "boolean" } } });
const read = (path: string): string =>
  Deno.readTextFileSync(new URL(path, root));
const report = withCode(Deno.readTextFileSync(path), read);
Deno.writeTextFileSync(path, report);
if (values.code !== true) await writeResults();

async function writeResults(): Promise<void> {
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  const results: Result[] = [];
  for (const experiment of EXPERIMENTS) {
    const { signal } = stop;
    const result = await carryOut(experiment, { signal, short: false });
    say(`${experiment.name}: ${held(result) ? "held" : "FAILED"}`);
    if (!held(result)) {
      throw new Error(
        `Cannot report ${experiment.name}: ${result.failure ?? "not all held"}`,
      );
    }
    results.push(result);
  }
  Deno.writeTextFileSync(path, withResults(report, results));
  for (const { name } of Deno.readDirSync(folder)) {
    if (/^lab_.*\.svg$/.test(name)) Deno.removeSync(new URL(name, folder));
  }
  for (const [name, svg] of images(results)) {
    Deno.writeTextFileSync(new URL(name, folder), svg);
  }
  Deno.exit(0);
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
