import { exportCommand } from "../../lib/cli/export.ts";
import { KEPT_KINDS } from "../../lib/protocol/entry.ts";
import type { History } from "../../lib/room/history.ts";
import { fingerprintText } from "../../lib/ui/marks.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/tools.ts";
import { makeRoom, store } from "./stored.ts";

/** What a server keeps of rooms that it cannot read. */
const SEALED = [
  { kind: "founded", group: new Uint8Array(32).fill(0xab) },
  { kind: "committed", turn: 1, body: Uint8Array.of(1, 2, 3) },
  { kind: "sealed", body: Uint8Array.of(0xff, 0xfe) },
] as const;
const GROUP = "ab".repeat(32);

const SHA = `SHA256:${"A".repeat(43)}`;
const nothing = {
  format: "text",
  list: false,
  number: undefined,
  direct: false,
  output: undefined,
};

/** A data folder with what `fill` puts into it. */
async function dataFolder(
  fill: (history: History) => void,
): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  using history = openHistory(folder.path);
  fill(history);
  return folder;
}

/** Runs `chat export` and returns what it printed. */
async function run(
  folder: TemporaryFolder,
  args: readonly string[],
  options: Partial<Parameters<typeof exportCommand.run>[1]> = {},
): Promise<readonly string[]> {
  const io = new TestIo();
  const all = { ...nothing, data: folder.path, ...options };
  await exportCommand.run(args, all, io);
  return io.stdout;
}

Deno.test("chat export writes one JSON object for each kept entry", async () => {
  await using folder = await dataFolder((history) => {
    const room = makeRoom(history, "Tea");
    store(history, room, [
      { kind: "said", text: "hi" },
      { kind: "did", text: "waves" },
      { kind: "titled", text: "Assam" },
      { kind: "renewed", next: new Uint8Array(32).fill(255) },
    ]);
  });
  const lines = await run(folder, ["TEA"], { format: "json" });
  const place = (seq: number): object => ({
    room: "Tea",
    seq,
    at: `2026-03-03T00:00:0${seq}.000Z`,
  });
  const who = { name: "alice", fingerprint: SHA };
  assertEquals(lines.map((line) => JSON.parse(line)), [
    { ...place(1), kind: "said", ...who, text: "hi" },
    { ...place(2), kind: "did", ...who, text: "waves" },
    { ...place(3), kind: "titled", ...who, text: "Assam" },
    { ...place(4), kind: "renewed", ...who, next: `SHA256:${"/".repeat(42)}8` },
  ]);
  assertEquals(Object.keys(JSON.parse(lines[0] ?? "")), [
    "room",
    "seq",
    "at",
    "kind",
    "name",
    "fingerprint",
    "text",
  ]);
});

Deno.test("chat export writes lines that a terminal may be given", async () => {
  const text = "red \x1b[31m\u{202e}one\nand two";
  await using folder = await dataFolder((history) =>
    store(history, 0, [{ kind: "said", text }])
  );
  const lines = await run(folder, ["lobby"]);
  assertMatch(lines[0] ?? "", /^2026-03-0\d \d\d:\d\d alice·AAAA: red one$/);
  assertMatch(lines[1] ?? "", /^ +and two$/);
  const [json = ""] = await run(folder, ["lobby"], { format: "json" });
  assert(!/[\p{Cc}\p{Cf}]/u.test(json), json);
  assertEquals(JSON.parse(json).text, text);
});

Deno.test("chat export writes a line of text for every kind of entry that is kept", async () => {
  await using folder = await dataFolder((history) =>
    store(history, 0, [
      { kind: "said", text: "hi" },
      { kind: "did", text: "waves" },
      { kind: "titled", text: "Assam" },
      { kind: "renewed", next: new Uint8Array(32) },
      ...SEALED,
    ])
  );
  const lines = await run(folder, ["lobby"]);
  const dated = lines.filter((line) => /^2026-03-0\d \d\d:\d\d /.test(line));
  assertEquals(dated.length, KEPT_KINDS.length, lines.join("\n"));
  assertMatch(lines[1] ?? "", / \* alice·AAAA waves$/);
  assertMatch(lines[2] ?? "", /alice·AAAA.*Assam/);
});

Deno.test("chat export writes what is sealed as it is kept", async () => {
  await using folder = await dataFolder((history) => {
    const form = `&${GROUP}`;
    const empty = new Uint8Array();
    const group = {
      id: Uint8Array.fromHex(GROUP),
      ...{ title: empty, info: empty, hello: empty },
    };
    history.createRoom({ name: "", form, kind: "sealed", group });
    store(history, 1, SEALED);
  });
  const lines = await run(folder, [], { number: 1 });
  assertMatch(lines[0] ?? "", /^2026-03-0\d \d\d:\d\d -- SHA256:A{43} began /);
  assert(lines[0]?.endsWith(` began group ${GROUP}`), lines[0]);
  assert(lines[1]?.endsWith(" changed the keys, turn 1, 3 bytes"), lines[1]);
  assert(lines[2]?.endsWith(" sealed a message, 2 bytes"), lines[2]);
  const json = await run(folder, [], { number: 1, format: "json" });
  const place = (seq: number): object => ({
    room: `&${GROUP}`,
    seq,
    at: `2026-03-03T00:00:0${seq}.000Z`,
  });
  const who = { name: "alice", fingerprint: SHA };
  assertEquals(json.map((line) => JSON.parse(line)), [
    { ...place(1), kind: "founded", ...who, group: GROUP },
    { ...place(2), kind: "committed", ...who, turn: 1, bytes: 3, body: "AQID" },
    { ...place(3), kind: "sealed", ...who, bytes: 2, body: "//4=" },
  ]);
  const list = await run(folder, [], { list: true });
  assertEquals(list[2], "     1  sealed         3  &abababab");
  const [, listed = ""] = await run(folder, [], { list: true, format: "json" });
  assertEquals(JSON.parse(listed).group, GROUP);
});

Deno.test("chat export --list shows every room, and which number it has", async () => {
  await using folder = await dataFolder((history) => {
    makeRoom(history, "tea");
    const owner = new Uint8Array(32).fill(7);
    const form = `@${"00".repeat(32)}+${owner.toHex()}`;
    history.createRoom({ name: "", form, kind: "direct" });
    history.append([], [{
      kind: "name",
      name: { owner, shown: "bo\x1b[2Jb", form: "bob", seen: 1 },
    }]);
    store(history, 1, [{ kind: "said", text: "hi" }]);
  });
  assertEquals(await run(folder, [], { list: true }), [
    "number  kind    messages  name, or who it is of",
    "     0  open           0  lobby",
    "     1  open           1  tea",
    `     2  direct         0  ${SHA} and bob`,
  ]);
  const lines = await run(folder, [], { list: true, format: "json" });
  assertEquals(JSON.parse(lines[1] ?? ""), {
    number: 1,
    kind: "open",
    name: "tea",
    topic: "",
    firstSeq: 1,
    seq: 1,
  });
  assertEquals(JSON.parse(lines[2] ?? "").members, [
    { name: null, fingerprint: SHA },
    {
      name: "bo\x1b[2Jb",
      fingerprint: fingerprintText(new Uint8Array(32).fill(7)),
    },
  ]);
});

Deno.test("chat export reads a conversation of two people only when told to", async () => {
  await using folder = await dataFolder((history) => {
    history.createRoom({ name: "", form: "1+2", kind: "direct" });
    store(history, 1, [{ kind: "said", text: "psst" }]);
  });
  await assertRefusesLater(
    "CHAT_USAGE",
    () => run(folder, [], { number: 1 }),
    "--direct",
  );
  const lines = await run(folder, [], { number: 1, direct: true });
  assertEquals(lines.length, 1);
});

Deno.test("chat export refuses rooms and formats that there are not", async () => {
  await using folder = await dataFolder(() => {});
  const refused = [
    ["CHAT_NO_SUCH_ROOM", ["tea"], {}],
    ["CHAT_NO_SUCH_ROOM", ["not a name"], {}],
    ["CHAT_NO_SUCH_ROOM", [], { number: 1 }],
    ["CHAT_USAGE", [], {}],
    ["CHAT_USAGE", ["lobby"], { number: 0 }],
    ["CHAT_USAGE", ["lobby"], { list: true }],
    ["CHAT_USAGE", ["lobby"], { format: "xml" }],
    ["CHAT_FILE", ["lobby"], { data: `${folder.path}/none` }],
  ] as const;
  for (const [code, args, options] of refused) {
    await assertRefusesLater(code, () => run(folder, args, options));
  }
});

Deno.test("chat export --output makes a private file, and replaces none", async () => {
  await using folder = await dataFolder((history) =>
    store(history, 0, [{ kind: "said", text: "hi" }])
  );
  const output = `${folder.path}/out.txt`;
  assertEquals(await run(folder, ["lobby"], { output }), []);
  assertMatch(Deno.readTextFileSync(output), /^.*alice·AAAA: hi\n$/);
  assertEquals((Deno.statSync(output).mode ?? 0) & 0o777, 0o600);
  await assertRefusesLater(
    "CHAT_FILE",
    () => run(folder, ["lobby"], { output }),
    "it exists already",
  );
});

Deno.test("chat export leaves no file when an entry cannot be read", async () => {
  await using folder = await dataFolder((history) => {
    store(history, 0, [{ kind: "said", text: "hi" }]);
    const payload = new Uint8Array([0x10, 0, 1, 0xff]);
    history.append([{ room: 0, seq: 2, at: 0, payload }]);
  });
  const output = `${folder.path}/out.txt`;
  await assertRefusesLater(
    "CHAT_PROTOCOL",
    () => run(folder, ["lobby"], { output }),
  );
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assertEquals(names.filter((name) => name.startsWith("out")), []);
});
