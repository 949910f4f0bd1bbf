import { createCipheriv } from "node:crypto";
import { type Bytes, utf8 } from "../../lib/bytes.ts";
import { AesGcmKey, GCM_TAG_BYTES } from "../../lib/crypto/aes_gcm.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

/** Largest input that is answered at once (docs/performance.md). */
const SYNCHRONOUS_BYTES = 2048;

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B,
// the cases with AES-256 and a nonce of 96 bits; NIST's own examples.
const PLAINTEXT = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d" +
  "8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
const CIPHERTEXT = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd" +
  "2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
const VECTORS = [
  {
    name: "13",
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    additionalData: "",
    plaintext: "",
    sealed: "530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    name: "14",
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    additionalData: "",
    plaintext: "00".repeat(16),
    sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    name: "15",
    key: "feffe9928665731c6d6a8f9467308308".repeat(2),
    nonce: "cafebabefacedbaddecaf888",
    additionalData: "",
    plaintext: PLAINTEXT,
    sealed: CIPHERTEXT + "b094dac5d93471bdec1a502270e3cc6c",
  },
  {
    name: "16",
    key: "feffe9928665731c6d6a8f9467308308".repeat(2),
    nonce: "cafebabefacedbaddecaf888",
    additionalData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    plaintext: PLAINTEXT.slice(0, 120),
    sealed: CIPHERTEXT.slice(0, 120) + "76fc6ece0f4e1768cddf8853bb2d551b",
  },
];

for (const { name, ...hex } of VECTORS) {
  const key = new AesGcmKey(Uint8Array.fromHex(hex.key));
  const operation = {
    nonce: Uint8Array.fromHex(hex.nonce),
    additionalData: Uint8Array.fromHex(hex.additionalData),
  };
  const plaintext = Uint8Array.fromHex(hex.plaintext);
  const sealed = Uint8Array.fromHex(hex.sealed);

  Deno.test(`AesGcmKey.seal() agrees with GCM test case ${name}`, async () => {
    assertEquals(await key.seal(plaintext, operation), sealed);
  });

  Deno.test(`AesGcmKey.open() agrees with GCM test case ${name}`, async () => {
    assertEquals(await key.open(sealed, operation), plaintext);
  });
}

const RAW = Uint8Array.from({ length: 32 }, (_, i) => i);
const KEY = new AesGcmKey(RAW);
const OPERATION = {
  nonce: utf8("twelve bytes"),
  additionalData: utf8("four"),
};
/** Both sides of both borders: of sealing, and of opening 16 bytes later. */
const SIZES = [
  ...[0, 1, 15, 16, 17, 256, 1024],
  ...[-16, -15, -1, 0, 1, 16].map((off) => SYNCHRONOUS_BYTES + off),
  ...[4096, 65_536],
];

for (const size of SIZES) {
  const plaintext = Uint8Array.from({ length: size }, (_, i) => i * 7);

  Deno.test(`AesGcmKey.seal() gives what node:crypto and crypto.subtle give when it has ${size} bytes`, async () => {
    const sealed = await KEY.seal(plaintext, OPERATION);
    assertEquals(sealed, sealedByNode(plaintext));
    assertEquals(sealed, await sealedBySubtle(plaintext));
    assertEquals(await KEY.open(sealed, OPERATION), plaintext);
  });

  Deno.test(`AesGcmKey.open() refuses ${size} bytes when anything about them differs`, async () => {
    const sealed = await KEY.seal(plaintext, OPERATION);
    const { nonce, additionalData } = OPERATION;
    const wrong = [
      { sealed: flipped(sealed, sealed.length - 1), ...OPERATION }, // the tag
      { sealed: flipped(sealed, 0), ...OPERATION },
      { sealed, nonce: flipped(nonce, 11), additionalData },
      { sealed, nonce, additionalData: flipped(additionalData, 0) },
      { sealed, nonce, additionalData: additionalData.slice(1) },
      { sealed: sealed.slice(0, -1), ...OPERATION },
      { sealed: new Uint8Array([...sealed, 0]), ...OPERATION },
    ];
    for (const { sealed, ...operation } of wrong) {
      await assertRefusesLater(
        "CHAT_RECORD_REFUSED",
        async () => await KEY.open(sealed, operation),
      );
    }
  });
}

Deno.test("AesGcmKey.open() refuses input when it is shorter than a tag", async () => {
  for (let length = 0; length < GCM_TAG_BYTES; length++) {
    await assertRefusesLater(
      "CHAT_RECORD_REFUSED",
      async () => await KEY.open(new Uint8Array(length), OPERATION),
    );
  }
});

Deno.test("AesGcmKey.seal() answers at once when its input is small, later when it is large", async () => {
  const small = KEY.seal(new Uint8Array(SYNCHRONOUS_BYTES), OPERATION);
  const large = KEY.seal(new Uint8Array(SYNCHRONOUS_BYTES + 1), OPERATION);
  assert(small instanceof Uint8Array);
  assert(large instanceof Promise);
  await large;
});

Deno.test("AesGcmKey.open() answers at once when its input is small, later when it is large", async () => {
  const [small, large] = [
    sealedByNode(new Uint8Array(SYNCHRONOUS_BYTES - GCM_TAG_BYTES)),
    sealedByNode(new Uint8Array(SYNCHRONOUS_BYTES - GCM_TAG_BYTES + 1)),
  ];
  assert(KEY.open(small, OPERATION) instanceof Uint8Array);
  const opening = KEY.open(large, OPERATION);
  assert(opening instanceof Promise);
  await opening;
});

Deno.test("AesGcmKey.open() returns bytes of its own when the input is overwritten later", async () => {
  for (const size of [16, 4096]) {
    const plaintext = new Uint8Array(size).fill(7);
    const sealed = await KEY.seal(plaintext, OPERATION);
    const opened = await KEY.open(sealed, OPERATION);
    sealed.fill(0);
    assertEquals(opened, plaintext);
  }
});

function flipped(bytes: Bytes, at: number): Bytes {
  const copy = bytes.slice();
  copy[at] = copy[at] as number ^ 0x80;
  return copy;
}

function sealedByNode(plaintext: Bytes): Bytes {
  const cipher = createCipheriv("aes-256-gcm", RAW, OPERATION.nonce);
  cipher.setAAD(OPERATION.additionalData);
  const body = cipher.update(plaintext);
  cipher.final();
  return new Uint8Array([...body, ...cipher.getAuthTag()]);
}

async function sealedBySubtle(plaintext: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", RAW, "AES-GCM", false, [
    "encrypt",
  ]);
  return new Uint8Array(
    await crypto.subtle.encrypt(
      {
        name: "AES-GCM",
        iv: OPERATION.nonce,
        additionalData: OPERATION.additionalData,
      },
      key,
      plaintext,
    ),
  );
}
