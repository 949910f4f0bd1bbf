import { Database } from "../../lib/store/database.ts";
import type { History } from "../../lib/room/history.ts";
import type { Change } from "../../lib/room/registry.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { MIN_QUOTA_BYTES } from "../../lib/store/quota.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { run } from "../support/tools.ts";
import { assertSound } from "./support/database.ts";
import { entries, finish, Folder } from "./support/histories.ts";
import { change, identity } from "./support/registries.ts";

const payload = new Uint8Array(1_000);

/** Appends until there is no room; returns the newest that was acknowledged. */
function fill(history: History): number {
  for (let last = history.room(0)?.seq ?? 0;; last += 50) {
    try {
      const text = `fox and dog number ${last}`;
      history.append(entries(last + 1, last + 50, { payload, text }));
    } catch (error) {
      assertRefuses("CHAT_STORE_FULL", () => {
        throw error;
      }, "quota");
      return last;
    }
  }
}

Deno.test("SqliteHistory.append() refuses what exceeds the quota, and keeps all else", () => {
  using folder = new Folder();
  using history = openHistory(folder.path, { maxBytes: MIN_QUOTA_BYTES });
  const last = fill(history);
  assert(last > 1_000, `${last} entries`);
  assert(history.bytes <= MIN_QUOTA_BYTES);
  assertEquals([...history.entries(0)].length, last);
  assertEquals(history.search(0, "fox").hits.length > 50, true);
  finish(() => history.index());
  assertEquals(history.room(0)?.seq, last);
  const path = `${folder.path}/history.db`;
  assert(Deno.statSync(path).size <= MIN_QUOTA_BYTES);
});

Deno.test("SqliteHistory.append() still takes what is small when entries no longer fit", () => {
  using folder = new Folder();
  using history = openHistory(folder.path, { maxBytes: MIN_QUOTA_BYTES });
  const last = fill(history);
  const owner = identity(1);
  history.createRoom({ name: "a", form: "a" }, [owner]);
  const admit: Change = { kind: "admit", admission: { owner, at: 0 } };
  change(history, admit);
  const full = (): void =>
    history.append(entries(last + 1, last + 50, { payload }), [admit]);
  assertRefuses("CHAT_STORE_FULL", full);
  history.invite({ digest: owner, by: "Alice", at: 0, until: 1 });
  assert(history.redeem({ digest: owner, owner, at: 0 }));

  const add = (who: number): void => {
    const name = "x".repeat(10_000);
    const ban = { kind: "ban", subject: `${who}`, name, by: "" } as const;
    const sanction = { ...ban, at: 0, until: null };
    change(history, { kind: "sanction", sanction });
  };
  const addAll = (): void => {
    for (let who = 0; who < 1_000; who++) add(who);
  };
  assertRefuses("CHAT_STORE_FULL", addAll, "quota");
  const form = "b";
  const create = (): unknown => history.createRoom({ name: form, form });
  assertRefuses("CHAT_STORE_FULL", create, "quota");
  const role: Change = { kind: "role", owner, role: "owner" };
  assertRefuses("CHAT_STORE_FULL", () => change(history, role), "quota");
  const count = [...history.sanctions()].length;
  assert(count > 20 && count < 100, `${count}`);
  change(
    history,
    { kind: "expel", owner },
    { kind: "forget name", owner },
    { kind: "forget member", room: 1, owner },
    { kind: "role", owner, role: null },
    { kind: "lift", of: "ban", subject: "0" },
  );
  assertEquals([...history.sanctions()].length, count - 1);
  finish(() => history.prune({ maxBytes: MIN_QUOTA_BYTES / 2 }));
  history.append(entries(last + 1, last + 50, { payload }), [admit]);
});

Deno.test("SqliteHistory.append() works again when something was pruned", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path, { maxBytes: MIN_QUOTA_BYTES });
    for (let round = 0; round < 3; round++) {
      const last = fill(history);
      finish(() => history.prune({ maxBytes: MIN_QUOTA_BYTES / 2 }));
      assert(history.bytes <= MIN_QUOTA_BYTES / 2);
      history.append(entries(last + 1, last + 500, { payload }));
    }
  }
  assertSound(`${folder.path}/history.db`);
});

Deno.test("prune() gives back to the disk what is no longer used", () => {
  using folder = new Folder();
  const path = `${folder.path}/history.db`;
  {
    using history = openHistory(folder.path);
    const payload = new Uint8Array(10_000);
    for (let first = 1; first <= 1_000; first += 100) {
      history.append(entries(first, first + 99, { payload }));
    }
  }
  const before = Deno.statSync(path).size;
  {
    using history = openHistory(folder.path);
    finish(() => history.prune({ keepLast: 10 }));
  }
  assert(Deno.statSync(path).size < before / 2);
  assertSound(path);
});

Deno.test("prune() leaves nothing to read in the file, nor in its index", () => {
  using folder = new Folder();
  const secret = "xylophone";
  const path = `${folder.path}/history.db`;
  const holds = (): boolean =>
    new TextDecoder("latin1").decode(Deno.readFileSync(path)).includes(secret);
  {
    using history = openHistory(folder.path);
    history.append(entries(1, 10, { text: secret }));
    finish(() => history.index());
    history.append(entries(11, 300, { text: "fox" }));
    finish(() => history.index());
  }
  assert(holds());
  {
    using history = openHistory(folder.path);
    finish(() => history.prune({ keepLast: 100 }));
  }
  assert(!holds());
  {
    using history = openHistory(folder.path);
    const payload = new TextEncoder().encode(secret);
    history.append(entries(301, 310, { payload, text: secret }));
  }
  assert(holds());
  {
    using history = openHistory(folder.path);
    finish(() => history.prune({ keepLast: 0 }));
  }
  assert(!holds());
});

Deno.test("Database.transaction() does nothing when there is no room, and can go on", () => {
  using folder = new Folder();
  const path = `${folder.path}/db`;
  Deno.writeTextFileSync(path, "");
  using db = new Database(path);
  db.query("CREATE TABLE t (a)").run();
  const insert = db.query("INSERT INTO t VALUES (zeroblob(?))");
  const some = (): void =>
    db.transaction(() => {
      insert.run(10);
      insert.run(100_000);
    });
  db.query("PRAGMA max_page_count = 10").get();
  assertRefuses("CHAT_STORE_FULL", some, "no space");
  assertEquals(db.query("SELECT * FROM t").all().length, 0);
  db.query("PRAGMA max_page_count = 1000").get();
  some();
  assertEquals(db.query("SELECT * FROM t").all().length, 2);
});

/** Runs a program with a small disk of its own at `$1`, mounted for it alone. */
const WITH_DISK = ["--user", "--map-root-user", "--mount", "sh", "-c"];
const MOUNT = 'mount -t tmpfs -o size=4m tmpfs "$1" && shift && exec "$@"';

/** Whether this system lets users mount something for themselves. */
function canMount(): boolean {
  using folder = new Folder();
  try {
    const args = [...WITH_DISK, MOUNT, "sh", folder.path, "true"];
    return new Deno.Command("unshare", { args, stderr: "null" })
      .outputSync().success;
  } catch {
    return false; // there is no such program
  }
}

Deno.test({
  name: "SqliteHistory keeps all that it acknowledged when a real disk is full",
  ignore: !canMount(),
  fn: async () => {
    using folder = new Folder();
    const program = `${import.meta.dirname}/support/fill_disk.ts`;
    const deno = [Deno.execPath(), "run", "--quiet", "--allow-all", program];
    const args = [...WITH_DISK, MOUNT, "sh", folder.path, ...deno, folder.path];
    assertMatch(await run("unshare", args), /kept \d+/);
  },
});

Deno.test("SqliteHistory.requireSpace() tells what append() would refuse for the quota", () => {
  using folder = new Folder();
  using history = openHistory(folder.path, { maxBytes: MIN_QUOTA_BYTES });
  history.requireSpace(1_000_000);
  const all = (): void => history.requireSpace(MIN_QUOTA_BYTES);
  assertRefuses("CHAT_STORE_FULL", all, "quota");
  fill(history);
  const more = (): void => history.requireSpace(50 * payload.length);
  assertRefuses("CHAT_STORE_FULL", more, "quota");
});
