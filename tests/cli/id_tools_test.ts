// `chat id` beside the real `openssl` and `ssh-keygen`, on the same files.
import { idCommand } from "../../lib/cli/id.ts";
import { main } from "../../lib/cli/main.ts";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { TestIo } from "../support/test_io.ts";
import { run, temporaryFolder, testWith } from "../support/tools.ts";

async function id(...args: string[]): Promise<TestIo & { status: number }> {
  const io = new TestIo();
  const program = { version: "1.2.3", commands: [idCommand] };
  const status = await main(["id", ...args], io, program);
  return Object.assign(io, { status });
}

testWith(
  ["openssl", "ssh-keygen"],
  "chat id makes keys that openssl and ssh-keygen read",
  async () => {
    await using folder = await temporaryFolder();
    const [path, passphrase] = [`${folder.path}/key`, `${folder.path}/pass`];
    const { stdout } = await id("--identity", path);
    const [fingerprint = "", line = ""] = stdout
      .map((text) => text.replace(/^[A-Z][a-z ]+: +/, ""));

    const pub = `${folder.path}/key.pub`;
    await Deno.writeTextFile(pub, `${line}\n`);
    const printed = await run("ssh-keygen", ["-l", "-f", pub]);
    assertEquals(printed, `256 ${fingerprint} chat (ED25519)\n`);

    const plain = await run("openssl", ["pkey", "-in", path]);
    assertEquals(plain, await Deno.readTextFile(path));
    await Deno.writeTextFile(passphrase, "correct horse\n");
    const set = ["--passphrase", "--passphrase-file", passphrase];
    assertEquals((await id("--identity", path, ...set)).status, 0);
    const opened = await run("openssl", [
      ...["pkey", "-in", path],
      ...["-passin", `file:${passphrase}`],
    ]);
    assertEquals(opened, plain);
  },
);

testWith(
  ["ssh-keygen"],
  "chat id leaves the passphrase of an OpenSSH key to ssh-keygen",
  async () => {
    await using folder = await temporaryFolder();
    const [path, passphrase] = [`${folder.path}/key`, `${folder.path}/pass`];
    await Deno.writeTextFile(passphrase, "pass\n");
    const make = "-q -t ed25519 -a 1 -N pass -C me -f".split(" ");
    await run("ssh-keygen", [...make, path]);
    const before = await Deno.readTextFile(path);
    const printed = await run("ssh-keygen", ["-l", "-f", path]);

    const unlock = ["--identity", path, "--passphrase-file", passphrase];
    const shown = await id(...unlock);
    assertEquals(shown.stdout[0], `Fingerprint: ${printed.split(" ")[1]}`);
    for (const change of ["--no-passphrase", "--passphrase"]) {
      const { status, stderr } = await id(...unlock, change);
      assertEquals(status, 2);
      assertMatch(stderr[0] ?? "", /use `ssh-keygen -p -f` \[CHAT_USAGE\]$/);
    }
    assertEquals(await Deno.readTextFile(path), before);
  },
);
