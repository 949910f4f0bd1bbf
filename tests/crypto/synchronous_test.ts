import { openAes128Gcm, sealAes128Gcm } from "../../lib/crypto/aes_128_gcm.ts";
import {
  exportEd25519Public,
  generateEd25519,
  signEd25519,
} from "../../lib/crypto/ed25519.ts";
import { verifyEd25519Sync } from "../../lib/crypto/ed25519_sync.ts";
import { hmacSha256 } from "../../lib/crypto/hmac.ts";
import { hmacSha256Sync } from "../../lib/crypto/hmac_sync.ts";
import { x25519PublicOf } from "../../lib/crypto/x25519_public.ts";
import { utf8 } from "../../lib/bytes.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("hmacSha256Sync() is hmacSha256() of all parts", async () => {
  const key = utf8("key");
  const expected = await hmacSha256(key, utf8("one two"));
  assertEquals(hmacSha256Sync(key, utf8("one "), utf8("two")), expected);
});

Deno.test("sealAes128Gcm() gives the vector of the GCM specification", () => {
  // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 4.
  const once = {
    key: Uint8Array.fromHex("feffe9928665731c6d6a8f9467308308"),
    nonce: Uint8Array.fromHex("cafebabefacedbaddecaf888"),
    additionalData: Uint8Array.fromHex(
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    ),
  };
  const plaintext = Uint8Array.fromHex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
  );
  const sealed = sealAes128Gcm(once, plaintext);
  assertEquals(
    sealed.toHex(),
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091" +
      "5bc94fbc3221a5db94fae95ae7121a47",
  );
  assertEquals(openAes128Gcm(once, sealed), plaintext);
});

Deno.test("openAes128Gcm() refuses a flip of any one byte, other data, every cut", () => {
  const once = {
    key: new Uint8Array(16),
    nonce: new Uint8Array(12),
    additionalData: utf8("data"),
  };
  const sealed = sealAes128Gcm(once, utf8("hello"));
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.with(at, sealed[at] as number ^ 1);
    assertThrows(() => openAes128Gcm(once, changed), Error);
    assertThrows(() => openAes128Gcm(once, sealed.slice(0, at)), Error);
  }
  const other = { ...once, additionalData: utf8("date") };
  assertThrows(() => openAes128Gcm(other, sealed), Error);
});

Deno.test("verifyEd25519Sync() takes the signature of the key over the message only", async () => {
  const { privateKey, publicKey } = await generateEd25519({
    extractable: false,
  });
  const key = await exportEd25519Public(publicKey);
  const signature = await signEd25519(privateKey, utf8("hello"));
  for (let i = 0; i < 2; i++) { // the second time from the keys kept ready
    assert(verifyEd25519Sync(key, utf8("hello"), signature));
    assert(!verifyEd25519Sync(key, utf8("hallo"), signature));
    assert(!verifyEd25519Sync(key, utf8("hello"), signature.with(3, 0)));
    assert(!verifyEd25519Sync(key, utf8("hello"), new Uint8Array(0)));
  }
  const weak = new Uint8Array(32).with(0, 1); // signs anything
  const zeros = new Uint8Array(64).with(0, 1);
  assert(!verifyEd25519Sync(weak, utf8("hello"), zeros));
  assert(!verifyEd25519Sync(key.slice(1), utf8("hello"), signature));
});

Deno.test("x25519PublicOf() is the public key of RFC 7748 section 6.1", () => {
  const pairs = [
    [
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    ],
    [
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    ],
  ];
  for (const [secret = "", shown] of pairs) {
    assertEquals(x25519PublicOf(Uint8Array.fromHex(secret)).toHex(), shown);
  }
});
