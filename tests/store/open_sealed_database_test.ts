import { ChatError } from "../../lib/errors.ts";
import type { SealedDatabase } from "../../lib/member/sealed_database.ts";
import { Database } from "../../lib/store/database.ts";
import { openSealedDatabase } from "../../lib/store/open_sealed_database.ts";
import { migrate, schemaVersion } from "../../lib/store/schema.ts";
import { SEALED_SCHEMA } from "../../lib/store/sealed_schema.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { raw } from "./support/database.ts";
import { lineOf, openFixed, ownOf, THREAD } from "./support/fixed_rooms.ts";
import { Folder } from "./support/histories.ts";
import { makeVersion, schemaOf } from "./support/versions.ts";

const OWNER = new Uint8Array(32).fill(1);
const KEY = new Uint8Array([1, 2]);

/** Opens what must be there, or says where it was put. */
function open(
  directory: string,
  { owner = OWNER, moved }: { owner?: typeof OWNER; moved?: string[] } = {},
): SealedDatabase {
  return openSealedDatabase(directory, {
    owner,
    use: (database) => database,
    onDamage: (path, why) => {
      if (moved === undefined) throw new Error(`damaged: ${path}`);
      moved.push(`${why} ${path}`);
    },
  });
}

function mode(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

Deno.test("openSealedDatabase() makes a folder and files for this user only", () => {
  using folder = new Folder();
  const path = `${folder.path}/a/b`;
  using database = open(path);
  database.put({ key: KEY, value: KEY });
  database.stateOf(OWNER).replace([KEY], 1);
  assertEquals(mode(path), "700");
  assertEquals(mode(`${path}/sealed`), "700");
  const state = `sealed/${OWNER.toHex()}`;
  const names = ["sealed.db", "sealed.db-wal", "sealed.lock", state];
  for (const name of [...names, `${state}.lock`, `${state}.note`]) {
    assertEquals(mode(`${path}/${name}`), "600", name);
  }
});

Deno.test("openSealedDatabase() takes files from others that they could read", () => {
  using folder = new Folder();
  Deno.writeFileSync(`${folder.path}/sealed.db`, new Uint8Array(0), {
    mode: 0o644,
  });
  using _ = open(folder.path);
  assertEquals(mode(`${folder.path}/sealed.db`), "600");
});

Deno.test("openSealedDatabase() refuses what another has, and frees it", () => {
  using folder = new Folder();
  {
    using _ = open(folder.path);
    assertRefuses("CHAT_DEVICE_IN_USE", () => open(folder.path));
  }
  open(folder.path)[Symbol.dispose]();
  const use = (): never => {
    throw new RangeError("a bug");
  };
  try {
    openSealedDatabase(folder.path, { owner: OWNER, use, onDamage: () => {} });
  } catch (error) {
    assert(error instanceof RangeError);
  }
  open(folder.path)[Symbol.dispose]();
});

Deno.test("SealedDatabase.dropState() leaves no file of a group", () => {
  using folder = new Folder();
  using database = open(folder.path);
  for (const records of [[KEY], []]) {
    database.stateOf(OWNER).replace(records, 1);
    database.dropState(OWNER);
    assertEquals([...Deno.readDirSync(`${folder.path}/sealed`)], []);
  }
});

/** Ways in which a file may be damaged. */
const DAMAGE: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "no database": () => new TextEncoder().encode("not a database at all"),
  "overwritten in the middle": (bytes) =>
    bytes.slice().fill(0x5a, 5_000, 9_000),
  "overwritten at its end": (bytes) =>
    bytes.slice().fill(0x5a, bytes.length - 9_000, bytes.length - 5_000),
  "cut off": (bytes) => bytes.slice(0, bytes.length - 4_096),
};
for (const [what, damage] of Object.entries(DAMAGE)) {
  Deno.test(`openSealedDatabase() puts a file aside that is ${what}, and says so`, () => {
    using folder = new Folder();
    const path = `${folder.path}/sealed.db`;
    {
      using database = open(folder.path);
      for (let count = 0; count < 100; count++) {
        const key = Uint8Array.of(2, count);
        database.put({ key, value: new Uint8Array(1_000) });
      }
    }
    Deno.writeFileSync(path, damage(Deno.readFileSync(path)));
    const moved: string[] = [];
    using database = open(folder.path, { moved });
    const [why, aside = ""] = moved[0]?.split(" ") ?? [];
    assertEquals(why, "damaged");
    assert(aside.startsWith(`${path}.damaged-`), aside);
    assertEquals([mode(aside), mode(path)], ["600", "600"]);
    assertEquals(database.get(KEY), undefined);
    database.put({ key: KEY, value: KEY });
  });
}

Deno.test("openSealedDatabase() puts the file of another identity aside", () => {
  using folder = new Folder();
  {
    using database = open(folder.path);
    database.put({ key: KEY, value: KEY });
    database.stateOf(OWNER).replace([KEY], 1);
  }
  const moved: string[] = [];
  using database = open(folder.path, { moved, owner: KEY });
  const [aside = ""] = moved;
  assert(aside.startsWith(`foreign ${folder.path}/sealed.db.foreign-`), aside);
  assertEquals(database.get(KEY), undefined);
  assertEquals(database.stateOf(OWNER).read()?.records, [KEY]);
});

Deno.test("openSealedDatabase() puts a file aside in which a record was changed", async () => {
  using folder = new Folder();
  {
    using rooms = await openFixed(folder.path);
    rooms.keepLines(THREAD, 1, [lineOf(1)]);
  }
  {
    using db = raw(`${folder.path}/sealed.db`);
    db.exec("UPDATE record SET value = randomblob(100) WHERE id = 2");
  }
  const moved: string[] = [];
  using rooms = await openFixed(folder.path, (path) => moved.push(path));
  assertEquals(moved.length, 1);
  assertEquals(rooms.lastEntry(THREAD), 0);
});

Deno.test("openSealedDatabase() refuses a file that it does not know untouched", () => {
  const ours = `application_id = ${SEALED_SCHEMA.applicationId}`;
  for (
    const pragma of [`${ours}; PRAGMA user_version = 99`, "user_version = 1"]
  ) {
    using folder = new Folder();
    const path = `${folder.path}/sealed.db`;
    {
      using db = raw(path);
      db.exec(`CREATE TABLE some (thing); PRAGMA ${pragma}`);
    }
    const before = Deno.readFileSync(path);
    assertRefuses("CHAT_DEVICE_UNKNOWN", () => open(folder.path));
    assertEquals(Deno.readFileSync(path), before);
  }
});

Deno.test("openSealedDatabase() says what is in the way", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  const error = assertRefuses("CHAT_FILE", () => open(`${folder.path}/file/x`));
  assert(error instanceof ChatError);
});

for (const [i] of SEALED_SCHEMA.migrations.entries()) {
  const version = i + 1;
  const name = `sealed_${version}`;

  Deno.test(`migrate() makes the schema of versions/${name}.sql`, () => {
    using folder = new Folder();
    const [made, kept] = [`${folder.path}/made`, `${folder.path}/kept`];
    {
      Deno.writeTextFileSync(made, "");
      using db = new Database(made);
      const migrations = SEALED_SCHEMA.migrations.slice(0, version);
      migrate(db, { ...SEALED_SCHEMA, migrations });
      assertEquals(schemaVersion(db, SEALED_SCHEMA), version);
    }
    makeVersion(name, kept);
    assertEquals(schemaOf(made), schemaOf(kept));
  });

  Deno.test(`StoredRooms reads and goes on with a file of version ${version}`, async () => {
    using folder = new Folder();
    makeVersion(name, `${folder.path}/sealed.db`);
    using rooms = await openFixed(folder.path);
    assertEquals(rooms.lastEntry(THREAD), 2);
    assertEquals(rooms.linesOf(THREAD, 2), [lineOf(2)]);
    assertEquals(rooms.ownOf(2), ownOf(2));
    assertEquals(rooms.groups().map(({ name }) => name), ["plans"]);
    assertEquals(rooms.keys().map(({ at }) => at), [7]);
    rooms.keepLines(THREAD, 3, [lineOf(3)]);
    assertEquals(
      rooms.linesBefore(THREAD, { before: null, limit: 5 }).length,
      3,
    );
  });
}
