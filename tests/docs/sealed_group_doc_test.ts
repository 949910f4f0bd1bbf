import { generateIdentity } from "../../lib/identity/identity.ts";
import { encodeCredential } from "../../lib/sealed/credential.ts";
import { sealEnvelope } from "../../lib/sealed/envelope.ts";
import { UNREADABLE } from "../../lib/sealed/event.ts";
import * as limits from "../../lib/sealed/limits.ts";
import { SUITE } from "../../lib/sealed/mls_suite.ts";
import { roomKeysOf, SEALED_KINDS } from "../../lib/sealed/room_secret.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { plain, readDoc, rowsOf } from "./markdown.ts";

const doc = readDoc("sealed.md");
const flat = doc.replaceAll(/\s+/g, " ");

Deno.test("docs/sealed.md names the suite and the bounds of the code", () => {
  assert(doc.includes(`\`${SUITE}\``));
  const said = rowsOf(doc, ["what", "bound"]).map(([, bound]) => Number(bound));
  assertEquals(said, [
    limits.PAST_EPOCHS,
    limits.LATE_MESSAGES,
    limits.SKIPPED_MESSAGES,
    limits.MAX_MISSING,
  ]);
  const body = limits.MAX_BODY_BYTES.toLocaleString("en");
  assert(flat.includes(`at most ${body} bytes`));
  assert(flat.includes(`at most ${limits.MAX_SEALED_MEMBERS} members`));
  assert(flat.includes(`every ${limits.MAX_CHANGES + 1}th change`));
});

Deno.test("docs/sealed.md has every reason why something cannot be read", () => {
  const said = rowsOf(doc, ["reason", "who is at it"]).map(([it]) => plain(it));
  assertEquals(said, Object.keys(UNREADABLE));
});

Deno.test("docs/sealed.md derives as many keys as the code, and its kinds in order", async () => {
  const labels = rowsOf(doc, ["label", "what it is for"])
    .map(([label]) => plain(label));
  const seals = SEALED_KINDS.map((kind) => `sealed seal ${kind}`);
  assertEquals(labels, [
    "sealed room id",
    "sealed psk",
    "sealed epoch tag",
    ...seals,
  ]);
  const { seals: derived } = await roomKeysOf(new Uint8Array(32));
  assertEquals(Object.keys(derived), [...SEALED_KINDS]);
  const kinds = SEALED_KINDS.map((kind, i) =>
    `${i} ${kind === "group info" ? "GroupInfo" : kind}`
  );
  assert(flat.includes(`kind: ${kinds.join(", ")} |`));
});

Deno.test("docs/sealed.md lays credentials and envelopes out as the code does", async () => {
  const rows = rowsOf(doc, ["at", "bytes", "content"]);
  const [credential, envelope] = [rows.slice(0, 4), rows.slice(4)];
  for (const table of [credential, envelope]) {
    let at = 0;
    for (const [offset, bytes = ""] of table) {
      assertEquals(Number(offset), at);
      at += /^\d+$/.test(bytes) ? Number(bytes) : 0;
    }
  }
  const { publicKey, fingerprint } = await generateIdentity();
  const encoded = encodeCredential({ publicKey, fingerprint, name: "a" });
  assertEquals(encoded.length, Number(credential.at(-1)?.[0]) + 1);
  const keys = await roomKeysOf(new Uint8Array(32));
  const content = new Uint8Array();
  const least = await sealEnvelope(keys, "message", { epoch: 0n, content });
  assert(flat.includes(`an envelope has at least ${least.length} bytes`));
  assertEquals(Number(envelope.at(-1)?.[0]), 22);
});
