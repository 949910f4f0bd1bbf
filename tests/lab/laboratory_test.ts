import { kill } from "node:process";
import { Child } from "../../lib/lab/child.ts";
import { carryOut, held, type Result } from "../../lib/lab/carry_out.ts";
import type { Experiment, Outcome } from "../../lib/lab/experiment.ts";
import { Laboratory } from "../../lib/lab/laboratory.ts";
import { parseKeyFile } from "../../lib/identity/key_file.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../support/assert.ts";
import { soon } from "../support/program.ts";

const nothing: Outcome = { steps: [], figures: [], verdicts: [] };
const good = { claim: "c", held: true, evidence: "e" };

function experiment(run: Experiment["run"], limitMs?: number): Experiment {
  const named = { name: "e", title: "t", attacker: "a", run };
  return limitMs === undefined ? named : { ...named, limitMs };
}

function carry(run: Experiment["run"], limitMs?: number): Promise<Result> {
  return carryOut(experiment(run, limitMs), { signal: soon(), short: true });
}

Deno.test("Laboratory keeps its files for itself, and removes them", async () => {
  const lab = new Laboratory({ signal: soon(), short: true });
  const path = await lab.file("name", "text");
  const folder = lab.path("");
  if (Deno.build.os !== "windows") {
    assertEquals((await Deno.stat(folder)).mode, 0o040700);
    assertEquals((await Deno.stat(path)).mode, 0o100600);
  }
  await lab[Symbol.asyncDispose]();
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("Laboratory.person() makes a key and its file, another each time", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const [alice, again] = [await lab.person("alice"), await lab.person("alice")];
  const file = await parseKeyFile(await Deno.readFile(alice.keyFile));
  assert(file.kind === "open");
  assertEquals(file.key.identity.fingerprint, alice.identity.fingerprint);
  assert(alice.identity.fingerprint !== again.identity.fingerprint);
});

Deno.test("Laboratory.serve() tells why a server did not start", async () => {
  await using lab = new Laboratory({ signal: soon(), short: true });
  await assertRejects(
    () => lab.serve(["--max-connections=0"]),
    Error,
    "Cannot start the server: Cannot run serve",
  );
});

Deno.test("carryOut() ends the processes of an experiment that fails", async () => {
  let pid = 0;
  const result = await carry(async (lab) => {
    pid = (await lab.serve()).process.pid;
    throw new Error("Cannot go on: enough");
  });
  assertEquals([result.failure, held(result)], ["Cannot go on: enough", false]);
  assertEquals(isAlive(pid), false);
});

Deno.test("carryOut() ends an experiment that does not end, and says so", async () => {
  const forever = Promise.withResolvers<Outcome>();
  const result = await carry(() => forever.promise, 20);
  assertEquals(result.failure, "Cannot end within 0.02 s");
});

Deno.test("Laboratory ends at once what an experiment starts when it is over", async () => {
  const lab = new Laboratory({ signal: soon(), short: true });
  const key = await lab.person("alice");
  await lab[Symbol.asyncDispose]();
  const ended = Promise.withResolvers<void>();
  const late = { [Symbol.dispose]: ended.resolve };
  await assertRejects(async () => await lab.keep(late), Error, "is over");
  await ended.promise;
  assertThrows(() => lab.connect({ person: key, port: 1 }), Error, "is over");
  assertEquals(await lab.children[0]?.exit(soon()), 128 + 9); // SIGKILL
});

Deno.test("carryOut() throws the reason when it is asked to end", async () => {
  const stop = new AbortController();
  const reason = new Error("asked to end");
  const forever = Promise.withResolvers<Outcome>();
  const running = carryOut(
    experiment((lab) => {
      stop.abort(reason);
      lab.signal.throwIfAborted();
      return forever.promise;
    }),
    { signal: stop.signal, short: true },
  );
  assertEquals(await running.catch((error) => error), reason);
});

Deno.test("held() wants every verdict to, and at least one", async () => {
  const outcomes: (readonly [Outcome, boolean])[] = [
    [{ ...nothing, verdicts: [good, good] }, true],
    [{ ...nothing, verdicts: [good, { ...good, held: false }] }, false],
    [nothing, false],
  ];
  for (const [outcome, expected] of outcomes) {
    assertEquals(held(await carry(() => Promise.resolve(outcome))), expected);
  }
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name: `chat lab leaves no process and no file behind after ${signal}`,
    ignore: Deno.build.os === "windows",
    async fn(): Promise<void> {
      const folder = await Deno.makeTempDir();
      await using lab = new Child(Deno.execPath(), [
        "run",
        "--quiet",
        "--permission-set=chat",
        "--allow-run",
        "mod.ts",
        "lab",
        "eavesdropper",
      ], {
        name: "chat lab",
        cwd: `${import.meta.dirname}/../..`,
        env: { TMPDIR: folder },
      });
      await appears(folder, /\/data_\d+\/history/); // of the server
      assert(processesNaming(folder).length > 0);
      kill(lab.pid, signal);
      await lab.exit(soon());
      assertEquals(processesNaming(folder), []);
      await Deno.remove(folder); // is empty
    },
  });
}

async function appears(folder: string, pattern: RegExp): Promise<void> {
  for await (const { paths } of Deno.watchFs(folder)) {
    if (paths.some((path) => pattern.test(path))) return;
  }
}

/** Command lines of processes that name `folder`. */
function processesNaming(folder: string): readonly string[] {
  const { stdout } = new Deno.Command("ps", { args: ["-A", "-o", "args="] })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.includes(folder));
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}
