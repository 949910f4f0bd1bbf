import fc from "fast-check";
import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import {
  generateIdentity,
  type Identity,
} from "../../lib/identity/identity.ts";
import {
  BOX_OVERHEAD_BYTES,
  LocalBox,
  STORE_LABEL,
} from "../../lib/sealed/local_box.ts";
import { STATE_LABEL } from "../../lib/sealed/state_box.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

const IDENTITY = await generateIdentity();
const BOX = await LocalBox.of(IDENTITY);
const OTHER = await LocalBox.of(await generateIdentity());
const PLACE = utf8("table and key");
const TEXT = utf8("something to keep");

Deno.test("LocalBox.open() gives what was sealed there, by the same identity", async () => {
  const sealed = BOX.seal(TEXT, PLACE);
  assertEquals(sealed.length, TEXT.length + BOX_OVERHEAD_BYTES);
  assertEquals(BOX.open(sealed, PLACE), TEXT);
  const again = await LocalBox.of(IDENTITY);
  assertEquals(again.open(sealed, PLACE), TEXT);
  assertEquals(OTHER.open(sealed, PLACE), undefined);
});

Deno.test("LocalBox.open() opens in its place only, and nothing that was changed", () => {
  const sealed = BOX.seal(TEXT, PLACE);
  assertEquals(BOX.open(sealed, utf8("table and keyx")), undefined);
  assertEquals(BOX.open(sealed, new Uint8Array(0)), undefined);
  for (let bit = 0; bit < 8 * sealed.length; bit++) {
    const flipped = sealed.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    assertEquals(BOX.open(flipped, PLACE), undefined);
  }
  for (let length = 0; length < sealed.length; length++) {
    assertEquals(BOX.open(sealed.slice(0, length), PLACE), undefined);
  }
  assertEquals(BOX.open(concat(sealed, new Uint8Array(1)), PLACE), undefined);
});

Deno.test("LocalBox.seal() never seals the same twice", () => {
  assertNotEquals(BOX.seal(TEXT, PLACE), BOX.seal(TEXT, PLACE));
});

Deno.test("LocalBox.blind() is alike for the same value and use only", async () => {
  const blind = BOX.blind("thread", TEXT);
  assertEquals(blind.length, 32);
  assertEquals((await LocalBox.of(IDENTITY)).blind("thread", TEXT), blind);
  assertNotEquals(BOX.blind("group", TEXT), blind);
  assertNotEquals(BOX.blind("thread", utf8("other")), blind);
  assertNotEquals(OTHER.blind("thread", TEXT), blind);
  const moved = BOX.blind("threads", TEXT.slice(1));
  assertNotEquals(BOX.blind("thread", concat(utf8("s"), TEXT.slice(1))), moved);
});

Deno.test("LocalBox.owner tells identities apart", async () => {
  assertEquals((await LocalBox.of(IDENTITY)).owner, BOX.owner);
  assertNotEquals(OTHER.owner, BOX.owner);
});

Deno.test("LocalBox.reveal() is the inverse of hide(), for this identity", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const hidden = BOX.hide(text);
      assertEquals(BOX.reveal(hidden), text);
      assertEquals(OTHER.reveal(hidden), undefined);
    }),
  );
  assertEquals(BOX.reveal(BOX.hide("\ufeffbom")), "\ufeffbom");
  assert(!BOX.hide("a-word-to-look-for").includes("word"));
});

Deno.test("LocalBox.reveal() takes nothing else for hidden", () => {
  const record = BOX.seal(utf8("x"), PLACE).toBase64();
  for (const text of ["", "plain text", "AAAA", "€", record]) {
    assertEquals(BOX.reveal(text), undefined, text);
  }
});

Deno.test("LocalBox.of() refuses an identity that never signs the same twice", async () => {
  const sign = (): Promise<Bytes> =>
    Promise.resolve(crypto.getRandomValues(new Uint8Array(64)));
  const wild: Identity = { ...IDENTITY, sign };
  await assertRefusesLater("CHAT_INTERNAL", () => LocalBox.of(wild));
});

Deno.test("LocalBox has another secret than states have", () => {
  assertNotEquals(STORE_LABEL, STATE_LABEL);
  assert(!STORE_LABEL.startsWith(STATE_LABEL));
});
