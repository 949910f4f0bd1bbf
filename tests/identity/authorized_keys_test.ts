import { utf8 } from "../../lib/bytes.ts";
import {
  MAX_AUTHORIZED_KEYS,
  MAX_AUTHORIZED_KEYS_LENGTH,
  parseAuthorizedKeys,
} from "../../lib/identity/authorized_keys.ts";
import { opensshPublicLine } from "../../lib/identity/openssh_public.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { run, temporaryFolder, testWith } from "../support/tools.ts";

const alice = new Uint8Array(32).fill(9);
const bob = new Uint8Array(32).fill(10);
const line = opensshPublicLine(alice, "");
const blob = line.split(" ")[1] as string;

Deno.test("parseAuthorizedKeys() admits the keys of the file and no others", () => {
  const { entries, has, warnings } = parseAuthorizedKeys(
    `# who may come\n\n${opensshPublicLine(alice, "Alice at home")}\r\n` +
      `  \t\n ${opensshPublicLine(bob, "")}\n`,
  );
  assertEquals(entries, [
    { line: 3, publicKey: alice, label: "Alice at home" },
    { line: 5, publicKey: bob, label: "" },
  ]);
  assertEquals(warnings, []);
  assertEquals([has(alice), has(bob)], [true, true]);
  assertEquals(has(alice.with(0, 0)), false);
  assertEquals(has(alice.slice(0, 31)), false);
});

Deno.test("parseAuthorizedKeys() of an empty file admits nobody", () => {
  const keys = parseAuthorizedKeys("");
  assertEquals(keys.entries, []);
  assertEquals(keys.has(alice), false);
});

Deno.test("parseAuthorizedKeys() accepts a key twice", () => {
  const keys = parseAuthorizedKeys(`${line} a\n${line} b\n`);
  assertEquals(keys.entries.map((entry) => entry.label), ["a", "b"]);
});

Deno.test("parseAuthorizedKeys() skips other key types with a warning", () => {
  const types = [
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "sk-ssh-ed25519@openssh.com",
    "ssh-ed25519-cert-v01@openssh.com",
  ];
  const text = types.map((type) => `${type} AAAA who\n`).join("") + line;
  const keys = parseAuthorizedKeys(text);
  assertEquals(keys.entries.map((entry) => entry.line), [6]);
  assertEquals(keys.warnings.map((warning) => warning.line), [1, 2, 3, 4, 5]);
  assertEquals(
    keys.warnings[0]?.message,
    "skipped a key of type ssh-rsa: only ssh-ed25519 works",
  );
});

const refused = {
  "options before the key": `no-pty ${line}`,
  "an address before the key": `from="10.0.0.0/8" ${line}`,
  "a certificate authority": `cert-authority ${line}`,
  "a key without its type": blob,
  "a type in upper case": `SSH-ED25519 ${blob}`,
  "a type alone": "ssh-ed25519",
  "a fingerprint": "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8",
  "a private key": "-----BEGIN OPENSSH PRIVATE KEY-----",
  "a key cut short": line.slice(0, -4),
  "a key with a byte more": opensshPublicLine(new Uint8Array(33), "x"),
  "a key of another type inside": `ssh-ed25519 ${
    utf8(atob(blob).replace("ssh-ed25519", "ssh-ed25518")).toBase64()
  }`,
  "a key that is not base64": `ssh-ed25519 ${blob.slice(0, -1)}!`,
  "a key with stray bits": `ssh-ed25519 ${blob.slice(0, -1)}K==`,
  "a small-order key": opensshPublicLine(new Uint8Array(32).with(0, 1), "x"),
  "a key that is not canonical": opensshPublicLine(
    new Uint8Array(32).fill(0xff),
    "x",
  ),
};
for (const [what, text] of Object.entries(refused)) {
  Deno.test(`parseAuthorizedKeys() refuses ${what}, naming the line`, () => {
    assertRefuses(
      "CHAT_AUTHORIZED_DAMAGED",
      () => parseAuthorizedKeys(`# first\n${text}\n`),
      "line 2",
    );
  });
}

Deno.test("parseAuthorizedKeys() refuses a text above the limit", () => {
  const text = "#".repeat(MAX_AUTHORIZED_KEYS_LENGTH);
  assertEquals(parseAuthorizedKeys(text).entries, []);
  assertRefuses(
    "CHAT_AUTHORIZED_DAMAGED",
    () => parseAuthorizedKeys(`${text}#`),
    "longer",
  );
});

Deno.test("parseAuthorizedKeys() refuses more keys than the limit", () => {
  const text = `${line}\n`.repeat(MAX_AUTHORIZED_KEYS);
  assertEquals(parseAuthorizedKeys(text).entries.length, MAX_AUTHORIZED_KEYS);
  assertRefuses(
    "CHAT_AUTHORIZED_DAMAGED",
    () => parseAuthorizedKeys(text + line),
    "more than",
  );
});

testWith(
  ["ssh-keygen"],
  "parseAuthorizedKeys() reads what ssh-keygen writes",
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/id`;
    const args = ["-q", "-t", "ed25519", "-N", "", "-C", "it's me", "-f", path];
    await run("ssh-keygen", args);
    const text = await Deno.readTextFile(`${path}.pub`);
    const [entry] = parseAuthorizedKeys(text).entries;
    assertEquals(entry?.label, "it's me");
  },
);

Deno.test("parseAuthorizedKeys() names the prefix that chat id shows a key behind", () => {
  assertRefuses(
    "CHAT_AUTHORIZED_DAMAGED",
    () => parseAuthorizedKeys(`Public key:  ${line}`),
    'line 1 begins with "Public key:"',
  );
});
