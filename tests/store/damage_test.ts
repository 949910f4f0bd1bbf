import {
  asFileError,
  asStoreError,
  DEVICE,
} from "../../lib/store/store_error.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { ChatError } from "../../lib/errors.ts";
import type { History } from "../../lib/room/history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { raw } from "./support/database.ts";
import { entries, finish, Folder } from "./support/histories.ts";

/** Makes a history of some pages and overwrites part of its file. */
function damaged(folder: Folder, from: number, to = Infinity): void {
  {
    using history = openHistory(folder.path);
    const payload = new Uint8Array(1_000);
    history.append(entries(1, 500, { payload, text: "some text" }));
    finish(() => history.index());
  }
  const path = `${folder.path}/history.db`;
  const bytes = Deno.readFileSync(path);
  bytes.fill(0xaa, from, Math.min(to, bytes.length));
  Deno.writeFileSync(path, bytes);
}

Deno.test("openHistory() refuses a file whose header is damaged", () => {
  using folder = new Folder();
  damaged(folder, 0, 50);
  assertRefuses("CHAT_STORE_DAMAGED", () => openHistory(folder.path));
});

Deno.test("openHistory() refuses a file whose schema is damaged", () => {
  using folder = new Folder();
  damaged(folder, 100, 4_096);
  assertRefuses("CHAT_STORE_DAMAGED", () => openHistory(folder.path));
});

Deno.test("SqliteHistory tells of pages that are damaged, whatever is done", () => {
  using folder = new Folder();
  damaged(folder, 100 * 4_096);
  using history = openHistory(folder.path);
  assertRefuses("CHAT_STORE_DAMAGED", () => [...history.entries(0)]);
  assertRefuses("CHAT_STORE_DAMAGED", () => history.readBefore(0));
  assertRefuses("CHAT_STORE_DAMAGED", () => history.append(entries(501, 502)));
  assertRefuses(
    "CHAT_STORE_DAMAGED",
    () => finish(() => history.prune({ keepLast: 0 })),
  );
});

for (const lost of [1, 4, 7]) {
  Deno.test(`SqliteHistory never passes over entry ${lost} when it is missing`, () => {
    using folder = new Folder();
    {
      using history = openHistory(folder.path);
      history.append(entries(1, 7));
    }
    {
      using db = raw(`${folder.path}/history.db`);
      db.exec(`DELETE FROM entry WHERE id = ${lost}`);
    }
    using history = openHistory(folder.path);
    const code = "CHAT_STORE_DAMAGED";
    const what = `entry ${lost} of room 0`;
    for (const limit of [1, 2, 5]) {
      assertRefuses(code, () => readAll(history, limit), what);
      assertRefuses(code, () => readAllBefore(history, limit), what);
    }
    assertRefuses(code, () => [...history.entries(0)], what);
    assertRefuses(code, () => history.timeOf(0, lost), what);
  });
}

/** Reads the lobby to its end, page by page. */
function readAll(history: History, limit: number): void {
  for (let after = 0;;) {
    const { last } = history.read(0, { after, limit });
    if (last === after) return;
    after = last;
  }
}

/** Reads the lobby back to its beginning, page by page. */
function readAllBefore(history: History, limit: number): void {
  for (let before = Infinity;;) {
    const { first, last } = history.readBefore(0, { before, limit });
    if (last < first) return;
    before = first;
  }
}

/** An error as `node:sqlite` throws them. */
function sqliteError(errcode: number): Error {
  return Object.assign(new Error("it says"), { errcode });
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  5: "CHAT_STORE_IN_USE", // SQLITE_BUSY
  517: "CHAT_STORE_IN_USE", // SQLITE_BUSY_SNAPSHOT
  6: "CHAT_STORE_IN_USE", // SQLITE_LOCKED
  8: "CHAT_FILE", // SQLITE_READONLY
  10: "CHAT_STORE_FULL", // SQLITE_IOERR
  266: "CHAT_STORE_DAMAGED", // SQLITE_IOERR_READ
  522: "CHAT_STORE_DAMAGED", // SQLITE_IOERR_SHORT_READ
  778: "CHAT_STORE_FULL", // SQLITE_IOERR_WRITE
  1034: "CHAT_STORE_FULL", // SQLITE_IOERR_FSYNC
  4874: "CHAT_STORE_FULL", // SQLITE_IOERR_SHMSIZE
  8202: "CHAT_STORE_DAMAGED", // SQLITE_IOERR_DATA
  8458: "CHAT_STORE_DAMAGED", // SQLITE_IOERR_CORRUPTFS
  11: "CHAT_STORE_DAMAGED", // SQLITE_CORRUPT
  267: "CHAT_STORE_DAMAGED", // SQLITE_CORRUPT_VTAB
  13: "CHAT_STORE_FULL", // SQLITE_FULL
  14: "CHAT_FILE", // SQLITE_CANTOPEN
  26: "CHAT_STORE_DAMAGED", // SQLITE_NOTADB
};
for (const [errcode, code] of Object.entries(CODES)) {
  Deno.test(`asStoreError() makes SQLite's ${errcode} ${code}`, () => {
    const cause = sqliteError(Number(errcode));
    const error = asStoreError(cause);
    assert(error instanceof ChatError);
    assertEquals(error.code, code);
    assertEquals(error.cause, cause);
  });
}

Deno.test("asStoreError() leaves bugs as they are", () => {
  const bugs = [
    sqliteError(1), // SQLITE_ERROR
    sqliteError(1811), // SQLITE_CONSTRAINT_TRIGGER
    new Error("no code"),
    "a string",
  ];
  for (const bug of bugs) assertEquals(asStoreError(bug), bug);
});

Deno.test("asFileError() tells a full disk from other failures", () => {
  const failures = {
    CHAT_STORE_FULL: Object.assign(new Error(), { code: "ENOSPC" }),
    CHAT_FILE: Object.assign(new Error(), { code: "EROFS" }),
  };
  for (const [code, cause] of Object.entries(failures)) {
    const error = asFileError(cause, { verb: "open", path: "/data" });
    assert(error instanceof ChatError);
    assertEquals(error.code, code as ErrorCode);
  }
  const quota = Object.assign(new Error(), { code: "EDQUOT" });
  const over = asFileError(quota, { verb: "open", path: "/data" });
  assert(over instanceof ChatError && over.code === "CHAT_STORE_FULL");
  const denied = asFileError(new Deno.errors.PermissionDenied(), {
    verb: "open",
    path: "/d",
  });
  assert(denied instanceof ChatError);
  assertEquals(denied.message, "Cannot open /d: permission denied");
  for (const other of [new TypeError("bug"), over, "a string"]) {
    assertEquals(asFileError(other, { verb: "open", path: "/d" }), other);
  }
});

Deno.test("asStoreError() and asFileError() name what the file is", () => {
  const codes = {
    5: "CHAT_DEVICE_IN_USE",
    8: "CHAT_FILE",
    11: "CHAT_DEVICE_DAMAGED",
    13: "CHAT_DEVICE_FULL",
  };
  for (const [errcode, code] of Object.entries(codes)) {
    const error = asStoreError(sqliteError(Number(errcode)), DEVICE);
    assert(error instanceof ChatError);
    assertEquals(error.code, code as ErrorCode);
    assert(error.message.startsWith("Cannot use what this device remembers:"));
  }
  const full = Object.assign(new Error(), { code: "ENOSPC" });
  const how = { verb: "open", path: "/data", subject: DEVICE };
  const error = asFileError(full, how);
  assert(error instanceof ChatError && error.code === "CHAT_DEVICE_FULL");
});
