import { ChatError } from "../../lib/errors.ts";
import { Database } from "../../lib/store/database.ts";
import { prepareFile } from "../../lib/store/history_file.ts";
import { openHistory, readHistory } from "../../lib/store/open_history.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { MIN_QUOTA_BYTES } from "../../lib/store/quota.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { assertSound, raw, value } from "./support/database.ts";
import { entries, Folder, payloads, text } from "./support/histories.ts";

/** Permission bits of a file. */
function mode(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

Deno.test("openHistory() finds again what was appended", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    history.createRoom({ name: "Garden", form: "garden" });
    history.append([
      ...entries(1, 5, { text: "fox" }),
      ...entries(1, 3, { room: 1, topic: "Tools" }),
    ]);
  }
  using history = openHistory(folder.path);
  assertEquals(text(history.read(0, { after: 0 }).bytes), payloads(1, 5));
  assertEquals(history.roomNamed("garden"), {
    number: 1,
    name: "Garden",
    form: "garden",
    topic: "Tools",
    seq: 3,
    firstSeq: 1,
    kind: "open",
    creator: null,
    group: null,
  });
  assertEquals(history.search(0, "fox").hits.length, 5);
  history.append(entries(6, 7));
});

Deno.test("openHistory() makes a directory and files for this user only", () => {
  using folder = new Folder();
  const data = `${folder.path}/a/data`;
  const umask = Deno.umask(0);
  try {
    using history = openHistory(data);
    history.append(entries(1, 1));
    assertEquals(mode(data), "700");
    const files = [...Deno.readDirSync(data)].map(({ name }) => name).sort();
    assertEquals(files, [
      "history.db",
      "history.db-shm",
      "history.db-wal",
      "lock",
    ]);
    for (const name of files) assertEquals(mode(`${data}/${name}`), "600");
  } finally {
    Deno.umask(umask);
  }
});

Deno.test("openHistory() takes others' rights from a file that was restored", () => {
  using folder = new Folder();
  openHistory(folder.path)[Symbol.dispose]();
  Deno.chmodSync(`${folder.path}/history.db`, 0o644);
  openHistory(folder.path)[Symbol.dispose]();
  assertEquals(mode(`${folder.path}/history.db`), "600");
});

Deno.test("openHistory() refuses a directory that another server uses", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  assertRefuses("CHAT_STORE_IN_USE", () => openHistory(folder.path), "another");
  history[Symbol.dispose]();
  openHistory(folder.path)[Symbol.dispose]();
});

Deno.test("openHistory() gives the directory free when it fails", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/history.db`, "not a database at all");
  assertRefuses(
    "CHAT_STORE_DAMAGED",
    () => openHistory(folder.path),
    "no data",
  );
  Deno.removeSync(`${folder.path}/history.db`);
  openHistory(folder.path)[Symbol.dispose]();
});

Deno.test("openHistory() takes an empty file, as a crash may leave one", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/history.db`, "");
  openHistory(folder.path)[Symbol.dispose]();
  assertSound(`${folder.path}/history.db`);
});

const FOREIGN = {
  "a database of another program":
    "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
  "one with tables and no mark": "CREATE TABLE room (number INTEGER)",
  "one with another mark": "PRAGMA application_id = 1",
  "one without our mark": "PRAGMA user_version = 1",
  "a newer version": `PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION + 1}`,
};
for (const [what, sql] of Object.entries(FOREIGN)) {
  Deno.test(`openHistory() refuses ${what} and leaves it as it is`, () => {
    using folder = new Folder();
    const path = `${folder.path}/history.db`;
    {
      using db = raw(path);
      db.exec(sql);
    }
    const before = Deno.readFileSync(path);
    assertRefuses("CHAT_STORE_UNKNOWN", () => openHistory(folder.path));
    assertEquals(Deno.readFileSync(path), before);
  });
}

Deno.test("openHistory() refuses a quota that leaves no space", () => {
  using folder = new Folder();
  for (const maxBytes of [0, MIN_QUOTA_BYTES - 1, NaN]) {
    assertThrows(() => openHistory(folder.path, { maxBytes }), RangeError);
  }
  openHistory(folder.path, { maxBytes: MIN_QUOTA_BYTES })[Symbol.dispose]();
});

Deno.test("openHistory() says what is wrong with the path", () => {
  using folder = new Folder();
  const file = `${folder.path}/file`;
  Deno.writeTextFileSync(file, "");
  for (const path of [file, `${file}/data`]) {
    assertRefuses("CHAT_FILE", () => openHistory(path), path);
  }
  Deno.mkdirSync(`${folder.path}/data/history.db`, { recursive: true });
  assertRefuses("CHAT_FILE", () => openHistory(`${folder.path}/data`));
});

Deno.test("prepareFile() makes commits durable, and removal thorough", () => {
  using folder = new Folder();
  const path = `${folder.path}/history.db`;
  Deno.writeTextFileSync(path, "");
  using db = new Database(path);
  prepareFile(db);
  const full = 2;
  assertEquals(db.pragma("synchronous"), full);
  assertEquals(db.pragma("fullfsync"), 1);
  assertEquals(db.pragma("checkpoint_fullfsync"), 1);
  assertEquals(db.pragma("foreign_keys"), 1);
  assertEquals(db.pragma("secure_delete"), 1);
  const incremental = 2;
  assertEquals(db.pragma("auto_vacuum"), incremental);
  const mode = db.query<{ journal_mode: string }>("PRAGMA journal_mode").get();
  assertEquals(mode?.journal_mode, "wal");
});

Deno.test("readHistory() reads beside the server, and sees what it appends", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  using reader = readHistory(folder.path);
  assertEquals([...reader.entries(0)], []);
  history.append(entries(1, 5));
  assertEquals(text(reader.read(0, { after: 0 }).bytes), payloads(1, 5));
  assertEquals(reader.room(0)?.seq, 5);
  assertEquals(reader.bytes, history.bytes);
});

Deno.test("readHistory() reads without a server, and may not write", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    history.append(entries(1, 5));
  }
  using reader = readHistory(folder.path);
  assertEquals([...reader.entries(0)].length, 5);
  using db = new Database(`${folder.path}/history.db`, { readOnly: true });
  assertRefuses("CHAT_FILE", () => db.query("DELETE FROM entry").run());
});

Deno.test("readHistory() refuses what is not there, and makes nothing", () => {
  using folder = new Folder();
  assertRefuses("CHAT_FILE", () => readHistory(folder.path), "does not exist");
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("readHistory() refuses a version that it would have to change", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/history.db`, "");
  assertRefuses("CHAT_STORE_UNKNOWN", () => readHistory(folder.path), "serve");
  openHistory(folder.path)[Symbol.dispose]();
  using db = raw(`${folder.path}/history.db`);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  assertRefuses("CHAT_STORE_UNKNOWN", () => readHistory(folder.path), "newer");
});

Deno.test("a constraint refuses an entry out of order, whatever the program does", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    history.append(entries(1, 3));
  }
  using db = raw(`${folder.path}/history.db`);
  for (const id of [0, 2, 3, 5, (7 << 20) * 2 ** 20 + 1, -1]) {
    const insert = `INSERT INTO entry VALUES (${id}, 0, x'00')`;
    assertThrows(() => db.exec(insert), Error);
  }
  assertEquals(value(db, "SELECT max(id) FROM entry"), 3);
  for (const payload of ["x''", "zeroblob(65534)", "'text'", "NULL"]) {
    const insert = `INSERT INTO entry VALUES (4, 0, ${payload})`;
    const error = assertThrows(() => db.exec(insert), Error);
    assertEquals(error instanceof ChatError, false);
  }
});
