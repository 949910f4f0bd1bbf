import { decryptAesCbc, encryptAesCbc } from "../../lib/crypto/aes_cbc.ts";
import { decryptAesCtr } from "../../lib/crypto/aes_ctr.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";

// NIST SP 800-38A appendix F: the key and the plaintext of all its examples.
const KEY = Uint8Array.fromHex(
  "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
);
const PLAINTEXT = Uint8Array.fromHex(
  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
);

Deno.test("encryptAesCbc() agrees with NIST SP 800-38A F.2.5, then pads", async () => {
  const iv = Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f");
  const ciphertext = await encryptAesCbc(KEY, iv, PLAINTEXT);
  assertEquals(ciphertext.length, 80); // PKCS #7: a block of padding
  assertEquals(
    ciphertext.slice(0, 64).toHex(),
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d" +
      "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
  );
  assertEquals(await decryptAesCbc(KEY, iv, ciphertext), PLAINTEXT);
});

Deno.test("decryptAesCbc() yields undefined when the padding is wrong", async () => {
  const iv = new Uint8Array(16);
  const ciphertext = await encryptAesCbc(KEY, iv, PLAINTEXT);
  const cut = ciphertext.slice(0, 64); // ends in 0x10: not 16 times
  assertEquals(await decryptAesCbc(KEY, iv, cut), undefined);
  assertEquals(await decryptAesCbc(KEY, iv, new Uint8Array(0)), undefined);
});

Deno.test("decryptAesCbc() does not take a wrong key size for wrong padding", async () => {
  const iv = new Uint8Array(16);
  await assertRejects(
    () => decryptAesCbc(KEY.slice(1), iv, PLAINTEXT),
    DOMException,
  );
});

Deno.test("decryptAesCtr() agrees with NIST SP 800-38A F.5.6", async () => {
  const counter = Uint8Array.fromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  const ciphertext = Uint8Array.fromHex(
    "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5" +
      "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
  );
  assertEquals(await decryptAesCtr(KEY, counter, ciphertext), PLAINTEXT);
});
