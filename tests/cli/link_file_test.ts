import { readLinkFile } from "../../lib/cli/link_file.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { foreignFile } from "../support/owner.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { temporaryFolder } from "../support/tools.ts";

const LINK = `chat://host:1/plans#key=${"B".repeat(42)}A`;

async function write(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  await Deno.writeFile(path, bytes, { mode });
  await Deno.chmod(path, mode);
}

Deno.test("readLinkFile() reads the first and only line", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  for (const end of ["", "\n", "\r\n"]) {
    await write(path, LINK + end);
    assertEquals(await readLinkFile(path), LINK);
  }
});

Deno.test("readLinkFile() refuses a file that others may read, or own", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  for (const mode of [0o640, 0o604, 0o620, 0o601]) {
    await write(path, LINK, mode);
    const error = await assertRefusesLater(
      "CHAT_FILE",
      () => readLinkFile(path),
      "other users may read it",
    );
    assert(error.hint.includes("chmod 600"));
  }
  await write(path, LINK);
  using _foreign = await foreignFile(path);
  await assertRefusesLater(
    "CHAT_FILE",
    () => readLinkFile(path),
    "belongs to another user",
  );
});

Deno.test("readLinkFile() quotes nothing of what it cannot read as a link", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  const contents = [
    "",
    "\n",
    `${LINK}\n${LINK}`,
    `${LINK} more`,
    `${LINK}${"x".repeat(4096)}`,
    Uint8Array.of(0xff, 0xfe),
  ];
  for (const content of contents) {
    await write(path, content);
    const error = await assertRefusesLater(
      "CHAT_FILE",
      () => readLinkFile(path),
    );
    assert(!`${error.message}${error.hint}`.includes("BBBB"));
  }
  await assertRefusesLater("CHAT_FILE", () => readLinkFile(`${path}x`));
});
