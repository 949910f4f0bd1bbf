import {
  AGREEING_LOOKS,
  AuthorizedWatch,
  readAuthorizedKeys,
} from "../../lib/cli/authorized_file.ts";
import { assertEquals } from "../support/assert.ts";
import { foreignFile } from "../support/owner.ts";
import { certificate } from "../support/program.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { temporaryFolder } from "../support/tools.ts";

const bob = await Deno.readTextFile(certificate("bob.pub"));

Deno.test("AuthorizedWatch.look() tells of changes, and keeps quiet without one", async () => {
  await using file = await watched();
  await settle(file.watch);
  assertEquals(file.seen, []);
  await Deno.writeTextFile(file.path, "");
  await settle(file.watch);
  await Deno.writeTextFile(file.path, "damaged line\n");
  await settle(file.watch);
  await Deno.remove(file.path);
  await settle(file.watch);
  await Deno.writeTextFile(file.path, bob, { mode: 0o600 });
  await Deno.chmod(file.path, 0o666);
  await settle(file.watch);
  await Deno.chmod(file.path, 0o600);
  await settle(file.watch);
  assertEquals(file.seen, [
    "0 keys",
    "CHAT_AUTHORIZED_DAMAGED",
    "CHAT_FILE",
    "CHAT_FILE",
    "1 keys",
  ]);
});

Deno.test("AuthorizedWatch.look() waits until the file stays as it is", async () => {
  await using file = await watched();
  await Deno.writeTextFile(file.path, ""); // an editor begins
  for (let i = 1; i < AGREEING_LOOKS; i++) await file.watch.look();
  assertEquals(file.seen, []);
  await Deno.writeTextFile(file.path, bob + bob.replace("bob", "again"));
  for (let i = 1; i < AGREEING_LOOKS; i++) await file.watch.look();
  assertEquals(file.seen, []);
  await Promise.all([file.watch.look(), file.watch.look()]);
  assertEquals(file.seen, ["2 keys"]);
  await settle(file.watch);
  assertEquals(file.seen, ["2 keys"]);
});

Deno.test("AuthorizedWatch.look() reads again after a failure that has passed, told once", async () => {
  await using file = await watched();
  await Deno.writeTextFile(file.path, "");
  {
    using _none = withoutDescriptors();
    await settle(file.watch);
    await settle(file.watch);
  }
  assertEquals(file.seen, ["CHAT_FILE"]);
  await file.watch.look();
  assertEquals(file.seen, ["CHAT_FILE", "0 keys"]);
});

Deno.test("AuthorizedWatch.look() tells the same error again of another file", async () => {
  await using file = await watched();
  for (const text of ["damaged\n", "damaged too\n"]) {
    await Deno.writeTextFile(file.path, text);
    await settle(file.watch);
    await settle(file.watch);
  }
  const code = "CHAT_AUTHORIZED_DAMAGED";
  assertEquals(file.seen, [code, code]);
});

Deno.test("AuthorizedWatch.look() does not apply what changed while it was read", async () => {
  await using file = await watched();
  await Deno.writeTextFile(file.path, "");
  for (let i = 1; i < AGREEING_LOOKS; i++) await file.watch.look();
  const look = file.watch.look(); // has taken its stamp, and reads
  Deno.writeTextFileSync(file.path, `# \n${bob}`);
  await look;
  assertEquals(file.seen, []);
  await settle(file.watch);
  assertEquals(file.seen, ["1 keys"]);
});

Deno.test("readAuthorizedKeys() refuses a file of another user", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/authorized_keys`;
  await Deno.writeTextFile(path, bob, { mode: 0o600 });
  using _owner = await foreignFile(path);
  const read = (): Promise<unknown> => readAuthorizedKeys(path);
  await assertRefusesLater("CHAT_FILE", read, "belongs to another user");
});

/** A file with one key that is being watched. */
async function watched(): Promise<
  AsyncDisposable & {
    readonly path: string;
    readonly watch: AuthorizedWatch;
    /** What the watch told. */
    readonly seen: readonly string[];
  }
> {
  const folder = await temporaryFolder();
  const path = `${folder.path}/authorized_keys`;
  await Deno.writeTextFile(path, bob, { mode: 0o600 });
  const seen: string[] = [];
  const watch = new AuthorizedWatch(path, {
    onChange: ({ entries }) => void seen.push(`${entries.length} keys`),
    onError: ({ code }) => void seen.push(code),
  });
  return {
    path,
    watch,
    seen,
    async [Symbol.asyncDispose](): Promise<void> {
      watch[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Looks until whatever is there counts. */
async function settle(watch: AuthorizedWatch): Promise<void> {
  for (let i = 0; i < AGREEING_LOOKS; i++) await watch.look();
}

/** Lets no file be opened, as when the process has too many open. */
function withoutDescriptors(): Disposable {
  const real = Deno.open;
  Deno.open = () =>
    Promise.reject(Object.assign(new Error("full"), { code: "EMFILE" }));
  return { [Symbol.dispose]: () => void (Deno.open = real) };
}
