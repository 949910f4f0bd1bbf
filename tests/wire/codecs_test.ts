import { type Bytes, concat } from "../../lib/bytes.ts";
import { decodeClearAlert, encodeClearAlert } from "../../lib/wire/alert.ts";
import { decodeAuth, encodeAuth, type Role } from "../../lib/wire/auth.ts";
import {
  CLIENT_HELLO_BYTES,
  decodeClientHello,
  encodeClientHello,
} from "../../lib/wire/client_hello.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { decodeReady, encodeReady } from "../../lib/wire/ready.ts";
import {
  decodeServerHello,
  encodeServerHello,
  SERVER_HELLO_BYTES,
} from "../../lib/wire/server_hello.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

/** A field of `length` bytes that no other field of a test equals. */
function field(first: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, i) => (first + 5 * i) & 0xff);
}

const CLIENT_HELLO = {
  random: field(1, 32),
  x25519: field(2, 32),
  mlKem: field(3, 1184),
};
const SERVER_HELLO = {
  random: field(4, 32),
  x25519: field(5, 32),
  ciphertext: field(6, 1088),
};
const AUTH = {
  identity: field(7, 32),
  signature: field(8, 64),
  finished: field(9, 32),
};
const READY = {
  client: field(10, 32),
  server: field(11, 32),
  serverTime: 0x0000_0199_1234_5678,
  maxMessage: 0x0000_fffa,
  idleTimeout: 0x0001_5f90,
};

/** Every fixed structure: its value, its bytes written by hand, its size. */
const CODECS = [
  {
    name: "ClientHello",
    value: CLIENT_HELLO,
    layout: concat(
      Uint8Array.fromHex("01" + "04e5" + "63686174" + "01"),
      CLIENT_HELLO.random,
      CLIENT_HELLO.x25519,
      CLIENT_HELLO.mlKem,
    ),
    size: CLIENT_HELLO_BYTES,
    encode: () => encodeClientHello(CLIENT_HELLO),
    decode: decodeClientHello,
  },
  {
    name: "ServerHello",
    value: SERVER_HELLO,
    layout: concat(
      Uint8Array.fromHex("02" + "0480"),
      SERVER_HELLO.random,
      SERVER_HELLO.x25519,
      SERVER_HELLO.ciphertext,
    ),
    size: SERVER_HELLO_BYTES,
    encode: () => encodeServerHello(SERVER_HELLO),
    decode: decodeServerHello,
  },
  {
    name: "READY",
    value: READY,
    layout: concat(
      READY.client,
      READY.server,
      Uint8Array.fromHex("0000019912345678" + "0000fffa" + "00015f90"),
    ),
    size: 80,
    encode: () => encodeReady(READY),
    decode: decodeReady,
  },
  ...(["server", "client"] as const).map((role) => ({
    name: `Auth of the ${role}`,
    value: AUTH,
    layout: concat(
      Uint8Array.of(role === "server" ? 3 : 4, 0, 128),
      AUTH.identity,
      AUTH.signature,
      AUTH.finished,
    ),
    size: 131,
    encode: () => encodeAuth(role, AUTH),
    decode: (bytes: Bytes) => decodeAuth(role, bytes),
  })),
  {
    name: "alert in clear",
    value: { name: "busy", reason: "" },
    layout: Uint8Array.of(0x13, 0, 1, 3),
    size: 4,
    encode: () => encodeClearAlert("busy"),
    decode: decodeClearAlert,
  },
];

for (const { name, value, layout, size, encode, decode } of CODECS) {
  Deno.test(`${name} has its published layout when it is encoded`, () => {
    assertEquals(encode(), layout);
    assertEquals(layout.length, size);
  });

  Deno.test(`${name} decodes to its fields when the layout is exact`, () => {
    assertEquals(decode(layout), value);
  });

  Deno.test(`${name} is refused when it is cut anywhere`, () => {
    for (let length = 0; length < layout.length; length++) {
      assertRefuses(
        "CHAT_WIRE_MALFORMED",
        () => decode(layout.slice(0, length)),
      );
    }
  });

  Deno.test(`${name} is refused when a byte follows it`, () => {
    // Behind an Auth come zeros: there it stands in a padded record.
    for (let byte = name.startsWith("Auth") ? 1 : 0; byte < 256; byte++) {
      const longer = concat(layout, Uint8Array.of(byte));
      assertRefuses("CHAT_WIRE_MALFORMED", () => decode(longer));
    }
  });

  Deno.test(`${name} is decoded from a view as well as from its own buffer`, () => {
    const around = concat(field(0, 3), layout, field(0, 3));
    const view = around.subarray(3, 3 + layout.length);
    assertEquals(decode(view), value);
  });

  Deno.test(`${name} keeps its fields when the buffer it came from is used again`, () => {
    const buffer = layout.slice();
    const decoded = decode(buffer);
    buffer.fill(0xee);
    assertEquals(decoded, value);
  });
}

Deno.test("decodeAuth() accepts zeros and nothing else behind the message, as a record has them", () => {
  const padded = new Uint8Array(256);
  padded.set(encodeAuth("server", AUTH));
  assertEquals(decodeAuth("server", padded), AUTH);
  for (let at = 131; at < 256; at++) {
    const dirty = padded.slice();
    dirty[at] = 1;
    // At once a message of type 1 when it is the first, whose length is zero.
    assert(["CHAT_WIRE_MALFORMED", "CHAT_UNEXPECTED_MESSAGE"].includes(
      refusalOf(() => decodeAuth("server", dirty)),
    ));
  }
});

for (const role of ["server", "client"] as const) {
  Deno.test(`decodeAuth() refuses the message of the other side when it waits for the ${role}`, () => {
    const other: Role = role === "server" ? "client" : "server";
    assertRefuses(
      "CHAT_UNEXPECTED_MESSAGE",
      () => decodeAuth(role, encodeAuth(other, AUTH)),
    );
  });

  Deno.test(`decodeAuth() refuses other lengths when it waits for the ${role}`, () => {
    for (const length of [0, 127, 129]) {
      const type = MESSAGE_TYPES[`${role}Auth`];
      assertRefuses(
        "CHAT_WIRE_MALFORMED",
        () => decodeAuth(role, encodeMessage(type, new Uint8Array(length))),
        role === "server" ? "ServerAuth" : "ClientAuth",
      );
    }
  });
}

Deno.test("decodeServerHello() refuses other lengths of its payload", () => {
  for (const length of [0, 1151, 1153]) {
    const bytes = encodeMessage(
      MESSAGE_TYPES.serverHello,
      new Uint8Array(length),
    );
    assertRefuses("CHAT_WIRE_MALFORMED", () => decodeServerHello(bytes));
  }
});

Deno.test("decodeServerHello() refuses another type when the rest is right", () => {
  for (let type = 1; type < 256; type++) {
    if (type === MESSAGE_TYPES.serverHello) continue;
    const bytes = encodeServerHello(SERVER_HELLO);
    bytes[0] = type;
    assertRefuses("CHAT_UNEXPECTED_MESSAGE", () => decodeServerHello(bytes));
  }
});

Deno.test("decodeClientHello() says what is wrong when a header field differs", () => {
  const cases = [
    { at: 0, code: "CHAT_NOT_CHAT" }, // type
    { at: 1, code: "CHAT_WIRE_MALFORMED" }, // length
    { at: 2, code: "CHAT_WIRE_MALFORMED" },
    ...[3, 4, 5, 6].map((at) => ({ at, code: "CHAT_NOT_CHAT" } as const)),
    { at: 7, code: "CHAT_VERSION_UNSUPPORTED" },
  ] as const;
  for (const { at, code } of cases) {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = encodeClientHello(CLIENT_HELLO);
      if (bytes[at] === byte) continue;
      bytes[at] = byte;
      assertRefuses(code, () => decodeClientHello(bytes));
    }
  }
});

Deno.test("decodeClientHello() names an unknown version whatever its length", () => {
  for (const length of [8, 9, 1255, 1256, 1257, 4096]) {
    const bytes = new Uint8Array(length);
    bytes.set(encodeClientHello(CLIENT_HELLO).subarray(0, 8));
    bytes[7] = 2;
    assertRefuses("CHAT_VERSION_UNSUPPORTED", () => decodeClientHello(bytes));
  }
});

function refusalOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "accepted";
}
