import { utf8 } from "../../lib/bytes.ts";
import { sha256, SHA256_BYTES } from "../../lib/crypto/sha256.ts";
import { assertEquals } from "../support/assert.ts";

// FIPS 180-4, examples of
// https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
const VECTORS = [
  {
    message: "",
    digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  },
  {
    message: "abc",
    digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  },
  {
    message: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  },
];

for (const { message, digest } of VECTORS) {
  Deno.test(`sha256() gives the published digest of "${message}"`, async () => {
    const found = await sha256(utf8(message));
    assertEquals(found.toHex(), digest);
    assertEquals(found.length, SHA256_BYTES);
  });
}
