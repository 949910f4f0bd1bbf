import { readLinkFile } from "../../lib/cli/link_file.ts";
import {
  type LinkPlace,
  linkPlace,
  saveLink,
} from "../../lib/cli/save_link.ts";
import { MAX_LINK_LENGTH } from "../../lib/identity/target.ts";
import type { LinkSecrets } from "../../lib/ui/scene.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { foreignFile } from "../support/owner.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { sealedRoom } from "../support/rooms.ts";
import { temporaryFolder } from "../support/tools.ts";

const WANTED = { kind: "sealed", name: "plans", make: true } as const;
const LINK = `chat://host:1/plans#key=${"B".repeat(42)}A`;
const key = new Uint8Array(32).fill(9);

function linkFor({ room }: LinkSecrets): string {
  return `chat://x/${room?.name}#key=${room?.key[0]}`;
}

function conversation(name = "plans"): FakeConversation {
  const conversation = new FakeConversation();
  conversation.rooms.set(1, sealedRoom(1, name));
  conversation.sealed.secrets.set(1, key);
  return conversation;
}

async function save(
  place: LinkPlace,
  where = conversation(),
): Promise<string> {
  return await saveLink(place, where, { room: 1, name: "asked", linkFor });
}

async function write(path: string, text: string, mode = 0o600): Promise<void> {
  await Deno.writeTextFile(path, text, { mode });
  await Deno.chmod(path, mode);
}

async function assertNoPlace(path: string, why: string): Promise<void> {
  const before = await Deno.readTextFile(path);
  await assertRefusesLater("CHAT_FILE", () => linkPlace(path, WANTED), why);
  assertEquals(await Deno.readTextFile(path), before);
}

Deno.test("saveLink() makes a file that we alone can read, and --link-file reads it", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/new/link`;
  const told = await save(await linkPlace(path, WANTED));
  assertEquals(
    told,
    `The link of &plans is in ${path}: whoever reads it can join`,
  );
  assertEquals(await readLinkFile(path), "chat://x/plans#key=9");
  const { mode } = await Deno.stat(path);
  assertEquals((mode ?? 0o600) & 0o777, 0o600);
});

Deno.test("saveLink() replaces a link of ours, or an empty file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  for (
    const [text, mode] of [[LINK, 0o600], ["", 0o600], [LINK, 0o400]] as const
  ) {
    await write(path, text, 0o600);
    await Deno.chmod(path, mode);
    await save(await linkPlace(path, WANTED));
    assertEquals(await Deno.readTextFile(path), "chat://x/plans#key=9\n");
    assertEquals(((await Deno.stat(path)).mode ?? 0o600) & 0o777, 0o600);
  }
});

Deno.test("saveLink() takes the name that was asked for until the room has told its own", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  await save(await linkPlace(path, WANTED), conversation(""));
  assertEquals(await Deno.readTextFile(path), "chat://x/asked#key=9\n");
});

Deno.test("linkPlace() refuses what others may read, own, or that is no link", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  for (const mode of [0o640, 0o604, 0o620, 0o601]) {
    await write(path, LINK, mode);
    await assertNoPlace(path, "other users may read it");
  }
  for (const text of ["word", "host:1", `${LINK} ${LINK}`, "chat://", "{}"]) {
    await write(path, text);
    await assertNoPlace(path, "it holds something else");
  }
  await write(path, "x".repeat(MAX_LINK_LENGTH + 3));
  await assertNoPlace(path, "larger");
  await write(path, LINK);
  using _foreign = await foreignFile(path);
  await assertNoPlace(path, "belongs to another user");
});

Deno.test("linkPlace() refuses bytes that are no text, and folders", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  await Deno.writeFile(path, Uint8Array.of(0xff, 0xfe), { mode: 0o600 });
  for (
    const [where, why] of [[path, "something else"], [
      folder.path,
      "not a file",
    ]] as const
  ) {
    await assertRefusesLater("CHAT_FILE", () => linkPlace(where, WANTED), why);
  }
});

Deno.test("linkPlace() refuses rooms that are not sealed, which need no secret", async () => {
  for (
    const wanted of [{ kind: "lobby" }, { kind: "open", name: "dev" }] as const
  ) {
    await assertRefusesLater(
      "CHAT_USAGE",
      () => linkPlace("link", wanted),
      "--save-link is for a sealed room",
    );
  }
});

Deno.test("saveLink() overwrites nothing that came meanwhile, and writes nothing without a key", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/link`;
  const place = await linkPlace(path, WANTED);
  await write(path, "precious");
  await assertRefusesLater("CHAT_FILE", () => save(place), "meanwhile");
  assertEquals(await Deno.readTextFile(path), "precious");
  const keyless = conversation();
  keyless.sealed.secrets.clear();
  await assertRefusesLater(
    "CHAT_SEAL_NO_KEYS",
    () => save({ path, isThere: true }, keyless),
    "Cannot save link of &plans",
  );
  assertEquals(await Deno.readTextFile(path), "precious");
});
