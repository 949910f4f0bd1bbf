import { type Bytes, concat } from "../../lib/bytes.ts";
import type { Session } from "../../lib/channel/session.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import {
  encodeClientMessage,
  encodeServerMessage,
} from "../../lib/protocol/codec.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { exampleBytes } from "./example_inputs.ts";
import { EXAMPLE_READY, type ExampleHandshake } from "./example_handshake.ts";

/** One record of the example after READY. */
export interface ExampleRecord {
  readonly from: "client" | "server";
  /** The messages in it, without padding. */
  readonly messages: Bytes;
  /** As it travels: length, ciphertext, tag. */
  readonly frame: Bytes;
}

const NOTHING: Bytes = new Uint8Array(0);
const PING = new Uint8Array(8).fill(0x70);
const AT = EXAMPLE_READY.serverTime;

/** What the two say after READY, record by record. */
export async function exampleRecords(
  { client, server }: Pick<ExampleHandshake, "client" | "server">,
): Promise<ExampleRecord[]> {
  const alice = {
    room: 0,
    name: "alice",
    fingerprint: fingerprintBytes(server.peer.fingerprint),
  };
  const host = {
    room: 0,
    name: "host",
    fingerprint: fingerprintBytes(client.peer.fingerprint),
  };
  const records: ExampleRecord[] = [];
  await say(
    fromClient({
      kind: "enter",
      protocol: 1,
      name: "alice",
      device: exampleBytes("clientDevice"),
      invitation: null,
    }),
  );
  await answer(
    fromServer({
      kind: "entered",
      name: "alice",
      standing: "member",
      serverName: "home",
      motd: "Be kind",
      present: 2,
      log: exampleBytes("serverLog"),
      number: 41,
    }),
    fromServer({
      kind: "room",
      room: 0,
      type: "open",
      name: "lobby",
      topic: "",
      seq: 7,
      peer: null,
      group: null,
    }),
  );
  await say(fromClient({ kind: "follow", id: 1, room: 0, after: 6 }));
  await answer(
    fromServer({
      kind: "following",
      id: 1,
      room: 0,
      after: 6,
      at: AT - 60_000,
      seq: 7,
    }),
    fromServer({
      kind: "said",
      ...host,
      seq: 7,
      at: AT - 30_000,
      text: "Tea is ready",
    }),
  );
  await say(
    fromClient({
      kind: "say",
      id: 2,
      room: 0,
      number: 42,
      text: "hello, 世界",
    }),
    encodeMessage(MESSAGE_TYPES.ping, PING),
  );
  await answer(
    fromServer({ kind: "ack", id: 2, seq: 8, at: AT + 40 }),
    fromServer({
      kind: "said",
      ...alice,
      seq: 8,
      at: AT + 40,
      text: "hello, 世界",
    }),
    encodeMessage(MESSAGE_TYPES.pong, PING),
  );
  await say(
    fromClient({ kind: "who", id: 3, room: 0 }),
    encodeMessage(MESSAGE_TYPES.keyUpdate, NOTHING),
  );
  await client.sealer.update();
  await say(encodeMessage(MESSAGE_TYPES.close, NOTHING));
  return records;

  async function say(...messages: readonly Bytes[]): Promise<void> {
    await add("client", client, messages);
  }
  async function answer(...messages: readonly Bytes[]): Promise<void> {
    await add("server", server, messages);
  }
  async function add(
    from: "client" | "server",
    { sealer }: Session,
    parts: readonly Bytes[],
  ): Promise<void> {
    const messages = concat(...parts);
    records.push({ from, messages, frame: await sealer.seal(messages) });
  }
}

function fromClient(message: ClientMessage): Bytes {
  return encodeMessage(MESSAGE_TYPES.data, encodeClientMessage(message));
}

function fromServer(message: ServerMessage): Bytes {
  return encodeMessage(MESSAGE_TYPES.data, encodeServerMessage(message));
}
