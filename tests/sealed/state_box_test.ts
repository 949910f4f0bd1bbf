import { createDecipheriv, hkdfSync } from "node:crypto";
import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { SUCCESSION_LABEL } from "../../lib/identity/succession.ts";
import { fixedIdentity } from "../../tools/vectors/inputs.ts";
import {
  isPutBack,
  MAX_STATE_BYTES,
  RECORD_OVERHEAD_BYTES,
  STATE_LABEL,
  StateBox,
} from "../../lib/sealed/state_box.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

const ROOM = new Uint8Array(32).fill(7);
const IDENTITY = await fixedIdentity("client");
const BOX = await StateBox.of(IDENTITY, ROOM);

/** A whole state with counter 5 and two changes. */
const WHOLE = await BOX.seal(utf8("state"), { counter: 5 });
const ONE = await BOX.seal(utf8("one"), { counter: 6, after: WHOLE });
const TWO = await BOX.seal(utf8("two"), { counter: 7, after: ONE });
const KEPT = {
  counter: 7,
  whole: utf8("state"),
  changes: [utf8("one"), utf8("two")],
};

Deno.test("StateBox.open() is the inverse of seal()", async () => {
  assertEquals(await BOX.open([WHOLE, ONE, TWO]), KEPT);
  assertEquals(await BOX.open([WHOLE]), { ...KEPT, counter: 5, changes: [] });
});

for (const length of [0, 1, 2047, 2048, 2049, 100_000]) {
  Deno.test(`StateBox seals ${length} bytes`, async () => {
    const state = new Uint8Array(length).fill(length & 0xff);
    const record = await BOX.seal(state, { counter: 1 });
    assertEquals(record.length, length + RECORD_OVERHEAD_BYTES);
    assertEquals((await BOX.open([record])).whole, state);
  });
}

Deno.test("StateBox of the same identity opens what another process sealed", async () => {
  const again = await StateBox.of(await fixedIdentity("client"), ROOM.slice());
  assertEquals(await again.open([WHOLE, ONE, TWO]), KEPT);
});

Deno.test("StateBox.of() works with a key that WebCrypto does not give away", async () => {
  const identity = await generateIdentity();
  const box = await StateBox.of(identity, ROOM);
  const record = await box.seal(utf8("x"), { counter: 1 });
  const again = await StateBox.of(identity, ROOM);
  assertEquals((await again.open([record])).whole, utf8("x"));
});

Deno.test("StateBox.of() refuses an identity whose signatures are random", async () => {
  const sign = (): Promise<Bytes> =>
    Promise.resolve(crypto.getRandomValues(new Uint8Array(64)));
  await assertRefusesLater(
    "CHAT_INTERNAL",
    () => StateBox.of({ ...IDENTITY, sign }, ROOM),
    "never signs the same twice",
  );
});

Deno.test("STATE_LABEL begins like nothing else that an identity signs", () => {
  assertEquals(STATE_LABEL.startsWith(SUCCESSION_LABEL), false);
  assertEquals(SUCCESSION_LABEL.startsWith(STATE_LABEL), false);
  assertNotEquals(STATE_LABEL[0], " "); // as handshakes do
  // MLS puts the length of its label first, as a byte below 64 (RFC 9420 section 5.1.2).
  assert(STATE_LABEL.charCodeAt(0) >= 64);
});

Deno.test("StateBox.seal() writes what node:crypto opens as documented", async () => {
  const secret = await IDENTITY.sign(utf8("chat/1 sealed state\0"));
  const room = Uint8Array.from(ROOM);
  const zeros = new Uint8Array(16);
  const before = [zeros, WHOLE.subarray(-16), ONE.subarray(-16)];
  const label = utf8("chat/1 sealed state");
  const info = concat(
    Uint8Array.of(0, 44, label.length),
    label,
    zeros.slice(0, 1),
  );
  for (const [index, record] of [WHOLE, ONE, TWO].entries()) {
    assertEquals(
      record.subarray(0, 8),
      concat(utf8("chatbox"), Uint8Array.of(1)),
    );
    assertEquals(record.subarray(8, 16).toHex(), `000000000000000${5 + index}`);
    const salt = record.subarray(16, 48);
    const bytes = new Uint8Array(hkdfSync("sha256", secret, salt, info, 44));
    const cipher = createDecipheriv(
      "aes-256-gcm",
      bytes.subarray(0, 32),
      bytes.subarray(32),
    );
    cipher.setAAD(
      concat(record.subarray(0, 16), before[index] ?? zeros, room),
    );
    cipher.setAuthTag(record.subarray(-16));
    const plain = cipher.update(record.subarray(48, -16));
    cipher.final();
    assertEquals(plain.toString(), ["state", "one", "two"][index]);
  }
});

Deno.test("StateBox.seal() uses another salt, and so another key, each time", async () => {
  const again = await BOX.seal(utf8("state"), { counter: 5 });
  assertNotEquals(again.subarray(16, 48), WHOLE.subarray(16, 48));
  assertNotEquals(again.subarray(48), WHOLE.subarray(48));
});

Deno.test("StateBox.open() refuses a flip of any bit", async () => {
  for (let bit = 0; bit < 8 * WHOLE.length; bit++) {
    if (bit >> 3 === 7) continue; // the version
    const flipped = WHOLE.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await refused([flipped], `bit ${bit}`);
    await refused([flipped, ONE, TWO], `bit ${bit}`);
  }
  const middle = ONE.slice();
  middle[60] = (middle[60] ?? 0) ^ 1;
  assertEquals((await BOX.open([WHOLE, middle, TWO])).changes, []);
});

Deno.test("StateBox.open() does not take another version for damage", async () => {
  const later = WHOLE.slice();
  later[7] = 2;
  for (const records of [[later], [later, ONE]]) {
    await assertRefusesLater("CHAT_DEVICE_UNKNOWN", () => BOX.open(records));
  }
  const torn = ONE.slice();
  torn.fill(0, 7);
  const { changes } = await BOX.open([WHOLE, torn]);
  assertEquals(changes, []);
  const other = WHOLE.slice();
  other[6] = 0;
  await refused([other], "another kind of file");
});

Deno.test("StateBox.open() refuses records cut short, and none", async () => {
  for (let length = 0; length < WHOLE.length; length++) {
    await refused([WHOLE.slice(0, length)], `${length} bytes`);
  }
  await refused([], "no records");
});

Deno.test("StateBox.open() refuses another room and another identity", async () => {
  const room = await StateBox.of(IDENTITY, new Uint8Array(32).fill(8));
  const identity = await StateBox.of(await fixedIdentity("server"), ROOM);
  for (const box of [room, identity]) {
    await assertRefusesLater("CHAT_SEAL_DAMAGED", () => box.open([WHOLE]));
  }
});

Deno.test("StateBox.open() goes no further than a record left out, swapped, or of another copy", async () => {
  const changes = async (...records: readonly Bytes[]): Promise<number> =>
    (await BOX.open(records)).changes.length;
  const end = await BOX.seal(utf8("end"), { counter: 8, after: TWO });
  const other = await BOX.seal(utf8("other"), { counter: 6, after: WHOLE });
  await refused([ONE, TWO, end], "without the state");
  assertEquals(await changes(WHOLE, TWO, end), 0);
  assertEquals(await changes(WHOLE, TWO, ONE, end), 0);
  assertEquals(await changes(WHOLE, ONE, ONE, end), 1);
  assertEquals(await changes(WHOLE, other, TWO, end), 1);
  const again = await BOX.seal(utf8("state"), { counter: 5 });
  assertEquals(await changes(again, ONE, TWO), 0);
  const skipped = await BOX.seal(utf8("x"), { counter: 9, after: ONE });
  assertEquals(await changes(WHOLE, ONE, skipped, end), 1);
});

Deno.test("StateBox.open() takes a damaged last change for one that was not written", async () => {
  const torn = TWO.slice();
  torn.fill(0, 20);
  const expected = { ...KEPT, counter: 6, changes: [utf8("one")] };
  for (const last of [torn, TWO.slice(0, 10), new Uint8Array(100)]) {
    assertEquals(await BOX.open([WHOLE, ONE, last]), expected);
  }
});

Deno.test("StateBox.seal() refuses what is too long, and a counter that is none", async () => {
  const long = new Uint8Array(MAX_STATE_BYTES + 1);
  await assertRejects(() => BOX.seal(long, { counter: 1 }), RangeError);
  for (const counter of [0, -1, 1.5, NaN, 2 ** 53]) {
    await assertRejects(() => BOX.seal(utf8(""), { counter }), RangeError);
  }
});

Deno.test("isPutBack() sees an older counter and a copied file", () => {
  const at = (notedCounter: number, sameFile: boolean): boolean =>
    isPutBack({ counter: 5 }, { notedCounter, sameFile });
  assertEquals([at(6, true), at(6, false), at(5, false)], [true, true, true]);
  assertEquals([at(5, true), at(4, true), at(4, false)], [false, false, false]);
  assert(!at(0, true));
});

async function refused(records: readonly Bytes[], what: string): Promise<void> {
  try {
    await assertRefusesLater("CHAT_SEAL_DAMAGED", () => BOX.open(records));
  } catch (error) {
    throw new Error(what, { cause: error });
  }
}
