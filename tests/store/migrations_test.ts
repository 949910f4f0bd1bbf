import { Database } from "../../lib/store/database.ts";
import type { RoomRecord, Sender } from "../../lib/room/history.ts";
import {
  APPLICATION_ID,
  MIGRATIONS,
  SCHEMA_VERSION,
} from "../../lib/store/migrations.ts";
import { migrate, type Schema, schemaVersion } from "../../lib/store/schema.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { assertSound, raw } from "./support/database.ts";
import { commit, founding, groupId, sealedRoom } from "./support/groups.ts";
import {
  entry,
  Folder,
  payloads,
  sender,
  START,
  text,
} from "./support/histories.ts";
import { makeVersion, schemaOf } from "./support/versions.ts";

const VERSIONS = Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1);

const ROOM: RoomRecord = {
  number: 0,
  name: "lobby",
  form: "lobby",
  topic: "",
  seq: 0,
  firstSeq: 1,
  kind: "open",
  creator: null,
  group: null,
};

/** The schema that such migrations lead to. */
function schema(...migrations: Schema["migrations"]): Schema {
  return { applicationId: APPLICATION_ID, migrations };
}

/** A connection to a new, empty file. */
function empty(path: string): Database {
  Deno.writeTextFileSync(path, "");
  return new Database(path);
}

for (const version of VERSIONS) {
  Deno.test(`migrate() makes the schema of versions/${version}.sql`, () => {
    using folder = new Folder();
    const [made, kept] = [`${folder.path}/made`, `${folder.path}/kept`];
    {
      using db = empty(made);
      migrate(db, schema(...MIGRATIONS.slice(0, version)));
      assertEquals(schemaVersion(db, schema(...MIGRATIONS)), version);
    }
    makeVersion(`${version}`, kept);
    assertEquals(schemaOf(made), schemaOf(kept));
  });

  Deno.test(`openHistory() reads and goes on with a file of version ${version}`, () => {
    using folder = new Folder();
    const path = `${folder.path}/history.db`;
    makeVersion(`${version}`, path);
    {
      using history = openHistory(folder.path);
      assertEquals([...history.rooms()].slice(0, 2), [
        { ...ROOM, topic: "Weather", seq: 3, firstSeq: 2 },
        { ...ROOM, number: 1, name: "Garden", form: "garden", seq: 1 },
      ]);
      assertEquals(text(history.read(0, { after: 0 }).bytes), payloads(2, 3));
      assertEquals(text(history.read(1, { after: 0 }).bytes), "1:1;");
      const found = history.search(0, "fox").hits;
      assertEquals(found.map(({ seq }) => seq), [3, 2]);
      const alice: Sender = sender(1);
      const at = START + 1_000;
      assertEquals(history.sent(alice, 5), { room: 0, seq: 1, at });
      assertEquals(history.sent(alice, 6), { room: 1, seq: 1, at });
      const [name] = history.names();
      assertEquals(name?.shown, "Alice");
      history.append([entry(4, { sent: { sender: alice, number: 7 } })]);
      const { number } = history.createRoom({ name: "x", form: "x" }, [
        alice.fingerprint,
      ]);
      assertEquals(number, version + 1);
    }
    assertSound(path);
  });
}

Deno.test("openHistory() gives a file of version 1 a log id for good, and nobody a right", () => {
  using folder = new Folder();
  makeVersion("1", `${folder.path}/history.db`);
  const logIds = [1, 2].map(() => {
    using history = openHistory(folder.path);
    assertEquals([...history.members()], []);
    assertEquals([...history.roles()], []);
    assertEquals([...history.sanctions()], []);
    assertEquals([...history.admissions()], []);
    assertEquals(history.addresses(), []);
    return Uint8Array.from(history.logId);
  });
  assertEquals(logIds[0]?.length, 16);
  assertEquals(logIds[0], logIds[1]);
});

Deno.test("openHistory() finds all that a file of version 2 remembers", () => {
  using folder = new Folder();
  makeVersion("2", `${folder.path}/history.db`);
  using history = openHistory(folder.path);
  const [alice, bob] = [1, 2].map((who) => sender(who).fingerprint);
  const [at, expired] = [START + 1_000, 1_800_000_000_000];
  assert(alice !== undefined && bob !== undefined);
  assertEquals(history.logId, new Uint8Array(16).fill(7));
  assertEquals(history.room(2)?.kind, "direct");
  assertEquals(history.room(2)?.creator, alice);
  assertEquals([...history.rooms()].map(({ group }) => group), [
    null,
    null,
    null,
  ]);
  assertEquals(history.sealingKey(alice), undefined);
  assertEquals([...history.members()], [
    { room: 0, owner: bob, since: 1, delivered: 3, read: 2 },
    { room: 2, owner: alice, since: 0, delivered: 0, read: 0 },
  ]);
  assertEquals([...history.roles()], [{ owner: alice, role: "owner" }]);
  const by = { by: "Alice", at };
  assertEquals([...history.sanctions()], [
    { kind: "ban", subject: "192.0.2.1", name: "", ...by, until: null },
    {
      kind: "mute",
      subject: "SHA256:bob",
      name: "Bob",
      ...by,
      until: START + 9_000,
    },
  ]);
  assertEquals([...history.admissions()], [{ owner: bob, at: START + 2_000 }]);
  assertEquals(history.addresses(), [
    "chat://chat.example:7000",
    "chat://10.0.0.1:7000",
  ]);
  const used = new Uint8Array(32).fill(0xaa);
  const open = new Uint8Array(32).fill(0xbb);
  assert(history.redeem({ digest: used, owner: bob, at: expired }));
  assert(!history.redeem({ digest: used, owner: alice, at }));
  assert(!history.redeem({ digest: open, owner: alice, at: expired }));
  assert(history.redeem({ digest: open, owner: alice, at }));
});

Deno.test("openHistory() goes on with the rooms of two of a file of version 2", () => {
  using folder = new Folder();
  makeVersion("2", `${folder.path}/history.db`);
  {
    using history = openHistory(folder.path);
    history.append([founding(2, 1, 7), commit(2, 2, 1)]);
    history.createRoom(sealedRoom(8));
  }
  using history = openHistory(folder.path);
  assertEquals(history.room(2)?.group, { id: groupId(7), turn: 1 });
  assertEquals(history.room(3)?.kind, "sealed");
});

Deno.test("openHistory() uses no number of a removed room again after a migration", () => {
  using folder = new Folder();
  makeVersion("2", `${folder.path}/history.db`);
  {
    using db = raw(`${folder.path}/history.db`);
    db.exec("DELETE FROM member WHERE room = 2");
    db.exec("DELETE FROM room WHERE number = 2");
  }
  using history = openHistory(folder.path);
  assertEquals(history.createRoom({ name: "x", form: "x" }).number, 3);
});

Deno.test("openHistory() finds the groups and keys of a file of version 3", () => {
  using folder = new Folder();
  makeVersion("3", `${folder.path}/history.db`);
  using history = openHistory(folder.path);
  const [title, info, hello] = [1, 2, 3].map((n) => Uint8Array.of(n));
  assert(title !== undefined && info !== undefined && hello !== undefined);
  assertEquals(history.group(2), {
    ...{ id: groupId(0x22), turn: 0, title, info, hello },
  });
  assertEquals(history.room(3)?.kind, "sealed");
  assertEquals(history.group(3), {
    ...{ id: groupId(0x33), turn: 1, title },
    ...{ info: Uint8Array.of(4), hello: new Uint8Array() },
  });
  history.append([commit(3, 2, 2)]);
  assertEquals(history.sealingKey(sender(1).fingerprint), Uint8Array.of(5));
});

const ONE = ["CREATE TABLE a (x)"];
const TWO = ["CREATE TABLE b (x)", "INSERT INTO b VALUES (2)"];

Deno.test("migrate() applies what is missing, in order, once", () => {
  using folder = new Folder();
  using db = empty(`${folder.path}/db`);
  migrate(db, schema(ONE));
  assertEquals(schemaVersion(db, schema(ONE)), 1);
  migrate(db, schema(ONE, TWO));
  migrate(db, schema(ONE, TWO));
  assertEquals(schemaVersion(db, schema(ONE, TWO)), 2);
  assertEquals(db.query<{ x: number }>("SELECT x FROM b").all().length, 1);
});

Deno.test("migrate() leaves the version before a step that fails", () => {
  using folder = new Folder();
  using db = empty(`${folder.path}/db`);
  const bad = [...TWO, "CREATE TABLE a (x)"];
  assertThrows(() => migrate(db, schema(ONE, bad)), Error, "already exists");
  assertEquals(schemaVersion(db, schema(ONE, TWO)), 1);
  assertThrows(() => db.query("SELECT * FROM b"), Error, "no such table");
  migrate(db, schema(ONE, TWO));
});

Deno.test("migrate() refuses a file that is newer than it knows", () => {
  using folder = new Folder();
  using db = empty(`${folder.path}/db`);
  migrate(db, schema(ONE, TWO));
  assertRefuses(
    "CHAT_STORE_UNKNOWN",
    () => migrate(db, schema(ONE)),
    "newer than 1",
  );
});
