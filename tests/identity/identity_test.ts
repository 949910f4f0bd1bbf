import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { verifyEd25519 } from "../../lib/crypto/ed25519.ts";
import { ChatError } from "../../lib/errors.ts";
import {
  generateIdentity,
  generatePrivateKey,
  identityFromPkcs8,
} from "../../lib/identity/identity.ts";
import { publicIdentity } from "../../lib/identity/public_identity.ts";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "../support/assert.ts";

const PREFIX = Uint8Array.fromHex("302e020100300506032b657004220420");
// RFC 8032 section 7.1, test 1.
const SEED = Uint8Array.fromHex(
  "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
);
const PUBLIC = Uint8Array.fromHex(
  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
);

Deno.test("identityFromPkcs8() derives the public key of RFC 8032", async () => {
  const identity = await identityFromPkcs8(concat(PREFIX, SEED));
  assertEquals(identity.publicKey, PUBLIC);
  assertEquals(
    identity.fingerprint,
    (await publicIdentity(PUBLIC)).fingerprint,
  );
});

Deno.test("identityFromPkcs8() loads what generatePrivateKey() made", async () => {
  const identity = await identityFromPkcs8(await generatePrivateKey());
  await assertSigns(identity);
});

Deno.test("generateIdentity() makes different identities that sign", async () => {
  const [a, b] = [await generateIdentity(), await generateIdentity()];
  assertNotEquals(a.fingerprint, b.fingerprint);
  await assertSigns(a);
});

Deno.test("generateIdentity() shows no key to whoever prints it", async () => {
  const identity = await generateIdentity();
  assertEquals(Object.keys(identity).sort(), ["fingerprint", "publicKey"]);
  assertEquals(Deno.inspect(identity).includes("CryptoKey"), false);
});

Deno.test("identityFromPkcs8() signs with a key that cannot be exported", async () => {
  const identity = await identityFromPkcs8(concat(PREFIX, SEED));
  const { sign } = crypto.subtle;
  let used: CryptoKey | undefined;
  crypto.subtle.sign = (algorithm, key, data): Promise<ArrayBuffer> => {
    used = key;
    return sign.call(crypto.subtle, algorithm, key, data);
  };
  try {
    await identity.sign(utf8("message"));
  } finally {
    crypto.subtle.sign = sign;
  }
  assertEquals(used?.extractable, false);
});

const whole = concat(PREFIX, SEED);
const refused: Record<string, Bytes> = {
  "a key cut short": whole.slice(0, -1),
  "a trailing byte": concat(whole, new Uint8Array(1)),
  "another algorithm (X25519)": whole.with(11, 0x6e),
  "another version": whole.with(4, 1),
  "nothing": new Uint8Array(0),
  // RFC 5958 version 2; the prefix's length and version differ.
  "a public key beside the private one": concat(
    PREFIX.with(1, 0x51).with(4, 1),
    SEED,
    Uint8Array.of(0x81, 0x21, 0),
    PUBLIC,
  ),
  "another public key beside the private one": concat(
    PREFIX.with(1, 0x51).with(4, 1),
    SEED,
    Uint8Array.of(0x81, 0x21, 0),
    PUBLIC.with(0, 0),
  ),
};
for (const [what, pkcs8] of Object.entries(refused)) {
  Deno.test(`identityFromPkcs8() refuses ${what}`, async () => {
    const error = await assertRejects(
      () => identityFromPkcs8(pkcs8),
      ChatError,
    );
    assertEquals(error.code, "CHAT_IDENTITY_DAMAGED");
  });
}

const weak: Record<string, Bytes> = {
  "31 bytes": PUBLIC.slice(1),
  "33 bytes": concat(PUBLIC, new Uint8Array(1)),
  "the neutral element": new Uint8Array(32).with(0, 1),
  "y equal to p": new Uint8Array(32).fill(0xff).with(0, 0xed).with(31, 0x7f),
};
for (const [what, key] of Object.entries(weak)) {
  Deno.test(`publicIdentity() refuses ${what}`, async () => {
    const error = await assertRejects(() => publicIdentity(key), ChatError);
    assertEquals(error.code, "CHAT_IDENTITY_INVALID");
  });
}

Deno.test("publicIdentity() keeps its own copy of the key", async () => {
  const key = PUBLIC.slice();
  const identity = await publicIdentity(key);
  key.fill(0);
  assertEquals(identity.publicKey, PUBLIC);
});

async function assertSigns(
  identity: { publicKey: Bytes; sign(message: Bytes): Promise<Bytes> },
): Promise<void> {
  const message = utf8("signed");
  const { publicKey } = identity;
  const signature = await identity.sign(message);
  assertEquals(signature.length, 64);
  assert(await verifyEd25519({ publicKey, signature, message }));
  const other = utf8("Signed");
  assert(!await verifyEd25519({ publicKey, signature, message: other }));
}
