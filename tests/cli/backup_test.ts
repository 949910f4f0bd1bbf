import { backupCommand } from "../../lib/cli/backup.ts";
import { exportCommand } from "../../lib/cli/export.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";
import { store } from "./stored.ts";

Deno.test("chat backup copies what a running server keeps, and a restored copy is complete", async () => {
  await using folder = await temporaryFolder();
  const data = `${folder.path}/data`;
  const file = `${folder.path}/backup.db`;
  const io = new TestIo();
  {
    using running = openHistory(data);
    store(running, 0, [{ kind: "said", text: "before" }]);
    await backupCommand.run([file], { data }, io);
    store(running, 0, [{ kind: "said", text: "after" }]);
  }
  assertMatch(io.stdout.join("\n"), /^Backed up \d+ bytes to .*backup\.db$/);
  const restored = `${folder.path}/restored`;
  Deno.mkdirSync(restored, { mode: 0o700 });
  Deno.copyFileSync(file, `${restored}/history.db`);
  const read = new TestIo();
  await exportCommand.run(["lobby"], {
    data: restored,
    format: "json",
    list: false,
    number: undefined,
    direct: false,
    output: undefined,
  }, read);
  assertEquals(read.stdout.map((line) => JSON.parse(line).text), ["before"]);
});

Deno.test("chat backup works without a server, and finds the usual folder", async () => {
  await using folder = await temporaryFolder();
  openHistory(`${folder.path}/chat/server`)[Symbol.dispose]();
  const io = new TestIo({ env: { XDG_STATE_HOME: folder.path } });
  await backupCommand.run([`${folder.path}/b.db`], { data: undefined }, io);
  assertEquals(io.stdout.length, 1);
});

Deno.test("chat backup replaces no file, and says when there is nothing to copy", async () => {
  await using folder = await temporaryFolder();
  const data = `${folder.path}/data`;
  const file = `${folder.path}/backup.db`;
  const io = new TestIo();
  const run = (): Promise<void> => backupCommand.run([file], { data }, io);
  await assertRefusesLater("CHAT_FILE", run, "it does not exist");
  openHistory(data)[Symbol.dispose]();
  Deno.writeTextFileSync(file, "mine");
  await assertRefusesLater("CHAT_FILE", run, "it exists already");
  assertEquals(Deno.readTextFileSync(file), "mine");
  assertEquals(io.stdout, []);
});
