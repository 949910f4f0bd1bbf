import { Database } from "../../lib/store/database.ts";
import { SENT_WINDOW } from "../../lib/room/history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { MIN_QUOTA_BYTES, Quota } from "../../lib/store/quota.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { raw, value } from "./support/database.ts";
import { entries, entry, finish, Folder, sender } from "./support/histories.ts";

/** What a query finds in the file of a history. */
function found(folder: Folder, sql: string): number {
  using db = raw(`${folder.path}/history.db`);
  return Number(value(db, sql));
}

Deno.test("SqliteHistory remembers a bounded number of messages of a sender", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  const count = 4 * SENT_WINDOW;
  history.append(
    entries(1, count).map((each) => ({
      ...each,
      sent: { sender: sender(1), number: each.seq },
    })),
  );
  assert(found(folder, "SELECT count(*) FROM sent") < 1.5 * SENT_WINDOW);
});

Deno.test("prune() forgets old messages of a sender, whatever numbers it chose", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  const count = 2 * SENT_WINDOW;
  history.append(
    entries(1, count).map((each) => ({
      ...each,
      sent: { sender: sender(1), number: 2 * each.seq + 1 },
    })),
  );
  assertEquals(found(folder, "SELECT count(*) FROM sent"), count);
  finish(() => history.prune({}));
  const kept = SENT_WINDOW / 2; // every other number of the window
  assertEquals(found(folder, "SELECT count(*) FROM sent"), kept);
});

Deno.test("prune() forgets all of a sender that is idle", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  history.append(
    entries(1, 100).map((each) => ({
      ...each,
      sent: { sender: sender(each.seq % 50), number: each.seq },
    })),
  );
  finish(() => history.prune({ sendersIdleSince: Infinity }));
  assertEquals(found(folder, "SELECT count(*) FROM sent"), 0);
  assertEquals(found(folder, "SELECT count(*) FROM sender"), 0);
});

Deno.test("append() lets a bounded number of texts wait for the index", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  for (let seq = 1; seq <= 3_000; seq += 30) {
    history.append(entries(seq, seq + 29, { text: `fox and number${seq}` }));
  }
  const waiting = found(folder, "SELECT count(*) FROM unindexed");
  assert(waiting > 0 && waiting <= 600, `${waiting} wait`);
});

Deno.test("index() indexes all and leaves few parts", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  const parts = "SELECT count(DISTINCT segid) FROM words_idx";
  for (let seq = 1; seq <= 600; seq += 10) {
    history.append(entries(seq, seq + 9, { text: `fox and number${seq}` }));
    history.index();
  }
  finish(() => history.index());
  assertEquals(found(folder, "SELECT count(*) FROM unindexed"), 0);
  assertEquals(found(folder, "SELECT count(*) FROM words_docsize"), 600);
  assert(found(folder, parts) < 10);
});

Deno.test("index() goes on after the history was opened again", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    history.append(entries(1, 10, { text: "fox" }));
  }
  using history = openHistory(folder.path);
  assert(history.index());
  assertEquals(found(folder, "SELECT count(*) FROM unindexed"), 0);
});

Deno.test("prune() removes entries from the index of words", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  history.append(entries(1, 400, { text: "fox" }));
  finish(() => history.index());
  history.append(entries(401, 500, { text: "fox" }));
  finish(() => history.prune({ keepLast: 50 }));
  assertEquals(found(folder, "SELECT count(*) FROM words_docsize"), 0);
  assertEquals(found(folder, "SELECT count(*) FROM unindexed"), 50);
});

Deno.test("prune() removes no more than necessary, whatever the index takes", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  const text = (seq: number): string =>
    Array.from({ length: 30 }, (_, i) => `word${seq}x${i}`).join(" ");
  for (let first = 1; first <= 2_000; first += 100) {
    history.append(
      entries(first, first + 99).map((each) => ({
        ...each,
        text: text(each.seq),
      })),
    );
    finish(() => history.index());
  }
  const maxBytes = 0.7 * history.bytes;
  finish(() => history.prune({ maxBytes }));
  assert(history.bytes <= maxBytes);
  assert(history.bytes > 0.8 * maxBytes, `${history.bytes / maxBytes}`);
});

Deno.test("append() counts again what waits after it failed", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  for (let i = 0; i < 20; i++) {
    const failing = [...entries(1, 100, { text: "fox" }), entry(500)];
    try {
      history.append(failing);
    } catch {
      // as it must: it leaves a gap
    }
  }
  history.append(entries(1, 10, { text: "fox" }));
  finish(() => history.index());
  assertEquals(history.search(0, "fox").hits.length, 10);
});

Deno.test("Quota makes SQLite refuse a file that is larger", () => {
  using folder = new Folder();
  const path = `${folder.path}/db`;
  Deno.writeTextFileSync(path, "");
  using db = new Database(path);
  new Quota(db, MIN_QUOTA_BYTES);
  const pages = MIN_QUOTA_BYTES / db.pragma("page_size");
  assertEquals(db.pragma("max_page_count"), pages);
});

Deno.test("prune() takes no more than a moment at a time", () => {
  using folder = new Folder();
  using history = openHistory(folder.path);
  for (let first = 1; first <= 10_000; first += 1_000) {
    history.append(entries(first, first + 999, { text: "fox and dog" }));
  }
  assert(history.prune({ keepLast: 0 }), "there is more to do");
  const { firstSeq = 0 } = history.room(0) ?? {};
  assert(firstSeq > 1 && firstSeq < 10_001, `pruned up to ${firstSeq}`);
  finish(() => history.prune({ keepLast: 0 }));
  assertEquals(history.room(0)?.firstSeq, 10_001);
});
