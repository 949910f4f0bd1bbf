import type { Bytes } from "../../lib/bytes.ts";
import { generateX25519, x25519FromScalar } from "../../lib/crypto/x25519.ts";
import { assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

const P = 2n ** 255n - 19n;
const HIGH_BIT = 2n ** 255n;

/** u coordinates of order 8 (https://cr.yp.to/ecdh.html#validate). */
const ORDER_8 = [
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];
const SMALL_ORDER = [0n, 1n, ...ORDER_8, P - 1n];
/** The same modulo p, as encodings a strict reader would not write. */
const NOT_CANONICAL = [P, P + 1n];

/** `X25519(scalar, u)` of RFC 7748 section 5, through the adapter. */
async function x25519(scalar: Bytes, u: Bytes): Promise<Bytes> {
  return await (await x25519FromScalar(scalar, u)).agree(u);
}

function littleEndian(value: bigint): Bytes {
  return Uint8Array.from(
    { length: 32 },
    (_, i) => Number((value >> BigInt(8 * i)) & 0xffn),
  );
}

// RFC 7748 section 5.2. The second u has its high bit set: it is masked.
const SECTION_5_2 = [
  {
    scalar: "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    u: "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    out: "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  },
  {
    scalar: "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    u: "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    out: "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  },
];

for (const [i, { scalar, u, out }] of SECTION_5_2.entries()) {
  Deno.test(`X25519KeyPair.agree() agrees with RFC 7748 section 5.2 number ${i + 1}`, async () => {
    const found = await x25519(
      Uint8Array.fromHex(scalar),
      Uint8Array.fromHex(u),
    );
    assertEquals(found.toHex(), out);
  });
}

Deno.test("X25519KeyPair.agree() agrees with RFC 7748 section 5.2 when iterated 1 and 1,000 times", async () => {
  let [k, u] = [littleEndian(9n), littleEndian(9n)];
  for (let i = 1; i <= 1_000; i++) {
    [k, u] = [await x25519(k, u), k];
    if (i === 1) {
      assertEquals(
        k.toHex(),
        "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
      );
    }
  }
  assertEquals(
    k.toHex(),
    "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
  );
});

// RFC 7748 section 6.1
const ALICE = {
  scalar: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
  publicKey: "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
};
const BOB = {
  scalar: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
  publicKey: "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
};
const SHARED =
  "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

Deno.test("x25519FromScalar() makes the keys of RFC 7748 section 6.1 when given their scalars", async () => {
  for (const { scalar, publicKey } of [ALICE, BOB]) {
    const found = await x25519(Uint8Array.fromHex(scalar), littleEndian(9n));
    assertEquals(found.toHex(), publicKey);
  }
});

Deno.test("X25519KeyPair.agree() gives both sides the secret of RFC 7748 section 6.1", async () => {
  for (const [own, peer] of [[ALICE, BOB], [BOB, ALICE]] as const) {
    const pair = await x25519FromScalar(
      Uint8Array.fromHex(own.scalar),
      Uint8Array.fromHex(own.publicKey),
    );
    assertEquals(pair.publicKey.toHex(), own.publicKey);
    const secret = await pair.agree(Uint8Array.fromHex(peer.publicKey));
    assertEquals(secret.toHex(), SHARED);
  }
});

Deno.test("generateX25519() makes pairs that agree, and never the same twice", async () => {
  const [a, b] = [await generateX25519(), await generateX25519()];
  assertNotEquals(a.publicKey, b.publicKey);
  assertEquals(await a.agree(b.publicKey), await b.agree(a.publicKey));
});

for (const u of [...SMALL_ORDER, ...NOT_CANONICAL]) {
  Deno.test(`X25519KeyPair.agree() refuses a share of small order when it is ${u.toString(16)}`, async () => {
    const pair = await generateX25519();
    for (const share of [u, u + HIGH_BIT]) { // the high bit is ignored
      await assertRefusesLater(
        "CHAT_KEY_SHARE_INVALID",
        () => pair.agree(littleEndian(share)),
      );
    }
  });
}

Deno.test("X25519KeyPair.agree() reduces a share that is not canonical, as RFC 7748 section 5 demands", async () => {
  const pair = await generateX25519();
  assertEquals(
    await pair.agree(littleEndian(P + 9n)),
    await pair.agree(littleEndian(9n)),
  );
});
