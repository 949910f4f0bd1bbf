// Key files as the real `openssl` and `ssh-keygen` write and read them.
import { generatePrivateKey } from "../../lib/identity/identity.ts";
import {
  encodeKeyFile,
  parseKeyFile,
  type PrivateKey,
} from "../../lib/identity/key_file.ts";
import { opensshPublicLine } from "../../lib/identity/openssh_public.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { run, temporaryFolder, testWith } from "../support/tools.ts";

/** Arguments of `openssl` that make a key file, with the passphrase "pass". */
const OPENSSL_READ: Record<string, string> = {
  "genpkey": "genpkey -algorithm ed25519",
  "genpkey -aes256": "genpkey -algorithm ed25519 -aes256 -pass pass:pass",
  "pkcs8 -topk8": "pkcs8 -topk8 -in PLAIN -passout pass:pass",
  "pkcs8 -topk8 -v2 aes-256-cbc":
    "pkcs8 -topk8 -v2 aes-256-cbc -in PLAIN -passout pass:pass",
  "pkcs8 -topk8 -iter 5000":
    "pkcs8 -topk8 -iter 5000 -in PLAIN -passout pass:pass",
};
for (const [what, command] of Object.entries(OPENSSL_READ)) {
  testWith(
    ["openssl"],
    `parseKeyFile() reads what openssl ${what} writes`,
    async () => {
      await using folder = await temporaryFolder();
      const path = await opensslFile(folder.path, command);
      const key = await readKey(path, "pass");
      const der = await run("openssl", [
        ..."pkey -pubout -passin pass:pass -in".split(" "),
        path,
      ]);
      const spki = Uint8Array.fromBase64(der.replaceAll(/-----.*-----/g, ""));
      assertEquals(key.identity.publicKey, spki.slice(-32));
    },
  );
}

/** Files that are well-formed, but not for us. */
const OPENSSL_REFUSED: Record<string, string> = {
  "an RSA key": "genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:1024",
  "an X25519 key": "genpkey -algorithm x25519",
  "an Ed448 key": "genpkey -algorithm ed448",
  "a key under 3DES": "pkcs8 -topk8 -v2 des3 -in PLAIN -passout pass:pass",
  "a key under AES-128": "pkcs8 -topk8 -v2 aes128 -in PLAIN -passout pass:pass",
  "a key under PBES1":
    "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in PLAIN -passout pass:pass",
  "a key under HMAC-SHA-1":
    "pkcs8 -topk8 -v2prf hmacWithSHA1 -in PLAIN -passout pass:pass",
  "a key under scrypt": "pkcs8 -topk8 -scrypt -in PLAIN -passout pass:pass",
};
for (const [what, command] of Object.entries(OPENSSL_REFUSED)) {
  testWith(
    ["openssl"],
    `parseKeyFile() refuses ${what} of openssl`,
    async () => {
      await using folder = await temporaryFolder();
      const path = await opensslFile(folder.path, command);
      await assertRefusesLater(
        "CHAT_IDENTITY_DAMAGED",
        () => readKey(path, "pass"),
      );
    },
  );
}

testWith(
  ["openssl"],
  "encodeKeyFile() writes what openssl writes, to the byte",
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/key`;
    const file = await encodeKeyFile(await generatePrivateKey());
    await Deno.writeFile(path, file);
    const again = await run("openssl", ["pkey", "-in", path]);
    assertEquals(new TextDecoder().decode(file), again);
  },
);

testWith(
  ["openssl"],
  "encodeKeyFile() with a passphrase can be read by openssl",
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/key`;
    const pkcs8 = await generatePrivateKey();
    await Deno.writeFile(path, await encodeKeyFile(pkcs8, "Grüße 🔑"));
    const plain = await run(
      "openssl",
      ["pkey", "-in", path, "-passin", "pass:Grüße 🔑"],
    );
    assertEquals(plain, new TextDecoder().decode(await encodeKeyFile(pkcs8)));
  },
);

const SSH_READ: Record<string, readonly string[]> = {
  "without a passphrase": ["-N", ""],
  "with a passphrase": ["-N", "pass"],
  "with a passphrase and few rounds": ["-N", "pass", "-a", "1"],
};
for (const [what, args] of Object.entries(SSH_READ)) {
  testWith(
    ["ssh-keygen"],
    `parseKeyFile() reads what ssh-keygen writes ${what}`,
    async () => {
      await using folder = await temporaryFolder();
      const path = await sshFile(folder.path, ["-t", "ed25519", ...args]);
      const key = await readKey(path, "pass");
      const printed = await run("ssh-keygen", ["-l", "-f", path]);
      assertEquals(printed.split(" ")[1], key.identity.fingerprint as string);
      assertEquals(key.comment, "a comment");
      const line = opensshPublicLine(key.identity.publicKey, "a comment");
      assertEquals(await Deno.readTextFile(`${path}.pub`), `${line}\n`);
    },
  );
}

testWith(
  ["ssh-keygen"],
  "parseKeyFile() tells a wrong passphrase of ssh-keygen's file",
  async () => {
    await using folder = await temporaryFolder();
    const args = ["-t", "ed25519", "-N", "pass", "-a", "1"];
    const path = await sshFile(folder.path, args);
    for (const wrong of ["", "Pass", "pass "]) {
      await assertRefusesLater("CHAT_PASSPHRASE", () => readKey(path, wrong));
    }
  },
);

const SSH_REFUSED: Record<string, readonly string[]> = {
  "an RSA key": ["-t", "rsa", "-b", "1024", "-N", ""],
  "an ECDSA key": ["-t", "ecdsa", "-N", ""],
  "a key under another cipher": [
    ..."-t ed25519 -N pass -a 1 -Z aes128-ctr".split(" "),
  ],
};
for (const [what, args] of Object.entries(SSH_REFUSED)) {
  testWith(
    ["ssh-keygen"],
    `parseKeyFile() refuses ${what} of ssh-keygen`,
    async () => {
      await using folder = await temporaryFolder();
      const path = await sshFile(folder.path, args);
      await assertRefusesLater(
        "CHAT_IDENTITY_DAMAGED",
        () => readKey(path, "pass"),
      );
    },
  );
}

async function readKey(path: string, passphrase: string): Promise<PrivateKey> {
  const file = await parseKeyFile(await Deno.readFile(path));
  return file.kind === "open" ? file.key : await file.unlock(passphrase);
}

/** Runs `openssl` with `command`, where PLAIN is a key without a passphrase. */
async function opensslFile(folder: string, command: string): Promise<string> {
  const [plain, path] = [`${folder}/plain`, `${folder}/key`];
  const make = "genpkey -algorithm ed25519 -out".split(" ");
  await run("openssl", [...make, plain]);
  const args = command.split(" ").map((arg) => arg === "PLAIN" ? plain : arg);
  await run("openssl", [...args, "-out", path]);
  return path;
}

async function sshFile(
  folder: string,
  args: readonly string[],
): Promise<string> {
  const path = `${folder}/id`;
  await run("ssh-keygen", ["-q", "-C", "a comment", "-f", path, ...args]);
  return path;
}
