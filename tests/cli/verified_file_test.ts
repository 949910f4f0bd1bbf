import {
  changeVerified,
  readVerified,
  verifiedPath,
} from "../../lib/cli/verified_file.ts";
import { parseAddress } from "../../lib/identity/address.ts";
import { fingerprintFromBytes } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { makeSuccession } from "../../lib/identity/succession.ts";
import {
  MAX_VERIFIED_BYTES,
  type Verified,
} from "../../lib/identity/verified.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { foreignFile } from "../support/owner.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

function mark(byte: number): Verified {
  return {
    fingerprint: fingerprintFromBytes(new Uint8Array(32).fill(byte)),
    address: parseAddress("host:1"),
    name: `bob${byte}`,
    at: Date.UTC(2026, 2, 3, 12, 3),
    how: "words",
  };
}

Deno.test("verifiedPath() is beside the known servers", () => {
  const io = new TestIo({ env: { XDG_CONFIG_HOME: "/x" } });
  assertEquals(verifiedPath(io), "/x/chat/verified_identities");
});

Deno.test("readVerified() marks nobody without a file, and makes none", async () => {
  await using folder = await temporaryFolder();
  const known = await readVerified(`${folder.path}/verified`);
  assertEquals(known.list(), []);
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test("changeVerified() makes a file for this user only", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/chat/verified`;
  const { before, after } = await changeVerified(
    path,
    (known) => known.mark(mark(1)),
  );
  assertEquals([before.list().length, after.list().length], [0, 1]);
  assertEquals((await Deno.stat(path)).mode, 0o100600);
  assertEquals((await Deno.stat(`${folder.path}/chat`)).mode, 0o40700);
  assertEquals((await readVerified(path)).list(), [mark(1)]);
});

Deno.test("changeVerified() loses no change when many happen at once", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/verified`;
  const marks = Array.from({ length: 20 }, (_, index) => mark(index));
  await Promise.all(
    marks.map((each) => changeVerified(path, (known) => known.mark(each))),
  );
  const names = (await readVerified(path)).list().map(({ name }) => name);
  assertEquals(names.toSorted(), marks.map(({ name }) => name).toSorted());
});

Deno.test("changeVerified() waits for a succession to be checked", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/verified`;
  const [old, next] = [await generateIdentity(), await generateIdentity()];
  const first = { ...mark(1), fingerprint: old.fingerprint };
  await changeVerified(path, (known) => known.mark(first));
  const statement = await makeSuccession(old, next);
  await changeVerified(path, (known) => known.carryOver(statement));
  const known = await readVerified(path);
  assert(known.isVerified(next.fingerprint));
  assert(!known.isVerified(old.fingerprint));
});

Deno.test("changeVerified() does not write what did not change, and gives the lock back", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/verified`;
  const { before, after } = await changeVerified(path, (known) => known);
  assert(before === after);
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  const fail = (): never => {
    throw new RangeError("no");
  };
  await assertRejects(() => changeVerified(path, fail), RangeError);
  await changeVerified(path, (known) => known.mark(mark(1)), { waitMs: 0 });
});

Deno.test("changeVerified() gives up when another process keeps the lock", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/verified`;
  using held = await Deno.open(`${path}.lock`, { write: true, create: true });
  await held.lock(true);
  await assertRefusesLater(
    "CHAT_FILE",
    () => changeVerified(path, (known) => known.mark(mark(1)), { waitMs: 30 }),
    `Cannot lock ${path}.lock: another chat process holds it`,
  );
});

Deno.test("readVerified() refuses a file that others may change", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/verified`;
  await Deno.writeTextFile(path, "");
  for (const mode of [0o620, 0o602]) {
    await Deno.chmod(path, mode);
    await assertRefusesLater(
      "CHAT_FILE",
      () => readVerified(path),
      "may change",
    );
  }
  await Deno.chmod(path, 0o600);
  using _owner = await foreignFile(path);
  await assertRefusesLater(
    "CHAT_FILE",
    () => readVerified(path),
    "another user",
  );
});

Deno.test("readVerified() refuses what is not UTF-8, not marks or too large, and leaves it", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/verified`;
  const read = (): Promise<unknown> => readVerified(path);
  await Deno.writeFile(path, Uint8Array.of(0xff), { mode: 0o600 });
  await assertRefusesLater("CHAT_VERIFIED_DAMAGED", read, "UTF-8");
  await Deno.writeTextFile(path, "x".repeat(MAX_VERIFIED_BYTES + 1));
  await assertRefusesLater("CHAT_FILE", read, "larger");
  await Deno.writeTextFile(path, "junk\n");
  await assertRefusesLater("CHAT_VERIFIED_DAMAGED", read, "line 1");
  const change = (): Promise<unknown> =>
    changeVerified(path, (known) => known.mark(mark(1)));
  await assertRefusesLater("CHAT_VERIFIED_DAMAGED", change, "line 1");
  assertEquals(await Deno.readTextFile(path), "junk\n");
});
