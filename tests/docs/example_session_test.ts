import { blocksOf } from "../../tools/docs/blocks.ts";
import {
  exampleSession,
  type PublishedSession,
} from "../../tools/docs/example_session.ts";
import { protocolDoc } from "../../tools/docs/protocol_doc.ts";
import { assert, assertEquals } from "../support/assert.ts";
import published from "../vectors/session.json" with { type: "json" };
import { readDoc } from "./markdown.ts";
import { ClientHandshake, fingerprintOf } from "./reader/handshake.ts";
import { type Bytes, ed25519, x25519 } from "./reader/primitives.ts";
import { Direction, encode, messagesOf } from "./reader/records.ts";

const protocol = readDoc("protocol.md");
const blocks = new Map(
  blocksOf(protocol).filter(({ language }) => language === "hex")
    .map(({ name, content }) => [name, content.replaceAll("\n", "")]),
);

function block(name: string): Bytes {
  const hex = blocks.get(name);
  if (hex === undefined) throw new Error(`no block "${name}"`);
  return Uint8Array.fromHex(hex);
}

/** The body of a frame, whose length must be right. */
function bodyOf(name: string): Bytes {
  const frame = block(name);
  assertEquals(new DataView(frame.buffer).getUint32(0), frame.length - 4, name);
  return frame.slice(4);
}

function reader(): ClientHandshake {
  return new ClientHandshake({
    identitySeed: block("clientSeed"),
    random: block("clientRandom"),
    scalar: block("clientScalar"),
    mlKemSeed: block("clientMlKemSeed"),
  });
}

Deno.test("the example session is what the code makes of its inputs", async () => {
  assertEquals(await exampleSession(published as PublishedSession), published);
});

Deno.test("docs/protocol.md holds the example session and the schema as they are", () => {
  const written = protocolDoc(protocol, {
    session: published as PublishedSession,
    cddl: readDoc("application.cddl"),
  });
  assert(written === protocol, "run `deno task docs`");
});

Deno.test("another implementation makes the same handshake of appendix B", async () => {
  const client = reader();
  assertEquals(await client.clientHello(), block("clientHello"));
  await client.serverHello(bodyOf("serverHello"));
  const server = await client.serverAuth(bodyOf("serverAuth"));
  assertEquals(server, block("server identity"));
  assertEquals(await client.clientAuth(), block("clientAuth"));
  for (const [name, value] of Object.entries(client.values)) {
    if (name !== "hs") assertEquals(value.toHex(), blocks.get(name), name);
  }
});

Deno.test("another implementation opens and seals the records of appendix B", async () => {
  const up = new Direction(block("up"));
  const down = new Direction(block("down"));
  const [ready] = messagesOf(await down.open(bodyOf("ready")));
  assertEquals(ready?.payload.slice(0, 32), block("client identity"));
  assertEquals(ready?.payload.slice(32, 64), block("server identity"));
  for (const [i, { from }] of published.records.entries()) {
    const messages = block(`messages ${i + 1}`);
    if (from === "client") {
      assertEquals(await up.seal(messages), block(`record ${i + 1}`));
    } else {
      const opened = messagesOf(await down.open(bodyOf(`record ${i + 1}`)));
      const encoded = opened.flatMap((m) => [...encode(m.type, m.payload)]);
      assertEquals(new Uint8Array(encoded), messages);
    }
    const isLast = (type: number): boolean =>
      messagesOf(messages).at(-1)?.type === type;
    if (isLast(0x11)) await up.update();
    assertEquals(isLast(0x12), i === published.records.length - 1);
  }
});

Deno.test("the keys of docs/protocol.md belong to their seeds and fingerprints", async () => {
  for (const side of ["client", "server"] as const) {
    const { publicKey } = await ed25519(block(`${side}Seed`));
    assertEquals(publicKey, block(`${side} identity`));
    const fingerprint = await fingerprintOf(publicKey);
    assertEquals(fingerprint, published.fingerprints[side]);
  }
  assert(protocol.includes(`\`${published.fingerprints.server}\``));
  const { share } = await x25519(block("serverScalar"));
  assertEquals(block("serverHello").slice(4 + 35, 4 + 67), share);
  assertEquals(
    block("serverHello").slice(4 + 3, 4 + 35),
    block("serverRandom"),
  );
});
