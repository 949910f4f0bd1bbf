import { generateIdentity } from "../../lib/identity/identity.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import { publicIdentity } from "../../lib/identity/public_identity.ts";
import { MAX_SEALING_KEY_BYTES } from "../../lib/protocol/limits.ts";
import {
  keyPairsOf,
  makeSealingKey,
  openPublishedKey,
  PUBLISHED_KEY_BYTES,
  SEALING_SECRET_BYTES,
} from "../../lib/sealed/sealing_key.ts";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import vectors from "../vectors/sealing_keys.json" with { type: "json" };

const OWNER = await generateIdentity();
const FINGERPRINT = fingerprintBytes(OWNER.fingerprint);
const KEY = await makeSealingKey(OWNER, 1_700_000_000_000);

Deno.test("openPublishedKey() gives what makeSealingKey() made of its secret", async () => {
  const { published, secret, at } = KEY;
  assertEquals(published.length, PUBLISHED_KEY_BYTES);
  assert(PUBLISHED_KEY_BYTES <= MAX_SEALING_KEY_BYTES);
  const opened = await openPublishedKey(published, FINGERPRINT);
  const { x25519, mlKem } = await keyPairsOf(secret);
  assertEquals(opened, {
    at,
    published,
    fingerprint: FINGERPRINT,
    x25519: x25519.publicKey,
    mlKem: mlKem.publicKey,
  });
});

Deno.test("makeSealingKey() makes another key each time", async () => {
  const other = await makeSealingKey(OWNER, KEY.at);
  assertNotEquals(other.secret, KEY.secret);
  assertNotEquals(other.published, KEY.published);
});

Deno.test("openPublishedKey() refuses a flip of any one bit", async () => {
  for (let at = 0; at < PUBLISHED_KEY_BYTES; at++) {
    const flipped = KEY.published.slice();
    flipped[at] = (flipped[at] as number) ^ (1 << (at & 7));
    await assertRefusesLater(
      "CHAT_SEAL_REFUSED",
      () => openPublishedKey(flipped, FINGERPRINT),
    );
  }
});

Deno.test("openPublishedKey() refuses the key of somebody else", async () => {
  const other = await makeSealingKey(await generateIdentity(), KEY.at);
  await assertRefusesLater(
    "CHAT_SEAL_REFUSED",
    () => openPublishedKey(other.published, FINGERPRINT),
    "another identity",
  );
});

Deno.test("keyPairsOf() takes secrets of the right size only", async () => {
  for (const size of [0, SEALING_SECRET_BYTES - 1, SEALING_SECRET_BYTES + 1]) {
    await assertRejects(() => keyPairsOf(new Uint8Array(size)), RangeError);
  }
});

Deno.test("openPublishedKey() accepts the published key", async () => {
  const recipient = await publicIdentity(Uint8Array.fromHex(vectors.recipient));
  const opened = await openPublishedKey(
    Uint8Array.fromHex(vectors.published),
    fingerprintBytes(recipient.fingerprint),
  );
  assertEquals(opened.at, vectors.at);
});

for (const { why, published } of vectors.refused_keys) {
  Deno.test(`openPublishedKey() refuses the published key that is ${why}`, async () => {
    const owner = await publicIdentity(Uint8Array.fromHex(vectors.recipient));
    const fingerprint = fingerprintBytes(owner.fingerprint);
    await assertRefusesLater(
      "CHAT_SEAL_REFUSED",
      () => openPublishedKey(Uint8Array.fromHex(published), fingerprint),
    );
  });
}
