import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { generateIdentity } from "../../lib/identity/identity.ts";
import {
  decodeSuccession,
  encodeSuccession,
  makeSuccession,
  SUCCESSION_LABEL,
  verifySuccession,
} from "../../lib/identity/succession.ts";
import { assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import vectors from "../vectors/succession.json" with { type: "json" };

const [CURRENT, NEXT] = [await generateIdentity(), await generateIdentity()];
const STATEMENT = await makeSuccession(CURRENT, NEXT);

Deno.test("verifySuccession() returns the next identity of what makeSuccession() states", async () => {
  const next = await verifySuccession(CURRENT.publicKey, STATEMENT);
  assertEquals(next?.fingerprint, NEXT.fingerprint);
  assertEquals(next?.publicKey, NEXT.publicKey);
});

for (const field of ["publicKey", "signature", "consent"] as const) {
  Deno.test(`verifySuccession() refuses a flip of any bit of ${field}`, async () => {
    for (let bit = 0; bit < 8 * STATEMENT[field].length; bit++) {
      const flipped = STATEMENT[field].slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      const statement = { ...STATEMENT, [field]: flipped };
      assertEquals(
        await verifySuccession(CURRENT.publicKey, statement),
        undefined,
        `bit ${bit}`,
      );
    }
  });
}

Deno.test("verifySuccession() refuses a statement about another current key", async () => {
  const other = await generateIdentity();
  assertEquals(await verifySuccession(other.publicKey, STATEMENT), undefined);
});

for (const { why, current, next, signature, consent } of vectors.refused) {
  Deno.test(`verifySuccession() refuses the published ${why}`, async () => {
    const statement = {
      publicKey: Uint8Array.fromHex(next),
      signature: Uint8Array.fromHex(signature),
      consent: Uint8Array.fromHex(consent),
    };
    const key = Uint8Array.fromHex(current);
    assertEquals(await verifySuccession(key, statement), undefined);
  });
}

Deno.test("succession.json holds when node:crypto computes it", () => {
  const pkcs8 = (seed: string) =>
    createPrivateKey(
      {
        key: Uint8Array.fromHex("302e020100300506032b657004220420" + seed),
        format: "der",
        type: "pkcs8",
      } as Parameters<typeof createPrivateKey>[0],
    );
  const [current, next] = [
    pkcs8(vectors.current_seed),
    pkcs8(vectors.next_seed),
  ];
  const label = new TextEncoder().encode("chat/1 succession\0").toHex();
  assertEquals(vectors.input, label + vectors.current + vectors.next);
  const input = Uint8Array.fromHex(vectors.input);
  assertEquals(sign(null, input, current).toString("hex"), vectors.signature);
  assertEquals(sign(null, input, next).toString("hex"), vectors.consent);
  const raw = createPublicKey(next).export({ format: "der", type: "spki" });
  assertEquals(raw.subarray(-32).toString("hex"), vectors.next);
  const consent = Uint8Array.fromHex(vectors.consent);
  assertEquals(verify(null, input, createPublicKey(next), consent), true);
});

Deno.test("decodeSuccession() is the inverse of encodeSuccession()", () => {
  const text = new TextDecoder().decode(encodeSuccession(STATEMENT));
  assertEquals(decodeSuccession(text), STATEMENT);
  const published = decodeSuccession(vectors.file);
  assertEquals(published.publicKey.toHex(), vectors.next);
});

Deno.test("decodeSuccession() refuses what is not a whole statement", () => {
  const text = new TextDecoder().decode(encodeSuccession(STATEMENT));
  const lines = text.split("\n");
  const refused = [
    text.replaceAll("CHAT SUCCESSION", "PRIVATE KEY"),
    lines.toSpliced(2, 1).join("\n"),
    lines.toSpliced(2, 0, lines[2] as string).join("\n"),
    "",
  ];
  for (const bad of refused) {
    assertRefuses("CHAT_IDENTITY_DAMAGED", () => decodeSuccession(bad));
  }
});

Deno.test("SUCCESSION_LABEL begins like nothing else that a key signs", () => {
  assertNotEquals(SUCCESSION_LABEL[0], " "); // as handshakes do
});
