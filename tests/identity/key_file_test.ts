import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { generatePrivateKey } from "../../lib/identity/identity.ts";
import {
  encodeKeyFile,
  MAX_KEY_FILE_BYTES,
  parseKeyFile,
  type PrivateKey,
} from "../../lib/identity/key_file.ts";
import { encodePbes2, sealPbes2 } from "../../lib/identity/pbes2.ts";
import { decodePem, encodePem } from "../../lib/identity/pem.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

const pkcs8 = await generatePrivateKey();
const plain = await encodeKeyFile(pkcs8);
const locked = await encodeKeyFile(pkcs8, "correct horse");
const bob = Deno.readFileSync(new URL("../../certs/bob", import.meta.url));

Deno.test("parseKeyFile() is the inverse of encodeKeyFile()", async () => {
  const file = await parseKeyFile(plain);
  assert(file.kind === "open");
  assertEquals(file.format, "pkcs8");
  assertEquals(file.key.pkcs8, pkcs8);
});

Deno.test("parseKeyFile() is the inverse of encodeKeyFile() with a passphrase", async () => {
  assertEquals((await unlock(locked, "correct horse")).pkcs8, pkcs8);
});

Deno.test("parseKeyFile() tells a wrong passphrase", async () => {
  for (const passphrase of ["", "Correct horse", "correct horse "]) {
    await assertRefusesLater(
      "CHAT_PASSPHRASE",
      () => unlock(locked, passphrase),
    );
  }
});

Deno.test("parseKeyFile() takes noise under right padding for a wrong passphrase", async () => {
  for (const noise of ["", "noise", "\x30\x03\x02\x01\x05"]) {
    const file = await lockedPem(utf8(noise));
    await assertRefusesLater("CHAT_PASSPHRASE", () => unlock(file, "p"));
  }
});

Deno.test("parseKeyFile() tells an encrypted key of another kind from noise", async () => {
  const x25519 = pkcs8.with(11, 0x6e);
  const file = await lockedPem(x25519);
  await assertRefusesLater("CHAT_IDENTITY_DAMAGED", () => unlock(file, "p"));
});

Deno.test("parseKeyFile() refuses a private key that is not of its public key", async () => {
  const { label, bytes } = decodePem(new TextDecoder().decode(bob));
  // From the end: padding, comment "bob" and its length, the pair.
  const seed = bytes.length - 2 - (3 + 4) - 64;
  const other = bytes.with(seed, (bytes[seed] as number) ^ 1);
  const file = utf8(encodePem({ label, bytes: other }));
  await assertRefusesLater(
    "CHAT_IDENTITY_DAMAGED",
    () => parseKeyFile(file),
    "does not belong to its private key",
  );
});

Deno.test("parseKeyFile() refuses every proper prefix", async () => {
  for (const file of [plain, locked, bob]) {
    const withoutEnd = file.length - 1; // the last line end may be missing
    for (let length = 0; length < withoutEnd; length++) {
      const prefix = file.slice(0, length);
      await assertRefusesLater(
        "CHAT_IDENTITY_DAMAGED",
        () => parseKeyFile(prefix),
      );
    }
  }
});

const refused: Record<string, Bytes> = {
  "two keys": concat(plain, plain),
  "a key and its public key": concat(plain, utf8("ssh-ed25519 AAAA bob\n")),
  "trailing junk": concat(plain, utf8("x")),
  "a public key": pem("PUBLIC KEY", pkcs8),
  "an RSA key of old": pem("RSA PRIVATE KEY", pkcs8),
  "PKCS #8 that is called encrypted": pem("ENCRYPTED PRIVATE KEY", pkcs8),
  "PKCS #8 that is called OpenSSH": pem("OPENSSH PRIVATE KEY", pkcs8),
  "bytes that are not UTF-8": Uint8Array.of(0xff, 0xfe),
  "a byte order mark": concat(Uint8Array.of(0xef, 0xbb, 0xbf), plain),
};
for (const [what, file] of Object.entries(refused)) {
  Deno.test(`parseKeyFile() refuses ${what}`, async () => {
    await assertRefusesLater("CHAT_IDENTITY_DAMAGED", () => parseKeyFile(file));
  });
}

Deno.test("parseKeyFile() refuses a file above the limit before it decodes it", async () => {
  const large = new Uint8Array(MAX_KEY_FILE_BYTES + 1).fill(0x0a);
  await assertRefusesLater(
    "CHAT_IDENTITY_DAMAGED",
    () => parseKeyFile(large),
    "larger than 16384 bytes",
  );
});

async function unlock(file: Bytes, passphrase: string): Promise<PrivateKey> {
  const parsed = await parseKeyFile(file);
  assert(parsed.kind === "locked");
  return await parsed.unlock(passphrase);
}

/** A file whose passphrase is `p`, whatever it holds. */
async function lockedPem(content: Bytes): Promise<Bytes> {
  const sealed = await sealPbes2(content, utf8("p"));
  return pem("ENCRYPTED PRIVATE KEY", encodePbes2(sealed));
}

function pem(label: string, bytes: Bytes): Bytes {
  return utf8(encodePem({ label, bytes }));
}
