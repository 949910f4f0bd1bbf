import { type Bytes, concat } from "../../lib/bytes.ts";
import {
  ed25519PublicOf,
  exportEd25519Private,
  exportEd25519Public,
  generateEd25519,
  importEd25519Private,
  isEd25519Public,
  signEd25519,
  verifyEd25519,
} from "../../lib/crypto/ed25519.ts";
import { pkcs8OfSeed } from "../../lib/identity/identity.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { encodeY, isTorsion, L, P, torsionPoints } from "./edwards25519.ts";

// https://www.rfc-editor.org/rfc/rfc8032#section-7.1
const VECTORS = [
  {
    name: "TEST 1",
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    publicKey:
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    name: "TEST 2",
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    publicKey:
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    name: "TEST 3",
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    publicKey:
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
  {
    name: "TEST SHA(abc)",
    seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    publicKey:
      "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    message:
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    signature:
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  },
];

for (const { name, ...hex } of VECTORS) {
  const seed = Uint8Array.fromHex(hex.seed);
  const publicKey = Uint8Array.fromHex(hex.publicKey);
  const message = Uint8Array.fromHex(hex.message);
  const signature = Uint8Array.fromHex(hex.signature);

  Deno.test(`ed25519PublicOf() derives the key of RFC 8032 ${name}`, async () => {
    const key = await privateKey(seed, true);
    assertEquals(await ed25519PublicOf(key), publicKey);
  });

  Deno.test(`signEd25519() makes the signature of RFC 8032 ${name}`, async () => {
    const key = await privateKey(seed, false);
    assertEquals(await signEd25519(key, message), signature);
  });

  Deno.test(`verifyEd25519() accepts RFC 8032 ${name}`, async () => {
    assert(await verifyEd25519({ publicKey, signature, message }));
  });
}

const [sample] = VECTORS.slice(1).map((vector) => ({
  publicKey: Uint8Array.fromHex(vector.publicKey),
  signature: Uint8Array.fromHex(vector.signature),
  message: Uint8Array.fromHex(vector.message),
})) as [{ publicKey: Bytes; signature: Bytes; message: Bytes }];

for (const field of ["publicKey", "signature", "message"] as const) {
  Deno.test(`verifyEd25519() refuses a flip of any one bit of the ${field}`, async () => {
    const whole = sample[field];
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const byte = (whole[bit >> 3] as number) ^ (1 << (bit & 7));
      const claim = { ...sample, [field]: whole.with(bit >> 3, byte) };
      assert(!await verifyEd25519(claim), `bit ${bit}`);
    }
  });
}

for (const length of [0, 63, 65]) {
  Deno.test(`verifyEd25519() refuses a signature of ${length} bytes`, async () => {
    const signature = concat(sample.signature, new Uint8Array(1))
      .slice(0, length);
    assert(!await verifyEd25519({ ...sample, signature }));
  });
}

Deno.test("verifyEd25519() refuses a second signature with S + L", async () => {
  // RFC 8032 section 5.1.7 asks for S < L; else anybody could make another one.
  const s = sample.signature.slice(32).toReversed().toHex();
  const greater = encodeY(BigInt(`0x${s}`) + L, 0);
  const signature = concat(sample.signature.slice(0, 32), greater);
  assert(!await verifyEd25519({ ...sample, signature }));
});

Deno.test("torsionPoints() are the eight points of small order", () => {
  const points = torsionPoints();
  assertEquals(points.length, 8);
  assertEquals(points.every(isTorsion), true);
  assertEquals(new Set(points.map(({ y }) => y)).size, 5);
});

for (const y of new Set(torsionPoints().map((point) => point.y))) {
  for (const sign of [0, 1] as const) {
    const key = encodeY(y, sign);
    Deno.test(`isEd25519Public() refuses the small-order key ${short(key)}`, () => {
      assertEquals(isEd25519Public(key), false);
    });
  }
}

Deno.test("isEd25519Public() refuses every encoding of a y from p to 2^255 - 1", () => {
  for (let y = P; y < 2n ** 255n; y++) {
    assertEquals(isEd25519Public(encodeY(y, 0)), false, `p + ${y - P}`);
    assertEquals(isEd25519Public(encodeY(y, 1)), false, `p + ${y - P}`);
  }
});

Deno.test("isEd25519Public() accepts the neighbours of what it refuses", () => {
  for (const y of [2n, P - 2n]) {
    assertEquals(isEd25519Public(encodeY(y, 0)), true);
    assertEquals(isEd25519Public(encodeY(y, 1)), true);
  }
});

for (const length of [0, 31, 33, 64]) {
  Deno.test(`isEd25519Public() refuses ${length} bytes`, () => {
    assertEquals(isEd25519Public(new Uint8Array(length).fill(2)), false);
  });
}

Deno.test("verifyEd25519() refuses a key that verifies what nobody signed", async () => {
  // The neutral point as key and as R, with S = 0, satisfies the equation
  // S B = R + k A for every message: WebCrypto alone would say yes.
  const publicKey = encodeY(1n, 0);
  const signature = concat(publicKey, new Uint8Array(32));
  const claim = { publicKey, signature, message: sample.message };
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", true, [
    "verify",
  ]);
  const { message } = claim;
  assert(await crypto.subtle.verify("Ed25519", key, signature, message));
  assert(!await verifyEd25519(claim));
});

Deno.test("verifyEd25519() refuses a key that is not on the curve", async () => {
  const publicKey = encodeY(2n, 0); // x^2 would not be a square
  assertEquals(await verifyEd25519({ ...sample, publicKey }), false);
});

Deno.test("generateEd25519() makes keys that may or may not be exported", async () => {
  const open = await generateEd25519({ extractable: true });
  const pkcs8 = await exportEd25519Private(open.privateKey);
  const again = await importEd25519Private(pkcs8, { extractable: true });
  assertEquals(
    await ed25519PublicOf(again),
    await exportEd25519Public(open.publicKey),
  );
  const closed = await generateEd25519({ extractable: false });
  await assertRejects(
    () => exportEd25519Private(closed.privateKey),
    DOMException,
  );
});

async function privateKey(
  seed: Bytes,
  extractable: boolean,
): Promise<CryptoKey> {
  return await importEd25519Private(pkcs8OfSeed(seed), { extractable });
}

function short(key: Bytes): string {
  return `${key.toHex().slice(0, 8)}...${key.toHex().slice(-2)}`;
}
