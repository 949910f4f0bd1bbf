import { FileVerification } from "../../lib/cli/verification.ts";
import { readVerified, verifiedPath } from "../../lib/cli/verified_file.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import type { PublicIdentity } from "../../lib/identity/public_identity.ts";
import type { KeyHolder } from "../../lib/ui/verification.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

const [alice, bob, eve] = [
  await generateIdentity(),
  await generateIdentity(),
  await generateIdentity(),
];
const address = { host: "host", port: 1 };

function person(name: string, identity: PublicIdentity): KeyHolder {
  const { publicKey } = identity;
  return {
    name,
    publicKey,
    fingerprint: fingerprintBytes(identity.fingerprint),
  };
}

/** A file of verified identities, and those who read it. */
class Desk implements AsyncDisposable {
  readonly io: TestIo;
  readonly #remove: () => PromiseLike<void>;

  private constructor(path: string, remove: () => PromiseLike<void>) {
    this.io = new TestIo({ env: { XDG_CONFIG_HOME: path } });
    this.#remove = remove;
  }

  static async make(): Promise<Desk> {
    const folder = await temporaryFolder();
    return new Desk(folder.path, () => folder[Symbol.asyncDispose]());
  }

  async open(self: PublicIdentity = alice): Promise<FileVerification> {
    return await FileVerification.open({ self, address, io: this.io });
  }

  async lines(): Promise<readonly string[]> {
    const known = await readVerified(verifiedPath(this.io));
    return known.list().map(({ name, how }) => `${name} ${how}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remove();
  }
}

Deno.test("FileVerification.number() is the same for both, and so is its code", async () => {
  await using desk = await Desk.make();
  const ours = await (await desk.open()).number(person("bob", bob));
  const other = await desk.open(bob);
  const theirs = await other.number(person("alice", alice));
  assertEquals(ours, theirs);
  assertEquals([ours.groups.length, ours.words.length], [12, 16]);
  assertEquals(other.compare(theirs, ours.code), "same");
  assertEquals(other.compare(theirs, ` ${ours.groups.join(" ")}\n`), "same");
  assertEquals(other.compare(theirs, ours.groups.join("")), "same");
  const wrong = await other.number(person("eve", eve));
  assertEquals(other.compare(wrong, ours.code), "different");
  assertEquals(other.compare(wrong, ours.groups.join("")), "different");
  for (const text of ["ok?", ours.code.slice(1), ours.groups.slice(1).join()]) {
    assertEquals(other.compare(theirs, text), "unreadable");
  }
});

Deno.test("FileVerification.number() refuses a key that is not of the fingerprint", async () => {
  await using desk = await Desk.make();
  const verification = await desk.open();
  const { publicKey } = eve;
  await assertRefusesLater(
    "CHAT_IDENTITY_INVALID",
    () => verification.number({ ...person("bob", bob), publicKey }),
    "not of that fingerprint",
  );
});

Deno.test("FileVerification.judge() knows who was verified, by key and not by name", async () => {
  await using desk = await Desk.make();
  const verification = await desk.open();
  assertEquals(verification.judge(person("bob", bob)), "unverified");
  await verification.mark(person("bob", bob), "digits");
  assertEquals(verification.judge(person("bob", bob)), "verified");
  assertEquals(verification.judge(person("robert", bob)), "verified");
  assertEquals(verification.judge(person("eve", eve)), "unverified");
  for (const name of ["bob", "BOB", "b0b", "ｂｏｂ"]) {
    assertEquals(verification.judge(person(name, eve)), "changed", name);
  }
  const again = await desk.open();
  assertEquals(again.judge(person("bob", bob)), "verified");
  assertEquals(await desk.lines(), ["bob digits"]);
});

Deno.test("FileVerification.mark() gives a name to who has it now, whatever it looks like", async () => {
  await using desk = await Desk.make();
  const verification = await desk.open();
  await verification.mark(person("bob", bob), "digits");
  await verification.mark(person("b0b", eve), "code");
  assertEquals(verification.judge(person("b0b", eve)), "verified");
  assertEquals(verification.judge(person("bob", bob)), "changed");
  assertEquals(await desk.lines(), ["b0b code"]);
});

Deno.test("FileVerification.mark() takes names that no line can hold", async () => {
  await using desk = await Desk.make();
  const verification = await desk.open();
  for (const name of ["", "Bob Smith", `\u{200b}${"x".repeat(200)}`]) {
    await verification.mark(person(name, bob), "digits");
    assertEquals(verification.judge(person(name, bob)), "verified");
  }
});

Deno.test("FileVerification.forget() unmarks a key, or gives a name free", async () => {
  await using desk = await Desk.make();
  const verification = await desk.open();
  await verification.mark(person("bob", bob), "digits");
  assert(await verification.forget(person("bob", eve)));
  assertEquals(verification.judge(person("bob", eve)), "unverified");
  assertEquals(await desk.lines(), []);
  await verification.mark(person("bob", bob), "digits");
  assert(await verification.forget(person("bob", bob)));
  assertEquals(verification.judge(person("bob", bob)), "unverified");
  assert(!await verification.forget(person("bob", bob)));
});

Deno.test("FileVerification.number() learns what another process has written", async () => {
  await using desk = await Desk.make();
  const [one, two] = [await desk.open(), await desk.open()];
  await one.mark(person("bob", bob), "digits");
  assertEquals(two.judge(person("bob", bob)), "unverified");
  await two.number(person("bob", bob));
  assertEquals(two.judge(person("bob", bob)), "verified");
});

Deno.test("FileVerification.open() refuses a file that it cannot read", async () => {
  await using desk = await Desk.make();
  const path = verifiedPath(desk.io);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, "junk\n");
  await assertRefusesLater("CHAT_VERIFIED_DAMAGED", () => desk.open());
});
