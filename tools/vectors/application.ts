import { encode } from "cborg";
import type { Bytes } from "../../lib/bytes.ts";
import {
  encodeClientMessage,
  encodeServerMessage,
} from "../../lib/protocol/codec.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import {
  CLIENT_SAMPLES,
  SERVER_SAMPLES,
} from "../../tests/protocol/samples.ts";
import type { RefusedPayload } from "./refused_payload.ts";
import { REFUSED_BY_CLIENT } from "./refused_by_client.ts";
import { REFUSED_BY_SERVER } from "./refused_by_server.ts";

const device = new Uint8Array(16).fill(0xde);
const fingerprint = new Uint8Array(32).map((_, i) => i);

/** Messages of clients with fields at their limits. */
const LONG_CLIENT_MESSAGES: readonly ClientMessage[] = [
  {
    kind: "enter",
    protocol: 1,
    name: "é".repeat(64),
    device,
    invitation: null,
  },
  { kind: "say", id: 1, room: 0, number: 1, text: "x".repeat(16_384) },
];

/** Likewise, of servers. */
const LONG_SERVER_MESSAGES: readonly ServerMessage[] = [
  { kind: "goodbye", why: "kicked", text: "y".repeat(512) },
];

/** Content of `application.json`. */
export function applicationVectors(): unknown {
  return {
    about:
      "chat/1 application messages as of docs/application.cddl, and payloads that must be refused. Fields: README.md",
    client: [...CLIENT_SAMPLES, ...LONG_CLIENT_MESSAGES].map((message) =>
      example(message, encodeClientMessage(message))
    ),
    server: [...SERVER_SAMPLES, ...LONG_SERVER_MESSAGES].map((message) =>
      example(message, encodeServerMessage(message))
    ),
    refused_by_server: REFUSED_BY_SERVER.map(refused),
    refused_by_client: REFUSED_BY_CLIENT.map(refused),
    refused_entries: refusedEntries().map(refused),
  };
}

/** What the `entries` of a page may not be. */
function refusedEntries(): readonly RefusedPayload[] {
  const entry = { room: 0, seq: 8, at: 1, name: "bob", fingerprint };
  const said = encodeServerMessage({ kind: "said", ...entry, text: "hi" });
  const joined = encodeServerMessage({ kind: "joined", ...entry });
  const ack = encodeServerMessage({ kind: "ack", id: 1, seq: 8, at: 1 });
  const hex = said.toHex();
  return [
    ["an entry cut by the end", hex.slice(0, -2)],
    ["a second entry cut by the end", hex + hex.slice(0, -2)],
    ["an entry that no log keeps", hex + joined.toHex()],
    ["a message that is no entry", ack.toHex() + hex],
    ["an item that is no message", `${hex}00`],
    ["an array around the entries", `81${hex}`],
  ];
}

function example(message: object, bytes: Bytes): unknown {
  return { message: inHex(message), hex: bytes.toHex() };
}

function refused([why, payload]: RefusedPayload): unknown {
  const hex = typeof payload === "string" ? payload : encode(payload).toHex();
  return { why, hex };
}

/** A message with its bytes in hexadecimal, and its names as they are. */
function inHex(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  if (Array.isArray(value)) return value.map(inHex);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, inHex(field)]),
  );
}
