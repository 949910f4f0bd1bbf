import { generateIdentity } from "../../lib/identity/identity.ts";
import {
  MAX_COMMIT_BYTES,
  MAX_GROUP_INFO_BYTES,
  MAX_SEALED_BODY_BYTES,
  MAX_SEALED_NAME_BYTES,
  MAX_UINT,
} from "../../lib/protocol/limits.ts";
import { ROOM_KINDS } from "../../lib/protocol/words.ts";
import { HELLO_BYTES, HELLO_LABEL, sealHello } from "../../lib/sealed/hello.ts";
import { MAX_BODY_BYTES } from "../../lib/sealed/limits.ts";
import { roomKeysOf } from "../../lib/sealed/room_secret.ts";
import {
  makeSealingKey,
  openPublishedKey,
  PUBLISHED_KEY_BYTES,
  SEALING_KEY_LABEL,
} from "../../lib/sealed/sealing_key.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import { CONTENTS } from "../../lib/sealing/content.ts";
import { blocksOf } from "../../tools/docs/blocks.ts";
import { cddlOf, rulesOf } from "../protocol/cddl.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { plain, readDoc, rowsOf, sectionOf } from "./markdown.ts";

const protocol = readDoc("protocol.md");
const section = sectionOf(protocol, "12.5");
const flat = section.replaceAll(/\s+/g, " ");
const rows = rowsOf(section, ["offset", "bytes", "field", "value"]);
/** Of a sealing key, then of a hello. */
const start = rows.findLastIndex(([offset]) => offset === "0");
const LAYOUTS = [
  { layout: rows.slice(0, start), size: PUBLISHED_KEY_BYTES },
  { layout: rows.slice(start), size: HELLO_BYTES },
] as const;

/** The part of `bytes` that a row is about. */
function part(
  layout: readonly string[][],
  bytes: Uint8Array,
  name: string,
): Uint8Array {
  const row = layout.find(([, , field]) => field === name);
  const [offset = NaN, length = NaN] = (row ?? []).map(Number);
  return bytes.slice(offset, offset + length);
}

Deno.test("docs/protocol.md 12.5 lays sealing keys and hellos out without gaps", () => {
  for (const { layout, size } of LAYOUTS) {
    let at = 0;
    for (const [offset, bytes] of layout) {
      assertEquals(Number(offset), at);
      at += Number(bytes);
    }
    assertEquals(at, size);
    assert(section.includes(`\n${size} bytes.`), `${size}`);
  }
});

Deno.test("docs/protocol.md 12.5 puts each field where the code does", async () => {
  const [alice, bob] = [await generateIdentity(), await generateIdentity()];
  const at = 1_700_000_000_000;
  const { published } = await makeSealingKey(bob, at);
  const [key, hello] = [LAYOUTS[0].layout, LAYOUTS[1].layout];
  const to = await openPublishedKey(
    published,
    fingerprintBytes(bob.fingerprint),
  );
  assertEquals(part(key, published, "version"), Uint8Array.of(1));
  const time = part(key, published, "at");
  assertEquals(new DataView(time.buffer).getBigUint64(0), BigInt(at));
  assertEquals(part(key, published, "identity"), bob.publicKey);
  assertEquals(part(key, published, "x25519"), to.x25519);
  assertEquals(part(key, published, "mlKem"), to.mlKem);
  const secret = new Uint8Array(32).fill(5);
  const { roomId: group } = await roomKeysOf(secret);
  const sealed = await sealHello({ secret, group, to, identity: alice });
  assertEquals(part(hello, sealed, "version"), Uint8Array.of(1));
  assertEquals(part(hello, sealed, "author"), alice.publicKey);
  const hash = await crypto.subtle.digest("SHA-256", published);
  assertEquals(part(hello, sealed, "keyHash"), new Uint8Array(hash));
});

Deno.test("docs/protocol.md 12.5 signs what the code signs", () => {
  for (const label of [SEALING_KEY_LABEL, HELLO_LABEL]) {
    assert(label.endsWith("\0"));
    const said = `"${label.slice(0, -1)}" || 00`;
    assert(flat.replaceAll("\\", "").includes(said), said);
  }
});

Deno.test("docs/protocol.md 12.4 has what messages say as the code does", () => {
  const [block] = blocksOf(sectionOf(protocol, "12.4"))
    .filter(({ name }) => name === "content");
  const nameOf = (kind: string): string => `content-${kind}`;
  assertEquals(rulesOf(block?.content ?? ""), {
    content: Object.keys(CONTENTS).map(nameOf).join(" / "),
    "safe-uint": `0..${MAX_UINT}`,
    ...cddlOf(CONTENTS, nameOf),
  });
  assert(
    sectionOf(protocol, "12.4").includes(`at most ${MAX_BODY_BYTES} bytes`),
  );
});

Deno.test("docs/protocol.md 12.1 has every kind of room", () => {
  const columns = ["type", "made by", "read by", "`name`", "`peer`", "`group`"];
  const kinds = rowsOf(protocol, columns).map(([kind]) => plain(kind));
  assertEquals(kinds.toSorted(), ROOM_KINDS.toSorted());
});

Deno.test("docs/protocol.md 12.8 says how many blocks envelopes have", () => {
  const text = sectionOf(protocol, "12.8").replaceAll(/\s+/g, " ");
  const blocks = text.match(
    /\*n\* = (\d+) for a name, (\d+) for a GroupInfo, (\d+) for a commit and (\d+) for a message/,
  );
  assertEquals(blocks?.slice(1).map((n) => 22 + 256 * Number(n) + 16), [
    MAX_SEALED_NAME_BYTES,
    MAX_GROUP_INFO_BYTES,
    MAX_COMMIT_BYTES,
    MAX_SEALED_BODY_BYTES,
  ]);
});
