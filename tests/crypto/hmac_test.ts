import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { HmacKey, hmacSha256 } from "../../lib/crypto/hmac.ts";
import { assertEquals } from "../support/assert.ts";

// RFC 4231 section 4; case 5 is published truncated to 128 bits.
const VECTORS: readonly { key: Bytes; message: Bytes; mac: string }[] = [
  {
    key: new Uint8Array(20).fill(0x0b),
    message: utf8("Hi There"),
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    key: utf8("Jefe"),
    message: utf8("what do ya want for nothing?"),
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    key: new Uint8Array(20).fill(0xaa),
    message: new Uint8Array(50).fill(0xdd),
    mac: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  },
  {
    key: Uint8Array.from({ length: 25 }, (_, i) => i + 1),
    message: new Uint8Array(50).fill(0xcd),
    mac: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  },
  {
    key: new Uint8Array(20).fill(0x0c),
    message: utf8("Test With Truncation"),
    mac: "a3b6167473100ee06e0c796c2955552b",
  },
  {
    key: new Uint8Array(131).fill(0xaa),
    message: utf8("Test Using Larger Than Block-Size Key - Hash Key First"),
    mac: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  },
  {
    key: new Uint8Array(131).fill(0xaa),
    message: concat(
      utf8("This is a test using a larger than block-size key and a larger "),
      utf8("than block-size data. The key needs to be hashed before being "),
      utf8("used by the HMAC algorithm."),
    ),
    mac: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  },
];

for (const [i, { key, message, mac }] of VECTORS.entries()) {
  Deno.test(`hmacSha256() agrees with RFC 4231 case ${i + 1}`, async () => {
    const found = await hmacSha256(key, message);
    assertEquals(found.length, 32);
    assertEquals(found.subarray(0, mac.length / 2).toHex(), mac);
  });
}

Deno.test("HmacKey.mac() gives the same code twice when a key is used again", async () => {
  const key = await HmacKey.import(utf8("Jefe"));
  assertEquals(await key.mac(utf8("a")), await key.mac(utf8("a")));
});
