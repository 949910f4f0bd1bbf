import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { DerReader, encodeDer, TAG, type Tag } from "../../lib/identity/der.ts";
import {
  decodePbes2,
  encodePbes2,
  MAX_PBKDF2_ITERATIONS,
  openPbes2,
  type Pbes2,
  PBKDF2_ITERATIONS,
  sealPbes2,
} from "../../lib/identity/pbes2.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const sample: Pbes2 = {
  salt: new Uint8Array(16).fill(1),
  iterations: 1,
  iv: new Uint8Array(16).fill(2),
  ciphertext: new Uint8Array(64).fill(3),
};
const encoded = encodePbes2(sample);

Deno.test("decodePbes2() is the inverse of encodePbes2()", () => {
  assertEquals(decodePbes2(encoded), sample);
});

Deno.test("decodePbes2() accepts the optional key length if it is 32", () => {
  assertEquals(decodePbes2(withKeyLength(32)), sample);
  assertRefuses("CHAT_IDENTITY_DAMAGED", () => decodePbes2(withKeyLength(16)));
});

Deno.test("decodePbes2() refuses every proper prefix", () => {
  for (let length = 0; length < encoded.length; length++) {
    const prefix = encoded.slice(0, length);
    assertRefuses("CHAT_IDENTITY_DAMAGED", () => decodePbes2(prefix));
  }
});

Deno.test("decodePbes2() refuses a trailing byte", () => {
  const longer = concat(encoded, new Uint8Array(1));
  assertRefuses("CHAT_IDENTITY_DAMAGED", () => decodePbes2(longer));
});

Deno.test("decodePbes2() refuses a flip of any bit that is not a parameter", () => {
  const values = concat(sample.salt, sample.iv, sample.ciphertext);
  for (let bit = 0; bit < 8 * encoded.length; bit++) {
    const byte = encoded[bit >> 3] as number;
    const flipped = encoded.with(bit >> 3, byte ^ (1 << (bit & 7)));
    let file: Pbes2;
    try {
      file = decodePbes2(flipped);
    } catch {
      continue;
    }
    // What is accepted must differ in a value, so the flip was inside it.
    const found = concat(file.salt, file.iv, file.ciphertext);
    const changed = file.iterations !== 1 || found.toHex() !== values.toHex();
    assert(changed, `bit ${bit}`);
  }
});

Deno.test("decodePbes2() refuses an element more, wherever it is put", () => {
  const longer = withOneMore(encoded);
  assertEquals(longer.length, 8); // seven sequences, and the NULL
  for (const file of longer) {
    const read = (): unknown => decodePbes2(file);
    assertRefuses("CHAT_IDENTITY_DAMAGED", read);
  }
});

const outOfRange: Record<string, Partial<Pbes2>> = {
  "no iterations": { iterations: 0 },
  "more iterations than allowed": { iterations: MAX_PBKDF2_ITERATIONS + 1 },
  "an empty salt": { salt: new Uint8Array(0) },
  "a salt of 65 bytes": { salt: new Uint8Array(65) },
  "an IV of 15 bytes": { iv: new Uint8Array(15) },
  "an IV of 17 bytes": { iv: new Uint8Array(17) },
};
for (const [what, change] of Object.entries(outOfRange)) {
  Deno.test(`decodePbes2() refuses ${what}`, () => {
    const file = encodePbes2({ ...sample, ...change });
    assertRefuses("CHAT_IDENTITY_DAMAGED", () => decodePbes2(file));
  });
}

Deno.test("decodePbes2() accepts as many iterations as allowed", () => {
  const most = { ...sample, iterations: MAX_PBKDF2_ITERATIONS };
  assertEquals(decodePbes2(encodePbes2(most)), most);
});

Deno.test("openPbes2() opens what sealPbes2() sealed, each time anew", async () => {
  const [plaintext, passphrase] = [utf8("secret"), utf8("pass")];
  const file = await sealPbes2(plaintext, passphrase);
  const other = await sealPbes2(plaintext, passphrase);
  assertEquals(file.iterations, PBKDF2_ITERATIONS);
  assertNotEquals(file.salt, other.salt);
  assertNotEquals(file.iv, other.iv);
  assertEquals(await openPbes2(file, passphrase), plaintext);
  assertNotEquals(await openPbes2(file, utf8("Pass")), plaintext);
});

/** `encoded` with an INTEGER behind the iterations, and lengths to match. */
function withKeyLength(length: number): Bytes {
  const hex = encoded.toHex().replace("020101", `0201010201${hex2(length)}`);
  // The lengths around it: EncryptedPrivateKeyInfo, two algorithms, PBKDF2.
  const out = Uint8Array.fromHex(hex);
  for (const at of [2, 4, 17, 19, 32]) out[at] = (out[at] as number) + 3;
  return out;
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** Every way to put a NULL at the end of a sequence, or of a NULL. */
function withOneMore(der: Bytes): Bytes[] {
  const reader = new DerReader(der);
  const extra = encodeDer(TAG.null);
  if (reader.isNext(TAG.null)) return [encodeDer(TAG.null, extra)];
  if (!reader.isNext(TAG.sequence)) return [];
  const parts = elementsOf(reader.take(TAG.sequence));
  const nested = parts.flatMap((part, index) =>
    withOneMore(part).map((longer) =>
      encodeDer(TAG.sequence, ...parts.with(index, longer))
    )
  );
  return [encodeDer(TAG.sequence, ...parts, extra), ...nested];
}

/** Splits the content of a sequence into its encoded elements. */
function elementsOf(content: Bytes): Bytes[] {
  const reader = new DerReader(content);
  const elements: Bytes[] = [];
  for (let rest = content; rest.length > 0;) {
    const tag = rest[0] as Tag;
    const element = encodeDer(tag, reader.take(tag));
    elements.push(element);
    rest = rest.slice(element.length);
  }
  return elements;
}
