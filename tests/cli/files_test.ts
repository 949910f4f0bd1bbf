import { utf8 } from "../../lib/bytes.ts";
import {
  createPrivateFile,
  createPrivateFileOf,
  readAtMost,
  readSmallFile,
  replacePrivateFile,
} from "../../lib/cli/files.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { run, temporaryFolder, testWith } from "../support/tools.ts";

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
    .sort();
}

Deno.test("readSmallFile() reads content and mode, and undefined for nothing", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  assertEquals(await readSmallFile(path, 4), undefined);
  await Deno.writeTextFile(path, "four");
  await Deno.chmod(path, 0o640);
  assertEquals(await readSmallFile(path, 4), {
    bytes: utf8("four"),
    mode: 0o640,
    uid: Deno.uid() ?? undefined,
  });
});

Deno.test("readSmallFile() tells the mode of what a link leads to", async () => {
  await using folder = await temporaryFolder();
  const [path, link] = [`${folder.path}/file`, `${folder.path}/link`];
  await Deno.writeTextFile(path, "x", { mode: 0o600 });
  await Deno.symlink(path, link);
  assertEquals((await readSmallFile(link, 4))?.mode, 0o600);
});

Deno.test("readSmallFile() refuses a file above the limit", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  await Deno.writeTextFile(path, "fives");
  const read = (): Promise<unknown> => readSmallFile(path, 4);
  await assertRefusesLater("CHAT_FILE", read, "larger than 4 bytes");
});

Deno.test("readSmallFile() refuses folders, devices and circles of links", async () => {
  await using folder = await temporaryFolder();
  const circle = `${folder.path}/circle`;
  await Deno.symlink(circle, circle);
  for (const path of [folder.path, "/dev/zero", circle]) {
    const read = (): Promise<unknown> => readSmallFile(path, 4);
    await assertRefusesLater("CHAT_FILE", read, `Cannot read ${path}: it`);
  }
});

testWith(
  ["mkfifo"],
  "readSmallFile() refuses a pipe without waiting for it",
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/pipe`;
    await run("mkfifo", [path]);
    const read = (): Promise<unknown> => readSmallFile(path, 4);
    await assertRefusesLater("CHAT_FILE", read, "it is not a file");
  },
);

Deno.test("readAtMost() joins what comes in pieces, up to the limit", async () => {
  const source = (pieces: number) => ({
    read(into: Uint8Array): Promise<number | null> {
      if (pieces-- === 0) return Promise.resolve(null);
      into[0] = 0x61;
      return Promise.resolve(1);
    },
  });
  assertEquals(await readAtMost(source(0), 3), utf8(""));
  assertEquals(await readAtMost(source(3), 3), utf8("aaa"));
  assertEquals(await readAtMost(source(4), 3), undefined);
  assertEquals(await readAtMost(source(Infinity), 3), undefined);
});

Deno.test("createPrivateFile() makes file and folders for this user only", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a/b/file`;
  assertEquals(await createPrivateFile(path, utf8("x")), true);
  assertEquals((await Deno.stat(path)).mode, 0o100600);
  assertEquals((await Deno.stat(`${folder.path}/a`)).mode, 0o40700);
  assertEquals((await Deno.stat(`${folder.path}/a/b`)).mode, 0o40700);
  assertEquals(await namesIn(`${folder.path}/a/b`), ["file"]);
});

Deno.test("createPrivateFile() leaves alone what is there", async () => {
  await using folder = await temporaryFolder();
  const target = `${folder.path}/target`;
  await Deno.writeTextFile(`${folder.path}/file`, "old");
  await Deno.symlink(target, `${folder.path}/dangling`);
  await Deno.mkdir(`${folder.path}/folder`);
  for (const name of ["file", "dangling", "folder"]) {
    const path = `${folder.path}/${name}`;
    assertEquals(await createPrivateFile(path, utf8("new")), false, name);
  }
  assertEquals(await Deno.readTextFile(`${folder.path}/file`), "old");
  assertEquals(await namesIn(folder.path), ["dangling", "file", "folder"]);
});

Deno.test("createPrivateFile() lets one of many win, with a whole file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(999));
  const won = await Promise.all(
    contents.map((content) => createPrivateFile(path, utf8(content))),
  );
  assertEquals(won.filter((one) => one).length, 1);
  const winner = contents[won.indexOf(true)] as string;
  assertEquals(await Deno.readTextFile(path), winner);
  assertEquals(await namesIn(folder.path), ["file"]);
});

Deno.test("createPrivateFile() tells what is in its way", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const path = `${folder.path}/file/below`;
  await assertRefusesLater(
    "CHAT_FILE",
    () => createPrivateFile(path, utf8("")),
    `Cannot write ${path}: `,
  );
});

Deno.test("replacePrivateFile() replaces content and mode, and keeps links", async () => {
  await using folder = await temporaryFolder();
  const [path, link] = [`${folder.path}/file`, `${folder.path}/link`];
  await Deno.writeTextFile(path, "old");
  await Deno.chmod(path, 0o644);
  await Deno.symlink(path, link);
  await replacePrivateFile(link, utf8("new"));
  assertEquals(await Deno.readTextFile(path), "new");
  assertEquals((await Deno.stat(path)).mode, 0o100600);
  assertEquals((await Deno.lstat(link)).isSymlink, true);
  assertEquals(await namesIn(folder.path), ["file", "link"]);
});

Deno.test("replacePrivateFile() makes a file that is not there", async () => {
  await using folder = await temporaryFolder();
  await replacePrivateFile(`${folder.path}/a/file`, utf8("new"));
  assertEquals(await namesIn(`${folder.path}/a`), ["file"]);
});

Deno.test("replacePrivateFile() leaves nothing behind when it fails", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/folder`;
  await Deno.mkdir(`${path}/full`, { recursive: true });
  await assertRefusesLater(
    "CHAT_FILE",
    () => replacePrivateFile(path, utf8("new")),
  );
  assertEquals(await namesIn(folder.path), ["folder"]);
});

Deno.test("createPrivateFileOf() leaves nothing when it is told to stop", async () => {
  await using folder = await temporaryFolder();
  const stop = new AbortController();
  function* parts(): Generator<Uint8Array<ArrayBuffer>> {
    yield new Uint8Array(10);
    stop.abort(new Error("asked to end"));
    yield new Uint8Array(10);
  }
  const { signal } = stop;
  await assertRejects(
    () => createPrivateFileOf(`${folder.path}/file`, parts(), { signal }),
    Error,
    "asked to end",
  );
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("createPrivateFileOf() joins parts into one file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  const parts = ["one", "two"].map((text) => new TextEncoder().encode(text));
  assertEquals(await createPrivateFileOf(path, parts), true);
  assertEquals(Deno.readTextFileSync(path), "onetwo");
});
