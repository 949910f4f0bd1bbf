import config from "../../deno.json" with { type: "json" };
import { denoArguments } from "../../tools/compile/plan.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../support/assert.ts";
import { temporaryFolder } from "../support/tools.ts";

const root = `${import.meta.dirname}/../..`;
const suffix = Deno.build.os === "windows" ? ".exe" : "";
const { target } = Deno.build;

/** A program that is no runtime base, the smaller the faster. */
const OTHER = Deno.build.os === "linux" ? "/bin/true" : Deno.execPath();

Deno.test("deno task compile says what is wrong with DENORT_BIN, without a stack", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/chat${suffix}`;
  for (const denortBin of [`${folder.path}/absent`, OTHER]) {
    const { code, stderr } = await compile(output, { DENORT_BIN: denortBin });
    assertEquals(code, 1);
    assertStringIncludes(stderr, `DENORT_BIN names ${denortBin}`);
    assert(!/stack|backtrace|\n +at /i.test(stderr), stderr);
    assertEquals([...Deno.readDirSync(folder.path)], []);
  }
});

Deno.test("deno task compile refuses a target it does not know with 2", async () => {
  const { code, stderr } = await compile("x", {}, ["--target=vax"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Cannot compile for "vax"');
});

Deno.test("the executable may do what deno.json grants, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/chat${suffix}`;
  // What is appended is the same, whatever it is appended to.
  const args = denoArguments({ target, output });
  const built = await run(Deno.execPath(), args, { DENORT_BIN: OTHER });
  assertEquals([built.code, built.stderr], [0, ""]);
  const granted = await embeddedPermissions(output);
  const { env, sys } = config.permissions.chat;
  assertEquals(granted["allow_env"], env.allow);
  assertEquals(granted["ignore_env"], []); // every other variable
  assertEquals(granted["allow_sys"], sys);
  // To run programs is for `chat lab`: program.ts revokes it in all others.
  for (const each of ["allow_net", "allow_read", "allow_write", "allow_run"]) {
    assertEquals(granted[each], [], each); // all of it
  }
  assertEquals(granted["allow_ffi"], null);
  assertEquals([granted["deny_import"], granted["prompt"]], [[], false]);
});

testExecutable(
  "the executable tells its version and makes an identity",
  async () => {
    await using folder = await temporaryFolder();
    const output = `${folder.path}/chat${suffix}`;
    const { code, stderr } = await compile(output, {});
    assertEquals(code, 0, stderr);
    const version = await run(output, ["--version"]);
    assertEquals([version.code, version.stdout], [
      0,
      `chat ${config.version}\n`,
    ]);
    const home = `${folder.path}/home`;
    const id = await run(output, ["id"], { XDG_CONFIG_HOME: home });
    assertEquals(id.code, 0, id.stderr);
    assertMatch(id.stdout, /SHA256:[A-Za-z0-9+/]{43}/);
    assert((await Deno.stat(`${home}/chat/identity.pem`)).isFile);
  },
);

/** Runs where a runtime base is at hand, and says so where not. */
function testExecutable(name: string, body: () => Promise<void>): void {
  if (hasRuntimeBase()) Deno.test(name, body);
  else {
    const why = "needs DENORT_BIN, or `deno task compile` to have worked once";
    Deno.test({ name: `${name} (${why})`, ignore: true, fn: body });
  }
}

function hasRuntimeBase(): boolean {
  if (Deno.env.has("DENORT_BIN")) return true;
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).outputSync();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  const base = `release/v${Deno.version.deno}/denort-${target}.zip`;
  try {
    return Deno.statSync(`${denoDir}/dl/${base}`).isFile;
  } catch {
    return false;
  }
}

/** What `deno compile` wrote for the runtime base to read (Deno 2.9.6). */
async function embeddedPermissions(
  path: string,
): Promise<Record<string, unknown>> {
  const magic = "d3n0l4ndd3n0l4nd";
  const file = new TextDecoder("latin1").decode(await Deno.readFile(path));
  const start = file.lastIndexOf(magic);
  const json = file.slice(start, start + 65_536);
  const from = json.indexOf('"permissions":') + '"permissions":'.length;
  return JSON.parse(json.slice(from, json.indexOf("}", from) + 1));
}

async function compile(
  output: string,
  env: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = ["run", "--quiet", "-P=compile", "tools/compile.ts"];
  const all = [...args, `--output=${output}`, ...more];
  return await run(Deno.execPath(), all, env);
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    cwd: root,
    stdin: "null",
    signal: AbortSignal.timeout(120_000),
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
