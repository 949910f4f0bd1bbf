import fc from "fast-check";
import { utf8 } from "../../lib/bytes.ts";
import {
  ENVELOPE_HEADER_BYTES,
  openEnvelope,
  sealEnvelope,
} from "../../lib/sealed/envelope.ts";
import { PADDING_BYTES } from "../../lib/sealed/limits.ts";
import {
  generateRoomSecret,
  ROOM_SECRET_BYTES,
  roomKeysOf,
  SEALED_KINDS,
} from "../../lib/sealed/room_secret.ts";
import { openName, sealName } from "../../lib/sealed/sealed_name.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

const keys = await roomKeysOf(generateRoomSecret());

Deno.test("openEnvelope() gives back what sealEnvelope() was given", async () => {
  const anything = fc.record({
    kind: fc.constantFrom(...SEALED_KINDS),
    epoch: fc.bigInt(0n, 2n ** 64n - 1n),
    content: fc.uint8Array({ maxLength: 600 }),
  });
  await fc.assert(
    fc.asyncProperty(anything, async ({ kind, epoch, content }) => {
      const sealed = await sealEnvelope(keys, kind, { epoch, content });
      const opened = await openEnvelope(keys, kind, sealed);
      assertEquals(opened?.epoch, epoch);
      assertEquals([...opened?.content ?? []], [...content]);
    }),
    { numRuns: 60 },
  );
});

Deno.test("sealEnvelope() hides lengths up to a multiple of its padding", async () => {
  const overhead = ENVELOPE_HEADER_BYTES + 12 + 16;
  for (const length of [0, 1, 254, 255, 256, 511, 512]) {
    const content = new Uint8Array(length);
    const sealed = await sealEnvelope(keys, "message", { epoch: 1n, content });
    const blocks = Math.floor(length / PADDING_BYTES) + 1;
    assertEquals(sealed.length, overhead + blocks * PADDING_BYTES);
  }
});

Deno.test("openEnvelope() refuses a flip of any one byte, and every cut", async () => {
  const content = utf8("hello");
  const sealed = await sealEnvelope(keys, "commit", { epoch: 7n, content });
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.with(at, sealed[at] as number ^ 0x80);
    assertEquals(await openEnvelope(keys, "commit", changed), undefined);
    const cut = sealed.slice(0, at);
    assertEquals(await openEnvelope(keys, "commit", cut), undefined);
  }
});

Deno.test("openEnvelope() refuses another kind and another room", async () => {
  const content = utf8("hello");
  const sealed = await sealEnvelope(keys, "commit", { epoch: 7n, content });
  for (const kind of SEALED_KINDS) {
    const opened = await openEnvelope(keys, kind, sealed);
    assertEquals(opened !== undefined, kind === "commit");
  }
  const others = await roomKeysOf(generateRoomSecret());
  assertEquals(await openEnvelope(others, "commit", sealed), undefined);
  const renamed = { ...keys, roomId: others.roomId };
  assertEquals(await openEnvelope(renamed, "commit", sealed), undefined);
});

Deno.test("openEnvelope() refuses versions, kinds and padding that nobody makes", async () => {
  const nonce = new Uint8Array(12);
  const header = new Uint8Array(10);
  header.set([1, SEALED_KINDS.indexOf("message")]);
  const additionalData = new Uint8Array([...keys.roomId, ...header]);
  const good = new Uint8Array(256).with(0, 0x80);
  for (const [version, kind] of [[2, 2], [1, 3]] as const) {
    const other = header.with(0, version).with(1, kind);
    const additionalData = new Uint8Array([...keys.roomId, ...other]);
    const key = keys.seals.message;
    const ciphertext = await key.seal(good, { nonce, additionalData });
    const sealed = new Uint8Array([...other, ...nonce, ...ciphertext]);
    assertEquals(await openEnvelope(keys, "message", sealed), undefined);
  }
  for (const last of [0x00, 0x01, 0x81]) {
    const padded = new Uint8Array(256).with(0, last);
    const key = keys.seals.message;
    const ciphertext = await key.seal(padded, { nonce, additionalData });
    const sealed = new Uint8Array([...header, ...nonce, ...ciphertext]);
    assertEquals(await openEnvelope(keys, "message", sealed), undefined);
  }
});

Deno.test("roomKeysOf() derives the same for one secret, all different", async () => {
  const secret = new Uint8Array(ROOM_SECRET_BYTES).fill(7);
  const one = await roomKeysOf(secret);
  const two = await roomKeysOf(secret);
  assertEquals(one.roomId, two.roomId);
  assertEquals(one.psk, two.psk);
  const all = [secret, one.roomId, one.psk, one.epochTagKey];
  assertEquals(new Set(all.map((bytes) => bytes.toHex())).size, 4);
  // A link of today opens the room tomorrow: the derivation is part of it.
  assertEquals(
    one.roomId.toHex(),
    "4322d783481ecc3d0cb4201f509ca13c40560dc4fb42c87ed99029cce4b3ae5d",
  );
});

Deno.test("roomKeysOf() refuses a secret of another length", async () => {
  for (const length of [0, 31, 33]) {
    await assertRefusesLater(
      "CHAT_SEAL_DAMAGED",
      () => roomKeysOf(new Uint8Array(length)),
    );
  }
});

Deno.test("openName() opens what sealName() sealed, as that kind of name", async () => {
  const sealed = await sealName(keys, "room name", "garden ✿");
  assertEquals(await openName(keys, "room name", sealed), "garden ✿");
  assertEquals(await openName(keys, "member name", sealed), undefined);
  const again = await sealName(keys, "room name", "garden ✿");
  assert(sealed.toHex() !== again.toHex());
  const broken = { epoch: 0n, content: Uint8Array.of(0xff) };
  const bad = await sealEnvelope(keys, "room name", broken);
  assertEquals(await openName(keys, "room name", bad), undefined);
});
