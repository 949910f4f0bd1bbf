import { createHash } from "node:crypto";
import { type Bytes, concat } from "../../lib/bytes.ts";
import {
  encapsulate,
  generateMlKem,
  ML_KEM_CIPHERTEXT_BYTES,
  ML_KEM_PUBLIC_BYTES,
  mlKemFromSeed,
} from "../../lib/crypto/ml_kem.ts";
import { assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import published from "../vectors/ml_kem_768.json" with { type: "json" };

const VECTOR = {
  seed: Uint8Array.fromHex(published.d + published.z),
  m: Uint8Array.fromHex(published.m),
  publicKey: Uint8Array.fromHex(published.public_key),
  ciphertext: Uint8Array.fromHex(published.ciphertext),
};

/** FIPS 203 section 8: the coefficients of a key are below this. */
const Q = 3329;

// Seeds (d || z) and SHA3-256 of the public key, which stands in the expanded
// private key. ACVP: v1.1.0.40 of https://github.com/usnistgov/ACVP-Server,
// gen-val/json-files/ML-KEM-keyGen-FIPS203, ML-KEM-768.
const KEY_GENERATION = [
  {
    name: "NIST ACVP keyGen 26",
    seed: "a2b4bca315a6ea4600b4a316e09a2578aa1e8bce919c8df3a96c71c843f5b38b" +
      "d6bf055cb7b375e3271ed131f1ba31f83fef533a239878a71074578b891265d1",
    hash: "7ca0c2cbbf4fbf28de8c479d4473c339d96b89c34a4e5fcbcf7728bdfb43b945",
  },
  {
    name: "NIST ACVP keyGen 27",
    seed: "6dbb99ae6889af01da387d7d99bd4e91bacb11a6051b14aecd4c96f30cd9f9d9" +
      "360557caddfcf5fee7c0de6a363f095757588c35a3fd11c58677ab5e8797c2b8",
    hash: "9c9032984ae72b7d5e0732a29ec29d8bbc4252a31454185710d280c223a47899",
  },
  {
    name: "C2SP CCTV unluckysample",
    seed: published.d + published.z,
    hash: "451f9b6547b8f6e927fbfe7598658160206040fdb57dd39ba8bf1f3a5ff89b9c",
  },
];

for (const { name, seed, hash } of KEY_GENERATION) {
  Deno.test(`mlKemFromSeed() has the key of ${name} when given its seed`, async () => {
    const publicKey = await publicKeyOf(Uint8Array.fromHex(seed));
    assertEquals(sha3("sha3-256", publicKey).toHex(), hash);
    const pair = await mlKemFromSeed(Uint8Array.fromHex(seed), publicKey);
    const { ciphertext, secret } = await encapsulate(publicKey);
    assertEquals(await pair.decapsulate(ciphertext), secret);
  });
}

Deno.test("MlKemKeyPair.decapsulate() gives the published secret when the ciphertext is the published one", async () => {
  const pair = await mlKemFromSeed(VECTOR.seed, VECTOR.publicKey);
  const secret = await pair.decapsulate(VECTOR.ciphertext);
  assertEquals(secret.toHex(), published.secret);
  // FIPS 203 algorithm 17: (K, r) = G(m || H(ek)).
  const h = sha3("sha3-256", VECTOR.publicKey);
  assertEquals(secret, sha3("sha3-512", concat(VECTOR.m, h)).slice(0, 32));
});

Deno.test("MlKemKeyPair.decapsulate() rejects implicitly when the ciphertext was changed anywhere", async () => {
  const pair = await mlKemFromSeed(VECTOR.seed, VECTOR.publicKey);
  for (const at of [0, 1, 511, 959, 960, ML_KEM_CIPHERTEXT_BYTES - 1]) {
    const changed = VECTOR.ciphertext.slice();
    changed[at] = changed[at] as number ^ 0x01;
    const z = VECTOR.seed.subarray(32);
    const rejected = new Uint8Array(
      createHash("shake256", { outputLength: 32 })
        .update(concat(z, changed)).digest(),
    );
    assertEquals(await pair.decapsulate(changed), rejected);
    if (at === 0) assertEquals(rejected.toHex(), published.rejected);
  }
});

Deno.test("encapsulate() gives what decapsulate() finds, and never the same twice", async () => {
  const pair = await generateMlKem();
  const [a, b] = [
    await encapsulate(pair.publicKey),
    await encapsulate(pair.publicKey),
  ];
  assertEquals(pair.publicKey.length, ML_KEM_PUBLIC_BYTES);
  assertEquals(a.ciphertext.length, ML_KEM_CIPHERTEXT_BYTES);
  assertEquals(a.secret.length, 32);
  assertEquals(await pair.decapsulate(a.ciphertext), a.secret);
  assertEquals(await pair.decapsulate(b.ciphertext), b.secret);
  assertNotEquals(a.secret, b.secret);
});

Deno.test("generateMlKem() never makes the same pair twice", async () => {
  const [a, b] = [await generateMlKem(), await generateMlKem()];
  assertNotEquals(a.publicKey, b.publicKey);
  const { ciphertext, secret } = await encapsulate(a.publicKey);
  assertNotEquals(await b.decapsulate(ciphertext), secret);
});

Deno.test("encapsulate() accepts the largest coefficient and refuses the next one wherever it stands", async () => {
  for (const at of [0, 1, 255, 256, 766, 767]) {
    await encapsulate(withCoefficient(at, Q - 1));
    for (const value of [Q, 0xfff]) {
      await assertRefusesLater(
        "CHAT_KEY_SHARE_INVALID",
        () => encapsulate(withCoefficient(at, value)),
      );
    }
  }
});

Deno.test("encapsulate() refuses a public key when its length is wrong", async () => {
  for (const length of [0, ML_KEM_PUBLIC_BYTES - 1, ML_KEM_PUBLIC_BYTES + 1]) {
    await assertRefusesLater(
      "CHAT_KEY_SHARE_INVALID",
      () => encapsulate(new Uint8Array(length)),
    );
  }
});

/** The published key with its 12-bit coefficient number `at` replaced. */
function withCoefficient(at: number, value: number): Bytes {
  const key = VECTOR.publicKey.slice();
  const [low, middle, high] = [0, 1, 2].map((i) => 3 * (at >> 1) + i);
  const shared = key[middle as number] as number;
  if (at % 2 === 0) {
    key[low as number] = value & 0xff;
    key[middle as number] = (shared & 0xf0) | (value >> 8);
  } else {
    key[middle as number] = (shared & 0x0f) | ((value & 0x0f) << 4);
    key[high as number] = value >> 4;
  }
  return key;
}

function sha3(algorithm: "sha3-256" | "sha3-512", bytes: Bytes): Bytes {
  return new Uint8Array(createHash(algorithm).update(bytes).digest());
}

/** WebCrypto derives the public key, but its type library has no name for it. */
async function publicKeyOf(seed: Bytes): Promise<Bytes> {
  const subtle = crypto.subtle as unknown as {
    importKey(
      format: "raw-seed",
      seed: Bytes,
      algorithm: string,
      extractable: boolean,
      usages: readonly string[],
    ): Promise<CryptoKey>;
    getPublicKey(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
    exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  };
  const usages = ["decapsulateBits"];
  const key = await subtle.importKey(
    "raw-seed",
    seed,
    "ML-KEM-768",
    false,
    usages,
  );
  const publicKey = await subtle.getPublicKey(key, ["encapsulateBits"]);
  return new Uint8Array(await subtle.exportKey("raw-public", publicKey));
}
