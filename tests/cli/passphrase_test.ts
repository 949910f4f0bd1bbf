import {
  askNewPassphrase,
  MAX_PASSPHRASE_BYTES,
  readPassphraseFile,
} from "../../lib/cli/passphrase.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

const longest = "é".repeat(MAX_PASSPHRASE_BYTES >> 1).padEnd(
  MAX_PASSPHRASE_BYTES - (MAX_PASSPHRASE_BYTES >> 1),
  "x",
);

Deno.test("readPassphraseFile() takes the longest passphrase with its line end", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/passphrase`;
  for (const end of ["", "\n", "\r\n"]) {
    await Deno.writeTextFile(path, longest + end);
    assertEquals(await readPassphraseFile(path), longest);
  }
});

Deno.test("readPassphraseFile() refuses a longer one", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/passphrase`;
  for (const more of ["x", "xx", "xxx", "x".repeat(9999)]) {
    await Deno.writeTextFile(path, longest + more);
    const read = (): Promise<unknown> => readPassphraseFile(path);
    await assertRefusesLater("CHAT_PASSPHRASE", read, "longer than 1023");
  }
});

Deno.test("askNewPassphrase() asks twice", async () => {
  const io = new TestIo({ answers: [longest, longest] });
  assertEquals(await askNewPassphrase(io), longest);
  assertEquals(io.questions.length, 2);
});

Deno.test("askNewPassphrase() refuses a longer one", async () => {
  const io = new TestIo({ answers: [`${longest}x`, `${longest}x`] });
  const ask = (): Promise<unknown> => askNewPassphrase(io);
  await assertRefusesLater("CHAT_PASSPHRASE", ask, "longer than 1023");
});
