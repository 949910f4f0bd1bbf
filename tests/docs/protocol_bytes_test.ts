import { encodeAuth, SEALED_AUTH_BYTES } from "../../lib/wire/auth.ts";
import {
  CLIENT_HELLO_BYTES,
  encodeClientHello,
} from "../../lib/wire/client_hello.ts";
import { RECORD_OVERHEAD_BYTES } from "../../lib/wire/frame.ts";
import { MESSAGE_HEADER_BYTES, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { isPaddedLength, paddedLength } from "../../lib/wire/padding.ts";
import { encodeReady } from "../../lib/wire/ready.ts";
import {
  encodeServerHello,
  SERVER_HELLO_BYTES,
} from "../../lib/wire/server_hello.ts";
import {
  encodeClientMessage,
  encodeServerMessage,
} from "../../lib/protocol/codec.ts";
import {
  MAX_COMMIT_BYTES,
  MAX_GROUP_INFO_BYTES,
  MAX_NAME_BYTES,
  MAX_UINT,
} from "../../lib/protocol/limits.ts";
import { hkdfLabel } from "../../lib/crypto/hkdf.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { plain, readDoc, rowsOf, sectionOf } from "./markdown.ts";

const protocol = readDoc("protocol.md");
const BYTES = ["offset", "bytes", "field", "value"];

const fill = (length: number, byte: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(length).fill(byte);
const auth = {
  identity: fill(32, 1),
  signature: fill(64, 2),
  finished: fill(32, 3),
};

// Each field filled with a byte of its own, so that offsets show.
const LAYOUTS: [string, Uint8Array, readonly string[]][] = [
  [
    "5.1 ClientHello",
    encodeClientHello({
      random: fill(32, 1),
      x25519: fill(32, 2),
      mlKem: fill(1184, 3),
    }),
    ["random", "x25519", "mlKem"],
  ],
  [
    "5.2 ServerHello",
    encodeServerHello({
      random: fill(32, 1),
      x25519: fill(32, 2),
      ciphertext: fill(1088, 3),
    }),
    ["random", "x25519", "ciphertext"],
  ],
  [
    "5.5 Proving an identity",
    encodeAuth("server", auth),
    ["identity", "signature", "finished"],
  ],
];

for (const [title, encoded, fields] of LAYOUTS) {
  const rows = rowsOf(sectionOf(protocol, title), BYTES);

  Deno.test(`docs/protocol.md ${title} has a table without gaps`, () => {
    let end = 0;
    for (const [offset, bytes] of rows) {
      assertEquals(Number(offset), end);
      end += Number(bytes);
    }
    assertEquals(end, encoded.length);
  });

  Deno.test(`docs/protocol.md ${title} puts each field where the codec does`, () => {
    fields.forEach((name, index) => {
      const row = rows.find(([, , field]) => field === name);
      const [offset = NaN, bytes = NaN] = (row ?? []).map(Number);
      const field = encoded.slice(offset, offset + bytes);
      assert(field.every((byte) => byte === index + 1), name);
    });
  });

  Deno.test(`docs/protocol.md ${title} states type and length`, () => {
    const [type, length] = rows.map(([, , , value]) => value ?? "");
    assert(type?.startsWith(`0x${fill(1, encoded[0] ?? 0).toHex()}`));
    const bytes = new DataView(encoded.buffer).getUint16(1);
    assertEquals(length, String(bytes));
  });
}

Deno.test("docs/protocol.md 5.8 READY has the payload of the codec", () => {
  const rows = rowsOf(sectionOf(protocol, "5.8 READY"), BYTES);
  const payload = encodeReady({
    client: fill(32, 1),
    server: fill(32, 2),
    serverTime: 0x03_0303_0303_0303,
    maxMessage: 0x04040404,
    idleTimeout: 0x05050505,
  });
  const fields = rows.map(([offset, bytes, field]) => {
    const at = Number(offset);
    return [field, payload.slice(at, at + Number(bytes)).toHex()];
  });
  assertEquals(fields, [
    ["client", "01".repeat(32)],
    ["server", "02".repeat(32)],
    ["serverTime", "00" + "03".repeat(7)],
    ["maxMessage", "04".repeat(4)],
    ["idleTimeout", "05".repeat(4)],
  ]);
});

Deno.test("docs/protocol.md 5.8 READY states the largest message of a client", () => {
  const largest = encodeClientMessage({
    kind: "propose",
    id: MAX_UINT,
    room: MAX_UINT,
    group: fill(32, 1),
    turn: MAX_UINT,
    commit: fill(MAX_COMMIT_BYTES, 1),
    info: fill(MAX_GROUP_INFO_BYTES, 1),
  });
  const text = sectionOf(protocol, "5.8 READY").replaceAll("\n", " ");
  assert(text.includes(`at least ${largest.length}, the largest message`));
});

Deno.test("docs/protocol.md 4.3 says how small everything that is not text stays", () => {
  const position = {
    room: MAX_UINT,
    seq: MAX_UINT,
    at: MAX_UINT,
    name: "x".repeat(MAX_NAME_BYTES),
    fingerprint: fill(32, 1),
  };
  const read = { delivered: MAX_UINT, read: MAX_UINT };
  const typing = encodeServerMessage({ kind: "typing", ...position });
  const marks = encodeServerMessage({ kind: "marks", ...position, ...read });
  const text = sectionOf(protocol, "4.3").replaceAll("\n", " ");
  assert(
    text.includes(
      `longest \`typing\` has ${typing.length} bytes, the longest \`marks\` ${marks.length}, and ${MESSAGE_HEADER_BYTES} of header each`,
    ),
  );
  const sizes = [0, 1, typing.length + 3, marks.length + 3].map(paddedLength);
  assertEquals(new Set(sizes).size, 1);
});

Deno.test("docs/protocol.md states the sizes of messages and frames", () => {
  const sizes: [string, number][] = [
    ["5.1 ClientHello", CLIENT_HELLO_BYTES],
    ["5.2 ServerHello", SERVER_HELLO_BYTES],
  ];
  for (const [title, size] of sizes) {
    const text = sectionOf(protocol, title);
    assert(text.includes(`${size} bytes, in a frame of ${size + 4}.`), title);
  }
  const sealed = paddedLength(encodeAuth("client", auth).length) +
    RECORD_OVERHEAD_BYTES;
  assertEquals(sealed, SEALED_AUTH_BYTES);
});

Deno.test("docs/protocol.md 4.2 lists every message type", () => {
  const columns = ["type", "message", "where", "payload bytes"];
  const rows = rowsOf(sectionOf(protocol, "4.2 Messages"), columns);
  assertEquals(
    Object.fromEntries(rows.map(([type, name]) => [plain(name), Number(type)])),
    { ...MESSAGE_TYPES },
  );
});

Deno.test("docs/protocol.md 4.3 has a table of right paddings", () => {
  const columns = ["n", "padded(n)", "sealed body", "whole frame"];
  for (const row of rowsOf(protocol, columns)) {
    const [n, padded, body, frame] = row.map(Number) as [
      number,
      number,
      number,
      number,
    ];
    assertEquals([padded, body, frame], [
      paddedLength(n),
      paddedLength(n) + 16,
      paddedLength(n) + 20,
    ]);
  }
});

Deno.test("docs/protocol.md 4.3 states how many sizes a plaintext may have", () => {
  const sizes = Array.from({ length: 65_537 }, (_, n) => n)
    .filter(isPaddedLength);
  assert(protocol.replaceAll("\n", " ").includes(`are ${sizes.length} sizes`));
});

Deno.test("docs/protocol.md 5.4 spells out every HkdfLabel", () => {
  const columns = [
    "label",
    "context",
    "length",
    "HkdfLabel before the context",
  ];
  for (const [label, context, length, hex] of rowsOf(protocol, columns)) {
    const size = Number(context);
    const bytes = hkdfLabel(plain(label), fill(size, 0), Number(length));
    assertEquals(bytes.slice(0, bytes.length - size).toHex(), hex, label);
  }
});
