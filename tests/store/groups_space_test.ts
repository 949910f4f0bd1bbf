import { backupHistory } from "../../lib/store/backup.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { MIN_QUOTA_BYTES } from "../../lib/store/quota.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { raw, value } from "./support/database.ts";
import {
  commit,
  DIRECT_ROOM,
  expected,
  founding,
  groupId,
  sealedRoom,
} from "./support/groups.ts";
import { entries, entry, finish, Folder } from "./support/histories.ts";
import { change, identity } from "./support/registries.ts";

const LARGE = new Uint8Array(40_000);

Deno.test("SqliteHistory counts towards its quota what groups and people have it keep", () => {
  using folder = new Folder();
  using history = openHistory(folder.path, { maxBytes: MIN_QUOTA_BYTES });
  history.createRoom(sealedRoom(7));
  history.createRoom(DIRECT_ROOM);
  // Leaves less than the large ones need, more than small ones do.
  const payload = new Uint8Array(1_000);
  const room = (): number => {
    try {
      history.requireSpace(30_000);
      return 1;
    } catch {
      return 0;
    }
  };
  for (let last = 0; room() > 0; last += 10) {
    history.append(entries(last + 1, last + 10, { payload }));
  }
  history.requireSpace(1_000);
  const introduction = { title: LARGE, info: LARGE, hello: LARGE };
  const large = sealedRoom(8);
  assert(large.group !== undefined);
  const founded = { kind: "founded", ...introduction, id: groupId(8) } as const;
  const published = { kind: "sealing key", owner: identity(1) } as const;
  const better = {
    ...{ kind: "group info", room: 1, group: groupId(7), turn: 0 } as const,
    info: LARGE,
  };
  const refused: readonly (() => unknown)[] = [
    () => history.append([commit(1, 1, 1, LARGE)]),
    () => history.append([entry(1, { room: 2, group: founded })]),
    () =>
      history.createRoom({ ...large, group: { ...large.group, ...founded } }),
    () => change(history, { ...published, key: LARGE }),
    () => change(history, better),
  ];
  for (const full of refused) assertRefuses("CHAT_STORE_FULL", full, "quota");
  assertEquals(history.room(1)?.group?.turn, 0);
  assertEquals(history.room(2)?.group, null);
  assertEquals(history.room(3), undefined);
  change(history, { ...published, key: Uint8Array.of(1) });
  history.append([commit(1, 1, 1), founding(2, 1, 9)]);
});

Deno.test("MemoryHistory.bytes counts what groups and people have it keep", () => {
  using history = new MemoryHistory({ keepLast: 0 });
  const { group, ...room } = sealedRoom(7);
  assert(group !== undefined);
  const [title, info] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
  history.createRoom({ ...room, group: { ...group, title, info } });
  assertEquals(history.bytes, 3);
  history.append([commit(1, 1, 1, new Uint8Array(10))]);
  assertEquals(history.bytes, 12);
  const owner = identity(1);
  change(history, { kind: "sealing key", owner, key: new Uint8Array(100) });
  assertEquals(history.bytes, 112);
  change(
    history,
    { kind: "forget name", owner },
    { kind: "remove room", room: 1 },
  );
  assertEquals(history.bytes, 0);
});

Deno.test("MemoryHistory.prune() ends when only what is not of a log is left", () => {
  using history = new MemoryHistory({ keepLast: Infinity });
  history.createRoom(sealedRoom(7));
  history.append([commit(1, 1, 1, LARGE), ...entries(1, 5)]);
  finish(() => history.prune({ maxBytes: 10_000 }));
  assertEquals([...history.rooms()].map(({ firstSeq }) => firstSeq), [6, 2]);
  assertEquals(history.group(1)?.info, LARGE);
});

Deno.test("The file of a history refuses a commit that is not the next, whatever the program does", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    history.createRoom(sealedRoom(7));
    history.append([commit(1, 1, 1)]);
  }
  const path = `${folder.path}/history.db`;
  using db = raw(path);
  const insert = db.prepare(
    "INSERT INTO entry (id, at, payload, turn) VALUES ((1 << 40) + 2, 0, x'01', ?)",
  );
  for (const turn of [0, 1, 3]) {
    assertThrows(() => insert.run(turn), Error, "not the next turn of a group");
  }
  assertEquals(value(db, "SELECT seq FROM room WHERE number = 1"), 1);
  insert.run(2);
  assertEquals(value(db, "SELECT turn FROM sealed_group WHERE room = 1"), 2);
  const open =
    "INSERT INTO entry (id, at, payload, turn) VALUES (1, 0, x'01', 1)";
  assertThrows(() => db.exec(open), Error, "not the next turn of a group");
});

Deno.test("The index of words has nothing of what is sealed", () => {
  using folder = new Folder();
  {
    using history = openHistory(folder.path);
    history.createRoom(sealedRoom(7));
    const payload = new TextEncoder().encode("sealed fox");
    history.append([commit(1, 1, 1), entry(2, { room: 1, payload })]);
    finish(() => history.index());
    assertEquals(history.search(1, "fox").hits, []);
  }
  using db = raw(`${folder.path}/history.db`);
  assertEquals(value(db, "SELECT count(*) FROM words"), 0);
  assertEquals(value(db, "SELECT count(*) FROM unindexed"), 0);
});

Deno.test("backupHistory() copies groups and sealing keys", async () => {
  using folder = new Folder();
  const [data, copy] = [`${folder.path}/data`, `${folder.path}/copy`];
  const owner = identity(1);
  using history = openHistory(data);
  history.createRoom(DIRECT_ROOM);
  history.append([founding(1, 1, 7), commit(1, 2, 1, LARGE)]);
  change(history, { kind: "sealing key", owner, key: LARGE });
  Deno.mkdirSync(copy);
  await backupHistory(data, `${copy}/history.db`);
  history.append([commit(1, 3, 2)]);
  using restored = openHistory(copy);
  assertEquals(restored.group(1), expected(7, { turn: 1, info: LARGE }));
  assertEquals(restored.sealingKey(owner), LARGE);
  restored.append([commit(1, 3, 2)]);
});
