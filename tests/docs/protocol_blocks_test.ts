import { isEd25519Public } from "../../lib/crypto/ed25519.ts";
import { encodeSshBlob } from "../../lib/identity/ssh_blob.ts";
import { successionInput } from "../../lib/identity/succession.ts";
import { parseFingerprint } from "../../lib/identity/fingerprint.ts";
import { wordsOf } from "../../lib/identity/words.ts";
import { decodeClientMessage } from "../../lib/protocol/codec.ts";
import { type Block, blocksOf, hexLines } from "../../tools/docs/blocks.ts";
import type { PublishedSession } from "../../tools/docs/example_session.ts";
import { hexBlocks } from "../../tools/docs/protocol_doc.ts";
import { assert, assertEquals } from "../support/assert.ts";
import succession from "../vectors/succession.json" with { type: "json" };
import session from "../vectors/session.json" with { type: "json" };
import { readDoc, sectionOf } from "./markdown.ts";

const protocol = readDoc("protocol.md");
const blocks = blocksOf(protocol).filter(({ language }) => language === "hex");

/** What each block that is written by hand must say. */
const CHECKS: Readonly<Record<string, (block: Block) => void>> = {
  "small-order": ({ content }) => {
    const lines = content.trimEnd().split("\n");
    assertEquals(new Set(lines).size, 5);
    for (const line of lines) {
      const point = Uint8Array.fromHex(line);
      assert(!isEd25519Public(point), line);
      point[31] = (point[31] ?? 0) | 0x80; // the sign of x does not matter
      assert(!isEd25519Public(point), line);
      point[0] = (point[0] ?? 0) ^ 2; // a neighbour is accepted
      assertEquals(isEd25519Public(point), !line.startsWith("ec"), line);
    }
  },
  "fingerprint blob": ({ content }) => {
    const { "server identity": identity } = session.values;
    const blob = encodeSshBlob(Uint8Array.fromHex(identity));
    assertEquals(content, hexLines(blob.toHex()));
  },
  "example enter": ({ content }) => {
    assertEquals(decodeClientMessage(Uint8Array.fromHex(content.trim())), {
      kind: "enter",
      protocol: 1,
      name: "alice",
      device: new Uint8Array(16).fill(0xde),
      invitation: null,
    });
  },
  "example say": ({ content }) => {
    assertEquals(decodeClientMessage(Uint8Array.fromHex(content.trim())), {
      kind: "say",
      id: 1,
      room: 0,
      number: 7,
      text: "hi",
    });
  },
  "succession input": ({ content }) => {
    const { current, next, input } = succession;
    const bytes = successionInput(
      Uint8Array.fromHex(current),
      Uint8Array.fromHex(next),
    );
    assertEquals(bytes.toHex(), input);
    const label = input.slice(0, -128);
    assertEquals(content, `${label}\n${current}\n${next}\n`);
  },
};

const generated = hexBlocks(session as PublishedSession);

for (const block of blocks) {
  Deno.test(`docs/protocol.md holds the right bytes in "${block.name}"`, () => {
    const check = CHECKS[block.name];
    if (check !== undefined) check(block);
    else assertEquals(block.content, generated.get(block.name), block.name);
  });
}

Deno.test("docs/protocol.md shows every value of the example session", () => {
  const shown = new Set(blocks.map(({ name }) => name));
  const missing = [...generated.keys(), ...Object.keys(CHECKS)]
    .filter((name) => !shown.has(name));
  // The ciphertext ends ServerHello, the secret is shown under its other name.
  assertEquals(missing, ["mlKemCiphertext", "mlKemSecret"]);
});

Deno.test("docs/protocol.md 3.2 shows the words of its fingerprint", () => {
  const words = wordsOf(parseFingerprint(session.fingerprints.server));
  const text = sectionOf(protocol, "3.2").replaceAll("\n", " ");
  assert(text.includes(`\`${words.join(" ")}\``));
});
