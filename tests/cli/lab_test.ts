import { findings, introduction } from "../../lib/cli/lab_text.ts";
import { labCommand } from "../../lib/cli/lab.ts";
import { main } from "../../lib/cli/main.ts";
import type { Result } from "../../lib/lab/carry_out.ts";
import type { Experiment, Outcome } from "../../lib/lab/experiment.ts";
import { EXPERIMENTS } from "../../lib/lab/registry.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { textWidth } from "../../lib/ui/width.ts";
import { FIGURES, HOSTILE } from "../lab/figures.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../support/assert.ts";
import { TestIo } from "../support/test_io.ts";

const program = { version: "1", commands: [labCommand()] };

Deno.test("chat lab --list names every experiment", async () => {
  const io = new TestIo();
  assertEquals(await main(["lab", "--list"], io, program), 0);
  assertEquals(
    io.stdout.map((line) => line.split(" ")[0]),
    EXPERIMENTS.map(({ name }) => name),
  );
});

Deno.test("chat lab --list --json tells the same to machines", async () => {
  const io = new TestIo();
  await main(["lab", "--list", "--json", "traffic"], io, program);
  const [line = ""] = io.stdout;
  assertEquals(Object.keys(JSON.parse(line)), [
    "experiment",
    "title",
    "attacker",
  ]);
});

Deno.test("chat lab refuses an experiment that there is not, and names one that there is", async () => {
  const io = new TestIo();
  assertEquals(await main(["lab", "trafic"], io, program), 2);
  assertStringIncludes(
    io.stderr.join("\n"),
    'no experiment "trafic"; did you mean "traffic"?',
  );
});

Deno.test("every experiment has a name to ask for, a title and an attacker", () => {
  const names = EXPERIMENTS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const { name, title, attacker } of EXPERIMENTS) {
    assert(/^[a-z][a-z0-9-]*$/.test(name), name);
    assert(title.length > 0 && !title.endsWith("."), title);
    assert(/[.]$/.test(attacker), attacker);
  }
});

Deno.test("findings() lets no text of a peer through to the terminal", () => {
  const result: Result = {
    experiment: {
      name: "sample",
      title: "t",
      attacker: "a",
      run: () => Promise.reject(new Error("is not run here")),
    },
    elapsedMs: 1,
    steps: [{
      who: "people",
      did: HOSTILE,
      saw: HOSTILE,
      exhibits: [
        { label: HOSTILE, bytes: new Uint8Array(100) },
      ],
    }],
    figures: FIGURES,
    verdicts: [{ claim: HOSTILE, held: false, evidence: HOSTILE }],
    failure: HOSTILE,
  };
  const rows = [...introduction(result.experiment), ...findings(result)];
  for (const row of rows.map(toPlain)) {
    assertEquals(row.match(/\p{Cc}|\u202e/u), null, row);
  }
  const text = rows.map(toPlain).join("\n");
  assertStringIncludes(text, "FAILED");
  assertStringIncludes(text, "and 36 more");
});

Deno.test("findings() fits into 80 columns where words do", () => {
  const words = "word ".repeat(60);
  const rows = findings({
    experiment: {
      name: "n",
      title: "t",
      attacker: "a",
      run: () => Promise.reject(new Error()),
    },
    elapsedMs: 1,
    steps: [{
      who: "attacker",
      did: words,
      saw: words,
      exhibits: [
        { label: "x", bytes: new Uint8Array(100) },
      ],
    }],
    figures: [],
    verdicts: [{ claim: words, held: true, evidence: words }],
  });
  for (const row of rows) assert(textWidth(toPlain(row)) < 80, toPlain(row));
});

function experiment(name: string, held: boolean): Experiment {
  const verdicts = [{ claim: "All is well", held, evidence: "looked" }];
  const run = (): Promise<Outcome> =>
    Promise.resolve({ steps: [], figures: [], verdicts });
  return { name, title: "A title", attacker: "Somebody.", run };
}

async function lab(
  experiments: readonly Experiment[],
  ...argv: string[]
): Promise<TestIo & { status: number }> {
  const io = new TestIo();
  const program = { version: "1", commands: [labCommand(experiments)] };
  const status = await main(["lab", ...argv], io, program);
  return Object.assign(io, { status });
}

Deno.test("chat lab ends with 1 when a claim did not hold, and names where", async () => {
  const both = [experiment("good", true), experiment("bad", false)];
  const { status, stderr, stdout } = await lab(both);
  assertEquals(status, 1);
  assertStringIncludes(stderr.join(" "), "not everything held in bad");
  assertStringIncludes(stdout.join(" "), "FAILED  All is well: looked");
  assertEquals((await lab(both, "good")).status, 0);
});

Deno.test("chat lab --json prints a line for each experiment", async () => {
  const { stdout } = await lab([experiment("good", true)], "--json");
  assertEquals(stdout.map((line) => JSON.parse(line).held), [true]);
});

Deno.test("chat lab --html writes a page for us alone, of those that failed too", async () => {
  const path = `${await Deno.makeTempDir()}/lab.html`;
  await lab([experiment("bad", false)], `--html=${path}`);
  assertStringIncludes(await Deno.readTextFile(path), "did not hold");
  if (Deno.build.os === "windows") return;
  assertEquals((await Deno.stat(path)).mode, 0o100600);
});

Deno.test("chat lab leaves out what this machine cannot do and says why, unless it is asked for it", async () => {
  const missing = (): string => "there is no laser";
  const both = [
    experiment("good", true),
    { ...experiment("bad", false), missing },
  ];
  const { status, stderr, stdout } = await lab(both, "--json");
  assertEquals(status, 0);
  assertEquals(stderr, ["bad is left out: there is no laser"]);
  assertEquals(stdout.map((line) => JSON.parse(line).experiment), ["good"]);
  assertEquals((await lab(both, "bad")).status, 1);
});
