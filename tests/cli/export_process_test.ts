// Longer exports than fit into memory or a pipe, by a process of their own.
import { openHistory } from "../../lib/store/open_history.ts";
import { assertEquals } from "../support/assert.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/tools.ts";
import { store } from "./stored.ts";

const here = (path: string): string => new URL(path, import.meta.url).pathname;

/** A lobby with more to read than a pipe holds. */
async function longLobby(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  using history = openHistory(folder.path);
  const text = "x".repeat(4_000);
  store(history, 0, Array(200).fill({ kind: "said", text }));
  return folder;
}

function start(folder: string): Deno.ChildProcess {
  const options = "--quiet --no-lock --no-check --allow-all".split(" ");
  const program = here("./export_program.ts");
  const command = ["export", "lobby", "--format=json", `--data=${folder}`];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...options, program, ...command],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("chat export writes everything to a pipe", async () => {
  await using folder = await longLobby();
  const { code, stdout, stderr } = await start(folder.path).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).split("\n");
  assertEquals(lines.length, 201);
  assertEquals(JSON.parse(lines[199] ?? "").seq, 200);
});

Deno.test("chat export ends quietly when its reader leaves", async () => {
  await using folder = await longLobby();
  const child = start(folder.path);
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [{ code }, stderr] = await Promise.all([
    child.status,
    new Response(child.stderr).text(),
  ]);
  assertEquals([code, stderr], [0, ""]);
});
