import fc from "fast-check";
import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { encodeMessage, padMessages } from "../../lib/wire/message.ts";
import { frameOf } from "../../tools/vectors/frames.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { assertRefuses, assertRefusesLater } from "../support/refusal.ts";
import { KEYS } from "./fixed_states.ts";
import { type Sealing, spyTrafficKey } from "./spy_key.ts";

const NO_BYTE_LIMIT = 2 ** 40;

/** A message whose record is sealed at once, and one that takes a moment. */
const SMALL = encodeMessage(0x10, utf8("small"));
const LARGE = encodeMessage(0x10, new Uint8Array(10_000).fill(7));

Deno.test("RecordOpener.open() returns what RecordSealer.seal() was given, padded", async () => {
  const sealer = new RecordSealer(KEYS.up);
  const opener = new RecordOpener(KEYS.up);
  for (const messages of [SMALL, LARGE, concat(SMALL, LARGE, SMALL)]) {
    const frame = await sealer.seal(messages);
    assertEquals(await opener.open(frameOf(frame)), padMessages(messages));
    // The length in front, and the tag behind.
    assertEquals(frame.length, 4 + padMessages(messages).length + 16);
  }
});

Deno.test("RecordSealer.seal() refuses more than a record holds, and claims no nonce for it", async () => {
  const log: Sealing[] = [];
  const sealer = new RecordSealer(spyTrafficKey(log));
  assertThrows(() => sealer.seal(new Uint8Array(65_537)), RangeError);
  await sealer.seal(new Uint8Array(65_536));
  assertEquals(log.map(({ nonce }) => nonce), ["fe".repeat(12)]);
});

Deno.test("RecordSealer.seal() authenticates exactly the length it sends", async () => {
  const log: Sealing[] = [];
  const sealer = new RecordSealer(spyTrafficKey(log));
  for (const messages of [SMALL, LARGE]) {
    const frame = await sealer.seal(messages);
    assertEquals(log.at(-1)?.additionalData, frame.slice(0, 4).toHex());
  }
});

Deno.test("RecordSealer.seal() claims its sequence number before it awaits anything", async () => {
  const sealer = new RecordSealer(KEYS.up);
  const opener = new RecordOpener(KEYS.up);
  const messages = [LARGE, SMALL, LARGE, SMALL, SMALL, LARGE];
  // Called in order, finished in any order, sent in the order of the calls.
  const sealed = messages.map((each) => sealer.seal(each));
  assert(sealed[0] instanceof Promise && sealed[1] instanceof Uint8Array);
  const frames = (await Promise.all(sealed)).map(frameOf);
  const opened = frames.map((frame) => opener.open(frame));
  assertEquals(await Promise.all(opened), messages.map(padMessages));
});

Deno.test("RecordSealer never uses a nonce twice under one key, however its calls overlap", async () => {
  const action = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("small", "large") },
    { weight: 1, arbitrary: fc.constant("update") },
    { weight: 2, arbitrary: fc.constant("wait") },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      async (actions, records) => {
        const log: Sealing[] = [];
        const limits = { records, bytes: NO_BYTE_LIMIT };
        const sealer = new RecordSealer(spyTrafficKey(log), limits);
        const pending: unknown[] = [];
        for (const each of actions) {
          if (each === "update") await sealer.update();
          else if (each === "wait") await Promise.all(pending);
          else pending.push(tryToSeal(sealer, each));
        }
        await Promise.all(pending);
        const used = log.map(({ key, nonce }) => key + nonce);
        assertEquals(new Set(used).size, used.length);
        for (const key of new Set(log.map((sealing) => sealing.key))) {
          const count = log.filter((sealing) => sealing.key === key).length;
          assert(count <= records, `${count} records under one key`);
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("RecordSealer.update() refuses to overlap with itself, which would use nonces twice", async () => {
  const log: Sealing[] = [];
  const sealer = new RecordSealer(spyTrafficKey(log));
  const [first, second] = [sealer.update(), sealer.update()];
  second.catch(() => {}); // asserted below
  await first;
  await sealer.seal(SMALL);
  await assertRefusesLater("CHAT_STATE_REUSED", () => second);
  await sealer.seal(SMALL);
  const used = log.map(({ key, nonce }) => key + nonce);
  assertEquals(new Set(used).size, 2);
});

Deno.test("RecordSealer.mustUpdate tells when one more record fits under the key", async () => {
  const limits = { records: 3, bytes: NO_BYTE_LIMIT };
  const sealer = new RecordSealer(KEYS.up, limits);
  const told: boolean[] = [];
  for (let i = 0; i < 3; i++) {
    told.push(sealer.mustUpdate);
    await sealer.seal(SMALL);
  }
  assertEquals(told, [false, false, true]);
  assertRefuses("CHAT_RECORD_LIMIT", () => sealer.seal(SMALL));
  await sealer.update();
  assertEquals(sealer.mustUpdate, false);
  await sealer.seal(SMALL);
});

Deno.test("RecordSealer.mustUpdate tells when the key has sealed its bytes, padding included", async () => {
  const sealer = new RecordSealer(KEYS.up, { records: 1000, bytes: 512 });
  assertEquals(sealer.mustUpdate, false);
  await sealer.seal(SMALL);
  assertEquals(sealer.mustUpdate, false);
  await sealer.seal(SMALL);
  assertEquals(sealer.mustUpdate, true);
  await sealer.update();
  assertEquals(sealer.mustUpdate, false);
});

Deno.test("RecordOpener.open() refuses a record when its key has opened as many as it may", async () => {
  const limits = { records: 3, bytes: NO_BYTE_LIMIT };
  const sealer = new RecordSealer(KEYS.up);
  const opener = new RecordOpener(KEYS.up, limits);
  for (let i = 0; i < 3; i++) {
    await opener.open(frameOf(await sealer.seal(SMALL)));
  }
  const fourth = frameOf(await sealer.seal(SMALL));
  assertRefuses("CHAT_RECORD_LIMIT", () => opener.open(fourth));
});

Deno.test("RecordOpener.open() allows the bytes of a key, the record that crosses them and the last one, and no more", async () => {
  const limits = { records: 1000, bytes: 65_536 };
  const sealer = new RecordSealer(KEYS.up);
  const opener = new RecordOpener(KEYS.up, limits);
  const full = encodeMessage(0x10, new Uint8Array(65_533));
  for (const messages of [SMALL, full, SMALL]) {
    await opener.open(frameOf(await sealer.seal(messages)));
  }
  await opener.open(frameOf(await sealer.seal(full)));
  const next = frameOf(await sealer.seal(SMALL));
  assertRefuses("CHAT_RECORD_LIMIT", () => opener.open(next));
});

Deno.test("RecordOpener.open() counts the bytes of plaintexts, padding included", async () => {
  // No byte at all, then: the record that crosses the limit and the last one
  // come to 65,536 bytes, as 256 records of 256 bytes do.
  const opener = new RecordOpener(KEYS.up, { records: 1000, bytes: 0 });
  const sealer = new RecordSealer(KEYS.up);
  for (let i = 0; i < 256; i++) {
    await opener.open(frameOf(await sealer.seal(SMALL)));
  }
  const next = frameOf(await sealer.seal(SMALL));
  assertRefuses("CHAT_RECORD_LIMIT", () => opener.open(next));
});

Deno.test("RecordSealer and RecordOpener stay within each other's limits when only bytes count", async () => {
  const limits = { records: 1000, bytes: 100_000 };
  const [sealer, opener] = [
    new RecordSealer(KEYS.up, limits),
    new RecordOpener(KEYS.up, limits),
  ];
  const full = encodeMessage(0x10, new Uint8Array(65_530));
  for (let i = 0; i < 20; i++) {
    const last = sealer.mustUpdate;
    await opener.open(frameOf(await sealer.seal(full)));
    if (!last) continue;
    await sealer.update();
    await opener.update();
  }
});

Deno.test("RecordOpener.update() starts a new key and a new sequence", async () => {
  const [sealer, opener] = [
    new RecordSealer(KEYS.up),
    new RecordOpener(KEYS.up),
  ];
  const old = frameOf(await sealer.seal(SMALL));
  await opener.open(old);
  const stale = frameOf(await sealer.seal(SMALL));
  await sealer.update();
  await opener.update();
  await opener.open(frameOf(await sealer.seal(SMALL)));
  await opener.open(frameOf(await sealer.seal(SMALL)));
  await assertRefusesLater(
    "CHAT_RECORD_REFUSED",
    async () => await opener.open(stale),
  );
});

Deno.test("RecordOpener.open() opens large and small records together when they are started in order", async () => {
  const sealer = new RecordSealer(KEYS.up);
  const opener = new RecordOpener(KEYS.up);
  const messages = [SMALL, LARGE, SMALL, LARGE];
  const frames: Bytes[] = [];
  for (const each of messages) frames.push(await sealer.seal(each));
  const opened = frames.map((frame) => opener.open(frameOf(frame)));
  assert(opened[0] instanceof Uint8Array && opened[1] instanceof Promise);
  assertEquals(await Promise.all(opened), messages.map(padMessages));
});

function tryToSeal(
  sealer: RecordSealer,
  size: string,
): Bytes | Promise<Bytes> | undefined {
  try {
    return sealer.seal(size === "large" ? LARGE : SMALL);
  } catch {
    return undefined; // the limit, which another test asks for by its code
  }
}
