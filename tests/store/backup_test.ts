import { backupHistory } from "../../lib/store/backup.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { assertSound } from "./support/database.ts";
import { Appender, checkLeft } from "./support/appender.ts";
import {
  entries,
  finish,
  Folder,
  payloads,
  text,
} from "./support/histories.ts";

/** Opens a backup as the history of another data directory. */
function restored(
  folder: Folder,
  file: string,
): ReturnType<typeof openHistory> {
  Deno.mkdirSync(`${folder.path}/restored`);
  Deno.copyFileSync(file, `${folder.path}/restored/history.db`);
  return openHistory(`${folder.path}/restored`);
}

Deno.test("backupHistory() copies what is there at that moment", async () => {
  using folder = new Folder();
  const data = `${folder.path}/data`;
  const file = `${folder.path}/backup.db`;
  using history = openHistory(data);
  history.append(entries(1, 50, { text: "fox" }));
  await backupHistory(data, file);
  history.append(entries(51, 60));
  assertSound(file);
  assertEquals((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  using copy = restored(folder, file);
  assertEquals(text(copy.read(0, { after: 0 }).bytes), payloads(1, 50));
  assertEquals(copy.search(0, "fox").hits.length, 50);
  copy.append(entries(51, 51));
});

Deno.test("backupHistory() copies while a server appends", async () => {
  using folder = new Folder();
  const data = `${folder.path}/data`;
  await using appender = new Appender(data, 1);
  await appender.acknowledged(20);
  let atLeast: readonly number[] = [];
  for (let i = 0; i < 3; i++) {
    const before = appender.lines.length;
    atLeast = appender.reach;
    const file = `${folder.path}/${i}.db`;
    await backupHistory(data, file);
    assertSound(file);
    await appender.acknowledged(before + 20);
  }
  using copy = restored(folder, `${folder.path}/2.db`);
  checkLeft(copy, atLeast);
});

Deno.test("backupHistory() leaves nothing but the backup", async () => {
  using folder = new Folder();
  openHistory(`${folder.path}/data`)[Symbol.dispose]();
  await backupHistory(`${folder.path}/data`, `${folder.path}/backup.db`);
  const files = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assertEquals(files.sort(), ["backup.db", "data"]);
});

Deno.test("backupHistory() replaces no file", async () => {
  using folder = new Folder();
  openHistory(`${folder.path}/data`)[Symbol.dispose]();
  const file = `${folder.path}/precious`;
  Deno.writeTextFileSync(file, "precious");
  const backup = (): Promise<void> =>
    backupHistory(`${folder.path}/data`, file);
  await assertRefusesLater("CHAT_FILE", backup, "it exists already");
  assertEquals(Deno.readTextFileSync(file), "precious");
  const files = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assertEquals(files.sort(), ["data", "precious"]);
});

Deno.test("backupHistory() says what is wrong with the paths", async () => {
  using folder = new Folder();
  const data = `${folder.path}/data`;
  const file = `${folder.path}/none/backup.db`;
  await assertRefusesLater("CHAT_FILE", () => backupHistory(data, file), data);
  openHistory(data)[Symbol.dispose]();
  await assertRefusesLater("CHAT_FILE", () => backupHistory(data, file), file);
});

Deno.test("backupHistory() refuses to keep a copy that is damaged", async () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    const payload = new Uint8Array(1_000);
    history.append(entries(1, 500, { payload }));
    finish(() => history.index());
  }
  const path = `${folder.path}/history.db`;
  const bytes = Deno.readFileSync(path);
  assert(bytes.length > 100 * 4_096);
  bytes.fill(0xaa, 50 * 4_096, 60 * 4_096);
  Deno.writeFileSync(path, bytes);
  const file = `${folder.path}/backup.db`;
  const backup = (): Promise<void> => backupHistory(folder.path, file);
  await assertRefusesLater("CHAT_STORE_DAMAGED", backup, "damaged");
  const files = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assertEquals(files.filter((name) => name.includes("backup")), []);
});
