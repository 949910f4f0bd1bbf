import { type Bytes, utf8 } from "../../lib/bytes.ts";
import { hkdfExtract, hkdfLabel, HkdfSecret } from "../../lib/crypto/hkdf.ts";
import { assertEquals } from "../support/assert.ts";

/** The bytes `from`, `from + 1`, ... below `to`. */
function range(from: number, to: number): Bytes {
  return Uint8Array.from({ length: to - from }, (_, i) => from + i);
}

// RFC 5869 appendix A, the cases with SHA-256.
const VECTORS = [
  {
    name: "A.1",
    ikm: new Uint8Array(22).fill(0x0b),
    salt: range(0x00, 0x0d),
    info: range(0xf0, 0xfa),
    prk: "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
    okm:
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  },
  {
    name: "A.2",
    ikm: range(0x00, 0x50),
    salt: range(0x60, 0xb0),
    info: range(0xb0, 0x100),
    prk: "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
    okm:
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  },
  {
    name: "A.3",
    ikm: new Uint8Array(22).fill(0x0b),
    salt: new Uint8Array(32), // "not provided" is a string of HashLen zeros
    info: new Uint8Array(0),
    prk: "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
    okm:
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  },
];

for (const { name, ikm, salt, info, prk, okm } of VECTORS) {
  Deno.test(`hkdfExtract() agrees with RFC 5869 ${name}`, async () => {
    assertEquals((await hkdfExtract(salt, ikm)).toHex(), prk);
  });

  Deno.test(`HkdfSecret.expand() agrees with RFC 5869 ${name}`, async () => {
    const secret = await HkdfSecret.import(Uint8Array.fromHex(prk));
    const found = await secret.expand(info, okm.length / 2);
    assertEquals(found.toHex(), okm);
  });
}

Deno.test("HkdfSecret.expand() gives prefixes of each other when lengths differ", async () => {
  const secret = await HkdfSecret.import(range(0, 32));
  const longest = await secret.expand(utf8("info"), 97);
  for (const length of [1, 31, 32, 33, 64, 65, 96]) {
    const shorter = await secret.expand(utf8("info"), length);
    assertEquals(shorter, longest.slice(0, length));
  }
});

Deno.test("hkdfLabel() has the byte layout of RFC 8446 section 7.1 when given label, context and length", () => {
  assertEquals(
    hkdfLabel("key", Uint8Array.of(0xaa, 0xbb), 0x0120).toHex(),
    "0120" + // length
      "0a" + "636861742f31206b6579" + // "chat/1 key"
      "02" + "aabb", // context
  );
});

Deno.test("HkdfSecret.expandLabel() expands that HkdfLabel when asked for a label", async () => {
  const secret = await HkdfSecret.import(range(0, 32));
  const context = range(0, 32);
  assertEquals(
    await secret.expandLabel("c hs traffic", context, 32),
    await secret.expand(hkdfLabel("c hs traffic", context, 32), 32),
  );
});
