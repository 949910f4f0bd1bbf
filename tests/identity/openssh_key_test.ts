import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import {
  decodeOpensshFile,
  MAX_BCRYPT_ROUNDS,
  openOpensshFile,
  type OpensshSecret,
} from "../../lib/identity/openssh_key.ts";
import { decodePem } from "../../lib/identity/pem.ts";
import { encodeSshBlob } from "../../lib/identity/ssh_blob.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const folder = new URL("../../certs/", import.meta.url);
const { bytes } = decodePem(Deno.readTextFileSync(new URL("bob", folder)));

function open(file: Bytes): OpensshSecret {
  return openOpensshFile(decodeOpensshFile(file));
}

Deno.test("openOpensshFile() reads seed and comment of ssh-keygen's file", () => {
  const { seed, comment } = open(bytes);
  assertEquals(seed.length, 32);
  assertEquals(comment, "bob");
});

Deno.test("decodeOpensshFile() refuses every proper prefix", () => {
  for (let length = 0; length < bytes.length; length++) {
    const prefix = bytes.slice(0, length);
    assertRefuses("CHAT_IDENTITY_DAMAGED", () => open(prefix));
  }
});

Deno.test("decodeOpensshFile() refuses a trailing byte", () => {
  const longer = concat(bytes, new Uint8Array(1));
  assertRefuses("CHAT_IDENTITY_DAMAGED", () => open(longer), "trail");
});

Deno.test("openOpensshFile() refuses a flip of any bit but those it cannot know", () => {
  // The seed is checked against the public key where it is used (key_file.ts).
  const { seed } = open(bytes);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const byte = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    let found: OpensshSecret;
    try {
      found = open(bytes.with(bit >> 3, byte));
    } catch {
      continue;
    }
    const changed = found.comment !== "bob" ||
      found.seed.toHex() !== seed.toHex();
    assertEquals(changed, true, `bit ${bit}`);
  }
});

/** A file by its parts, well-formed unless told otherwise. */
interface Parts {
  readonly cipher: string;
  readonly kdf: string;
  readonly options: Bytes;
  readonly count: number;
  readonly blob: Bytes;
  readonly secret: Bytes;
}

const publicKey = new Uint8Array(32).fill(9);
const plain: Parts = {
  cipher: "none",
  kdf: "none",
  options: new Uint8Array(0),
  count: 1,
  blob: encodeSshBlob(publicKey),
  secret: secretOf({}),
};
const locked: Parts = {
  ...plain,
  cipher: "aes256-ctr",
  kdf: "bcrypt",
  options: lockOf(16, 16),
  secret: new Uint8Array(160),
};

Deno.test("decodeOpensshFile() accepts the parts that the next tests spoil", () => {
  assertEquals(open(encode(plain)).comment, "");
  const { lock } = decodeOpensshFile(encode(locked));
  assertEquals(lock, { salt: new Uint8Array(16), rounds: 16 });
  const most = { ...locked, options: lockOf(64, MAX_BCRYPT_ROUNDS) };
  assertEquals(
    decodeOpensshFile(encode(most)).lock?.rounds,
    MAX_BCRYPT_ROUNDS,
  );
});

const refused: [what: string, message: string, parts: Parts][] = [
  ["no keys", "0 keys", { ...plain, count: 0 }],
  ["two keys", "2 keys", { ...plain, count: 2 }],
  ["options without encryption", "something else", {
    ...plain,
    options: lockOf(16, 16),
  }],
  ["a cipher alone", "something else", { ...locked, kdf: "none" }],
  ["a derivation alone", "something else", { ...locked, cipher: "none" }],
  ["another cipher", "something else", { ...locked, cipher: "aes256-cbc" }],
  ["another derivation", "something else", { ...locked, kdf: "scrypt" }],
  ["no rounds", "0 bcrypt rounds", { ...locked, options: lockOf(16, 0) }],
  ["too many rounds", "513 bcrypt rounds", {
    ...locked,
    options: lockOf(16, MAX_BCRYPT_ROUNDS + 1),
  }],
  ["2^32 - 1 rounds", "4294967295 bcrypt rounds", {
    ...locked,
    options: lockOf(16, 2 ** 32 - 1),
  }],
  ["an empty salt", "salt has 0", { ...locked, options: lockOf(0, 16) }],
  ["a salt of 65 bytes", "salt has 65", { ...locked, options: lockOf(65, 16) }],
  ["trailing options", "trail", {
    ...locked,
    options: concat(lockOf(16, 16), new Uint8Array(1)),
  }],
  ["an empty secret part", "whole blocks", {
    ...plain,
    secret: new Uint8Array(0),
  }],
  ["a secret part that is not whole blocks", "whole blocks", {
    ...locked,
    secret: new Uint8Array(152),
  }],
  ["another key type outside", "not an Ed25519 key", {
    ...plain,
    blob: concat(string(utf8("ssh-rsa")), string(publicKey)),
  }],
  ["another public key outside", "of different keys", {
    ...plain,
    blob: encodeSshBlob(publicKey.with(0, 0)),
  }],
  ["check numbers that differ", "check numbers", {
    ...plain,
    secret: secretOf({ check: 1 }),
  }],
  ["another key type inside", "not an Ed25519 key", {
    ...plain,
    secret: secretOf({ type: "ssh-rsa" }),
  }],
  ["another public key inside", "of different keys", {
    ...plain,
    secret: secretOf({ publicKey: publicKey.with(0, 0) }),
  }],
  ["another public key behind the seed", "of different keys", {
    ...plain,
    secret: secretOf({ pair: new Uint8Array(64) }),
  }],
  ["a key pair cut short", "of different keys", {
    ...plain,
    secret: secretOf({ pair: concat(publicKey, publicKey).slice(0, 63) }),
  }],
  ["padding that does not count", "padding", {
    ...plain,
    secret: secretOf({ padding: (index) => index }),
  }],
  ["a whole block of padding", "padding", {
    ...plain,
    secret: secretOf({ extra: 8 }),
  }],
  ["a comment that is not UTF-8", "not UTF-8", {
    ...plain,
    secret: secretOf({ comment: Uint8Array.of(0xff) }),
  }],
];
for (const [what, message, parts] of refused) {
  Deno.test(`openOpensshFile() refuses ${what}`, () => {
    const read = (): unknown => open(encode(parts));
    assertRefuses("CHAT_IDENTITY_DAMAGED", read, message);
  });
}

function encode(parts: Parts): Bytes {
  return concat(
    utf8("openssh-key-v1\0"),
    string(utf8(parts.cipher)),
    string(utf8(parts.kdf)),
    string(parts.options),
    uint32(parts.count),
    string(parts.blob),
    string(parts.secret),
  );
}

function lockOf(saltBytes: number, rounds: number): Bytes {
  return concat(string(new Uint8Array(saltBytes)), uint32(rounds));
}

function secretOf(change: {
  check?: number;
  type?: string;
  publicKey?: Bytes;
  pair?: Bytes;
  comment?: Bytes;
  padding?: (index: number) => number;
  extra?: number;
}): Bytes {
  const body = concat(
    uint32(0),
    uint32(change.check ?? 0),
    string(utf8(change.type ?? "ssh-ed25519")),
    string(change.publicKey ?? publicKey),
    string(change.pair ?? concat(new Uint8Array(32), publicKey)),
    string(change.comment ?? new Uint8Array(0)),
  );
  const length = (8 - body.length % 8) % 8 + (change.extra ?? 0);
  const padding = change.padding ?? ((index) => index + 1);
  return concat(body, Uint8Array.from({ length }, (_, i) => padding(i)));
}

function string(content: Bytes): Bytes {
  return concat(uint32(content.length), content);
}

function uint32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}
