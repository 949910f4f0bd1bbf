import { type Bytes, equalBytes, utf8 } from "../../lib/bytes.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { LocalBox } from "../../lib/sealed/local_box.ts";
import { makeSealingKey } from "../../lib/sealed/sealing_key.ts";
import type { SealedChange } from "../../lib/room/sealed_rooms.ts";
import { StoredRooms } from "../../lib/sealing/stored_rooms.ts";
import { openSealedDatabase } from "../../lib/store/open_sealed_database.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { raw } from "./support/database.ts";
import { Folder } from "./support/histories.ts";

const IDENTITY = await generateIdentity();
const BOX = await LocalBox.of(IDENTITY);
const DEVICE = random(16);
const [GROUP, SECRET, THREAD, PEER, AUTHOR] = [1, 2, 3, 4, 5]
  .map(() => random(32)) as [Bytes, Bytes, Bytes, Bytes, Bytes];
const KEY = await makeSealingKey(IDENTITY, 1_700_000_000_123);
const ENVELOPE = random(294);

function random(size: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(size));
}

function open(directory: string): StoredRooms {
  return openSealedDatabase(directory, {
    owner: BOX.owner,
    use: (database) => new StoredRooms(database, { box: BOX, device: DEVICE }),
    onDamage: (path) => {
      throw new Error(`damaged: ${path}`);
    },
  });
}

function fill(rooms: StoredRooms): void {
  const author = { name: "name-of-a-peer", fingerprint: AUTHOR };
  const change: SealedChange = { kind: "joined", member: author };
  rooms.keepGroup({
    ...{ group: GROUP, secret: SECRET, thread: THREAD, peer: PEER },
    ...{ name: "name-of-a-room", topic: "topic-of-a-room", rekeyedAt: 12345 },
  });
  rooms.keepKey(KEY);
  rooms.keepOwn({
    ...{ number: 1, group: GROUP, envelope: ENVELOPE },
    content: utf8("content-of-a-message"),
  });
  const at = { room: 4, at: 1_700_000_000_456 };
  rooms.keepLines(THREAD, 1, [
    { kind: "said", ...at, seq: 1, ...author, text: "words-that-were-said" },
    { kind: "sealed", ...at, entry: 1, change },
  ]);
}

/** What nobody may find who has the files without the identity. */
const NEEDLES: Readonly<Record<string, Bytes>> = {
  secret: SECRET,
  thread: THREAD,
  peer: PEER,
  author: AUTHOR,
  "own fingerprint": Uint8Array.fromBase64(IDENTITY.fingerprint.slice(7)),
  "own public key": IDENTITY.publicKey,
  "sealing secret": KEY.secret,
  "published key": KEY.published.slice(9),
  envelope: ENVELOPE,
  device: DEVICE,
  "name of a room": utf8("name-of-a-room"),
  "topic of a room": utf8("topic-of-a-room"),
  "name of a peer": utf8("name-of-a-peer"),
  content: utf8("content-of-a-message"),
  words: utf8("words-that-were-said"),
  kind: utf8("joined"),
};

/** In which forms they might be there. */
function formsOf(needle: Bytes): readonly Bytes[] {
  const middle = needle.slice(0, 24); // of base64, whatever is before it
  return [
    needle,
    utf8(needle.toHex()),
    utf8(middle.toBase64({ omitPadding: true })),
    utf8(middle.slice(1).toBase64({ omitPadding: true }).slice(0, -1)),
    utf8(middle.slice(2).toBase64({ omitPadding: true }).slice(0, -1)),
  ];
}

function holds(bytes: Bytes, needle: Bytes): boolean {
  for (let at = bytes.indexOf(needle[0] as number); at >= 0;) {
    if (equalBytes(bytes.subarray(at, at + needle.length), needle)) return true;
    at = bytes.indexOf(needle[0] as number, at + 1);
  }
  return false;
}

function filesOf(directory: string): readonly string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    return isDirectory ? filesOf(path) : [path];
  });
}

Deno.test("nothing that StoredRooms keeps can be read in its files", () => {
  using folder = new Folder();
  const check = (): void => {
    for (const path of filesOf(folder.path)) {
      const bytes = Deno.readFileSync(path);
      for (const [what, needle] of Object.entries(NEEDLES)) {
        const found = formsOf(needle).some((form) => holds(bytes, form));
        assert(!found, `${what} in ${path}`);
      }
      if (path.endsWith(".db")) assert(!holds(bytes, GROUP), "group");
    }
  };
  {
    using rooms = open(folder.path);
    fill(rooms);
    check();
  }
  check(); // what was in the write-ahead log is in the database now
  using rooms = open(folder.path);
  assertEquals(rooms.groups()[0]?.secret, SECRET);
});

Deno.test("the search for what can be read finds what can", () => {
  const text = `{"secret":"\0b${SECRET.toBase64()}"}`;
  assert(formsOf(SECRET).some((form) => holds(utf8(text), form)));
  assert(holds(utf8("xxname-of-a-room"), utf8("name-of-a-room")));
});

Deno.test("StoredRooms takes no record from another place for its own", () => {
  using folder = new Folder();
  {
    using rooms = open(folder.path);
    fill(rooms);
    rooms.keepLines(THREAD, 2, [{
      ...{ kind: "titled", room: 4, seq: 2, at: 1, name: "x", text: "new" },
      fingerprint: AUTHOR,
    }]);
    rooms.keepOwn({
      ...{ number: 2, group: GROUP, envelope: random(300) },
      content: utf8("another message"),
    });
  }
  {
    using db = raw(`${folder.path}/sealed.db`);
    for (const [table, count] of [[3, 2], [7, 3]] as const) {
      const rows = db.prepare(
        "SELECT id, value FROM record WHERE substr(hex(key), 1, 2) = ? ORDER BY id",
      ).all(`0${table}`);
      assertEquals(rows.length, count);
      const [first, second] = rows;
      const move = db.prepare("UPDATE record SET value = ? WHERE id = ?");
      move.run(first?.["value"] ?? null, second?.["id"] ?? null);
    }
  }
  using rooms = open(folder.path);
  assertRefuses("CHAT_DEVICE_DAMAGED", () => rooms.ownOf(2));
  assertEquals(rooms.ownOf(1)?.number, 1);
  const all = rooms.linesBefore(THREAD, { before: null, limit: 10 });
  assertEquals(all.map(({ line }) => line.kind), ["said", "titled"]);
  assertEquals(rooms.linesOf(THREAD, 1).length, 1);
  assertEquals(rooms.linesOf(THREAD, 2).length, 1);
});

Deno.test("StoredRooms shows all lines but those that the disk has changed", () => {
  using folder = new Folder();
  const said = (seq: number): Parameters<StoredRooms["keepLines"]>[2] => [{
    ...{ kind: "said", room: 4, seq, at: 1, name: "x", text: `${seq}` },
    fingerprint: AUTHOR,
  }];
  {
    using rooms = open(folder.path);
    for (let entry = 1; entry <= 9; entry++) {
      rooms.keepLines(THREAD, entry, said(entry));
    }
  }
  for (const broken of [5, 4, 6, 1, 9, 3]) {
    breakLine(folder.path, broken);
    using rooms = open(folder.path);
    const lines = rooms.linesBefore(THREAD, { before: null, limit: 10 });
    for (let entry = 1; entry <= 9; entry++) {
      const isThere = lines.some(({ place }) => place === entry);
      assertEquals(rooms.linesOf(THREAD, entry), isThere ? said(entry) : []);
    }
    assert(!lines.some(({ place }) => place === broken));
  }
});

Deno.test("StoredRooms shows what is left of an entry of several lines", () => {
  using folder = new Folder();
  const at = { kind: "said", room: 4, seq: 1, at: 1, name: "x" } as const;
  const lines = ["one", "two", "three"]
    .map((text) => ({ ...at, text, fingerprint: AUTHOR }));
  {
    using rooms = open(folder.path);
    rooms.keepLines(THREAD, 1, lines);
  }
  breakLine(folder.path, 2);
  using rooms = open(folder.path);
  const left = lines.filter(({ text }) => text !== "two");
  assertEquals(rooms.linesOf(THREAD, 1), left);
});

/** Changes what is kept of the line at a place. */
function breakLine(directory: string, place: number): void {
  using db = raw(`${directory}/sealed.db`);
  db.prepare("UPDATE record SET value = x'00' WHERE hex(key) LIKE '07%' || ?")
    .run(place.toString(16).padStart(16, "0"));
}
