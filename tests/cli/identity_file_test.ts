import {
  identityPath,
  loadIdentity,
  readKeyFile,
} from "../../lib/cli/identity_file.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { generatePrivateKey } from "../../lib/identity/identity.ts";
import { encodeKeyFile } from "../../lib/identity/key_file.ts";
import { assertEquals, assertNotEquals } from "../support/assert.ts";
import { foreignFile } from "../support/owner.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

const nothing = { identity: undefined, "passphrase-file": undefined };
const pkcs8 = await generatePrivateKey();
const plain = await encodeKeyFile(pkcs8);
const locked = await encodeKeyFile(pkcs8, "right");

Deno.test("identityPath() prefers the option, then CHAT_IDENTITY", () => {
  const env = { XDG_CONFIG_HOME: "/c", CHAT_IDENTITY: "/from/env" };
  assertEquals(identityPath(new TestIo({ env }), "/from/option"), {
    path: "/from/option",
    named: true,
  });
  assertEquals(identityPath(new TestIo({ env }), undefined), {
    path: "/from/env",
    named: true,
  });
  const empty = { ...env, CHAT_IDENTITY: "" };
  assertEquals(identityPath(new TestIo({ env: empty }), undefined), {
    path: "/c/chat/identity.pem",
    named: false,
  });
});

Deno.test("loadIdentity() creates the user's own on first use", async () => {
  await using folder = await temporaryFolder();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: folder.path } });
  const first = await loadIdentity(nothing, io);
  const path = `${folder.path}/chat/identity.pem`;
  assertEquals(io.stderr, [`Created your identity in ${path}`]);
  assertEquals((await Deno.stat(path)).mode, 0o100600);
  const second = await loadIdentity(nothing, io);
  assertEquals(second.fingerprint, first.fingerprint);
  assertEquals(io.stderr.length, 1);
});

Deno.test("loadIdentity() creates one identity when many start at once", async () => {
  await using folder = await temporaryFolder();
  const ios = Array.from(
    { length: 10 },
    () => new TestIo({ env: { XDG_CONFIG_HOME: folder.path } }),
  );
  const loaded = await Promise.all(ios.map((io) => loadIdentity(nothing, io)));
  assertEquals(new Set(loaded.map((one) => one.fingerprint)).size, 1);
  assertEquals(ios.filter((io) => io.stderr.length > 0).length, 1);
});

Deno.test("loadIdentity() makes no identity where one was named", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/mine.pem`;
  const io = new TestIo();
  const load = (): Promise<unknown> =>
    loadIdentity({ ...nothing, identity: path }, io);
  await assertRefusesLater("CHAT_FILE", load, "does not exist");
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o777]) {
  const octal = mode.toString(8);
  Deno.test(`loadIdentity() refuses a key file of mode ${octal}`, async () => {
    await using file = await keyFile(plain, mode);
    const error = await refusal("CHAT_IDENTITY_EXPOSED", file.path);
    assertEquals(error.includes(`(mode 0${octal})`), true);
  });
}

for (const mode of [0o600, 0o400, 0o700]) {
  Deno.test(`loadIdentity() accepts a key file of mode ${mode.toString(8)}`, async () => {
    await using file = await keyFile(plain, mode);
    const choice = { ...nothing, identity: file.path };
    await loadIdentity(choice, new TestIo());
  });
}

Deno.test("loadIdentity() refuses an exposed key before it asks for a passphrase", async () => {
  await using file = await keyFile(locked, 0o644);
  const io = new TestIo({ answers: ["right"] });
  const load = (): Promise<unknown> =>
    loadIdentity({ ...nothing, identity: file.path }, io);
  await assertRefusesLater("CHAT_IDENTITY_EXPOSED", load);
  assertEquals(io.questions, []);
});

Deno.test("loadIdentity() judges the file that a link leads to", async () => {
  await using file = await keyFile(plain, 0o644);
  await Deno.symlink(file.path, `${file.folder}/link`);
  await refusal("CHAT_IDENTITY_EXPOSED", `${file.folder}/link`);
});

for (const name of ["server.pem", "alice.pem", "bob"]) {
  Deno.test(`readKeyFile() accepts the public certs/${name} of mode 644`, async () => {
    const source = new URL(`../../certs/${name}`, import.meta.url);
    await using file = await keyFile(await Deno.readFile(source), 0o644);
    assertEquals((await readKeyFile(file.path))?.kind, "open");
  });
}

Deno.test("loadIdentity() refuses a key file of another user", async () => {
  await using file = await keyFile(plain, 0o600);
  using _owner = await foreignFile(file.path);
  const error = await refusal("CHAT_IDENTITY_EXPOSED", file.path);
  assertEquals(error.includes("belongs to another user"), true);
});

Deno.test("readKeyFile() accepts a public key of certs/ that belongs to another user", async () => {
  const source = new URL("../../certs/alice.pem", import.meta.url);
  await using file = await keyFile(await Deno.readFile(source), 0o644);
  using _owner = await foreignFile(file.path);
  assertEquals((await readKeyFile(file.path))?.kind, "open");
});

const damaged: Record<string, Uint8Array> = {
  "an empty file": new Uint8Array(0),
  "a file cut short": plain.slice(0, 60),
  "a file with a byte more": new Uint8Array([...plain, 0]),
  "a file larger than 16 KiB": new Uint8Array(16_385).fill(0x0a),
};
for (const [what, bytes] of Object.entries(damaged)) {
  Deno.test(`loadIdentity() refuses ${what} and leaves it alone`, async () => {
    await using file = await keyFile(bytes, 0o600);
    const code = bytes.length > 16_384 ? "CHAT_FILE" : "CHAT_IDENTITY_DAMAGED";
    await refusal(code, file.path);
    assertEquals(await Deno.readFile(file.path), new Uint8Array(bytes));
  });
}

Deno.test("loadIdentity() asks for the passphrase, three times at most", async () => {
  await using file = await keyFile(locked, 0o600);
  const choice = { ...nothing, identity: file.path };
  const patient = new TestIo({ answers: ["wrong", "", "right"] });
  await loadIdentity(choice, patient);
  const question = `Passphrase of ${file.path}: (secret)`;
  assertEquals(patient.questions, [question, question, question]);
  assertEquals(patient.stderr.length, 2);

  const io = new TestIo({ answers: ["wrong", "wrong", "wrong", "right"] });
  const load = (): Promise<unknown> => loadIdentity(choice, io);
  await assertRefusesLater("CHAT_PASSPHRASE", load, "wrong or the file");
  assertEquals(io.questions.length, 3);
});

Deno.test("loadIdentity() refuses when nobody can give the passphrase", async () => {
  await using file = await keyFile(locked, 0o600);
  const choice = { ...nothing, identity: file.path };
  const nobody = (): Promise<unknown> => loadIdentity(choice, new TestIo());
  await assertRefusesLater("CHAT_PASSPHRASE", nobody, "--passphrase-file");
  const io = new TestIo({ answers: [] }); // Ctrl-C
  const left = (): Promise<unknown> => loadIdentity(choice, io);
  await assertRefusesLater("CHAT_PASSPHRASE", left, "none was entered");
});

const passphraseFiles: [content: string, code: ErrorCode | undefined][] = [
  ["right", undefined],
  ["right\n", undefined],
  ["right\r\n", undefined],
  ["wrong\n", "CHAT_PASSPHRASE"],
  ["right \n", "CHAT_PASSPHRASE"],
  ["", "CHAT_PASSPHRASE"],
  ["\n", "CHAT_PASSPHRASE"],
  ["right\n\n", "CHAT_PASSPHRASE"],
  ["right\0", "CHAT_PASSPHRASE"],
  ["a".repeat(1024), "CHAT_PASSPHRASE"],
  ["a".repeat(9999), "CHAT_PASSPHRASE"],
];
for (const [content, code] of passphraseFiles) {
  const shown = JSON.stringify(content.slice(0, 20));
  const how = code === undefined ? "takes" : "refuses";
  Deno.test(`loadIdentity() ${how} the passphrase file ${shown} of ${content.length} bytes`, async () => {
    await using file = await keyFile(locked, 0o600);
    const path = `${file.folder}/passphrase`;
    await Deno.writeTextFile(path, content);
    const choice = { identity: file.path, "passphrase-file": path };
    const io = new TestIo({ answers: ["right"] });
    const load = (): Promise<unknown> => loadIdentity(choice, io);
    if (code === undefined) await load();
    else await assertRefusesLater(code, load);
    assertEquals(io.questions, []);
  });
}

Deno.test("loadIdentity() refuses a passphrase file that is missing or not text", async () => {
  await using file = await keyFile(locked, 0o600);
  const path = `${file.folder}/passphrase`;
  const choice = { identity: file.path, "passphrase-file": path };
  const load = (): Promise<unknown> => loadIdentity(choice, new TestIo());
  await assertRefusesLater("CHAT_FILE", load, "it does not exist");
  await Deno.writeFile(path, Uint8Array.of(0xff));
  await assertRefusesLater("CHAT_PASSPHRASE", load, "not UTF-8");
});

Deno.test("loadIdentity() says nothing of the passphrase it was given", async () => {
  await using file = await keyFile(locked, 0o600);
  const path = `${file.folder}/passphrase`;
  await Deno.writeTextFile(path, "hunter2");
  const choice = { identity: file.path, "passphrase-file": path };
  const io = new TestIo();
  const error = await assertRefusesLater(
    "CHAT_PASSPHRASE",
    () => loadIdentity(choice, io),
  );
  const said = Deno.inspect([error, io.stderr, io.stdout]);
  assertNotEquals(said, "");
  assertEquals(said.includes("hunter2"), false);
});

/** A key file in a folder of its own. */
async function keyFile(
  bytes: Uint8Array,
  mode: number,
): Promise<AsyncDisposable & { path: string; folder: string }> {
  const folder = await temporaryFolder();
  const path = `${folder.path}/key`;
  await Deno.writeFile(path, bytes);
  await Deno.chmod(path, mode);
  return {
    path,
    folder: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function refusal(code: ErrorCode, path: string): Promise<string> {
  const load = (): Promise<unknown> =>
    loadIdentity({ ...nothing, identity: path }, new TestIo());
  return (await assertRefusesLater(code, load)).message;
}
