/**
 * `deno task compile [--target TARGET] [--output FILE]`: builds one executable,
 * tries it, and says what is missing where that does not work. `DENORT_BIN`
 * names a runtime base to use instead of the one that Deno downloads.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { explain, unusable } from "./compile/failure.ts";
import { denoArguments, parsePlan, type Plan } from "./compile/plan.ts";

const decoder = new TextDecoder();

Deno.exit(await main());

async function main(): Promise<number> {
  try {
    return await build(parsePlan(Deno.args, Deno.build.target));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(error.message);
    return 2;
  }
}

async function build(plan: Plan): Promise<number> {
  const { target, output } = plan;
  const { deno } = Deno.version;
  const denortBin = Deno.env.get("DENORT_BIN");
  say(`Compiling chat ${config.version} for ${target} ...`);
  const compiled = await run(Deno.execPath(), denoArguments(plan));
  if (!compiled.success) {
    const { stderr } = compiled;
    explain({ target, deno, denortBin, stderr }).forEach(say);
    return 1;
  }
  if (target === Deno.build.target && !await answers(output)) {
    await Deno.remove(output);
    const lines = denortBin === undefined
      ? ["Cannot compile: what came out does not answer to --version."]
      : unusable(denortBin, { target, deno });
    lines.forEach(say);
    return 1;
  }
  const { size } = await Deno.stat(output);
  say(`${output} (${(size / 1e6).toFixed(0)} MB)`);
  return 0;
}

/** Whether the executable is our program: another base would ignore it. */
async function answers(output: string): Promise<boolean> {
  const path = await Deno.realPath(output);
  const { success, stdout } = await run(path, ["--version"]);
  return success && stdout === `chat ${config.version}\n`;
}

async function run(
  program: string,
  args: readonly string[],
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: `${import.meta.dirname}/..`,
    stdin: "null",
  }).output();
  return {
    success,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
