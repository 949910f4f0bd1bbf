import { kill } from "node:process";
import { playDemo, summary } from "../../demo/demo.ts";
import { print } from "../../demo/page.ts";
import { Stage } from "../../demo/stage.ts";
import { Child } from "../../lib/lab/child.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";

const patience = AbortSignal.timeout(60_000);

Deno.test("deno task demo exits with 0 when everything held", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-P=demo", "demo/main.ts"],
    cwd: `${import.meta.dirname}/../..`,
    signal: patience,
  }).output();
  const output = new TextDecoder().decode(stdout);
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""], output);
  assertMatch(output, /\nAll 8 held, in \d+\.\d s\.\n$/);
  assert(!output.includes("\x1b"), "colours without a terminal");
});

Deno.test("playDemo() fails and leaves no process behind when interrupted", async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const held = await playDemo({
    show(rows): void {
      lines.push(...rows.map((row) => print(row, "none")));
      const alice = lines.some((line) => line.includes("Alice   process"));
      if (alice) stop.abort(new Error("Cannot go on: enough"));
    },
    now: () => 0,
    signal: AbortSignal.any([stop.signal, patience]),
  });
  assertEquals(held, false);
  assertEquals(lines.at(-1), "FAILED: Cannot go on: enough");
  const pids = lines.flatMap((line) => /process (\d+)/.exec(line)?.[1] ?? []);
  assertEquals(pids.length, 2);
  for (const pid of pids) assertEquals(isAlive(Number(pid)), false);
});

Deno.test("summary() holds only if every verdict did", () => {
  const verdict = (held: boolean) => ({ claim: "", held, evidence: "" });
  assertEquals(summary([verdict(true), verdict(true)], 1234), {
    held: true,
    text: "All 2 held, in 1.2 s.",
  });
  assertEquals(summary([verdict(true), verdict(false)], 1234), {
    held: false,
    text: "FAILED: 1 of 2 did not hold.",
  });
  assertEquals(summary([], 0).held, false);
});

Deno.test("Stage removes the files it made", async () => {
  const stage = new Stage(patience);
  const path = await stage.file("name", "text");
  assertEquals(await Deno.readTextFile(path), "text");
  await stage[Symbol.asyncDispose]();
  const left = await Deno.stat(path).then(() => true, () => false);
  assertEquals(left, false);
});

Deno.test("Stage.file() makes files that others cannot change, whatever the umask", async () => {
  await using stage = new Stage(patience);
  const umask = Deno.umask(0);
  try {
    const { mode } = await Deno.stat(await stage.file("name", "text"));
    assertEquals(mode, 0o100600);
  } finally {
    Deno.umask(umask);
  }
});

Deno.test({
  name: "deno task demo leaves nothing behind when its terminal is closed",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const folder = await Deno.makeTempDir();
    await using demo = new Child(
      Deno.execPath(),
      ["run", "--quiet", "-P=demo", "demo/main.ts"],
      {
        name: "demo",
        cwd: `${import.meta.dirname}/../..`,
        env: { TMPDIR: folder },
      },
    );
    const server = await demo.stdout.find(
      "a server's process",
      (line) => /process (\d+)/.exec(line)?.[1],
      patience,
    );
    kill(demo.pid, "SIGHUP");
    assertEquals(await demo.exit(patience), 1);
    assertEquals(isAlive(Number(server)), false);
    await Deno.remove(folder); // is empty
  },
});

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}
