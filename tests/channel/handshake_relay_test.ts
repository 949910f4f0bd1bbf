import { type Bytes, concat } from "../../lib/bytes.ts";
import { Channel } from "../../lib/channel/channel.ts";
import { ChatError } from "../../lib/errors.ts";
import { ALERTS, encodeClearAlert } from "../../lib/wire/alert.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { flipped } from "./bits.ts";
import { FIXED } from "./fixed_states.ts";
import { outcomeOfChannel } from "./outcome.ts";
import {
  type Passing,
  passOn,
  type Relayed,
  relayedHandshake,
  type Sender,
} from "./relay.ts";

/** The frames of a handshake: ClientHello, ServerHello and so on. */
const FRAMES: readonly { name: string; sender: Sender; index: number }[] = [
  { name: "ClientHello", sender: "client", index: 0 },
  { name: "ServerHello", sender: "server", index: 0 },
  { name: "ServerAuth", sender: "server", index: 1 },
  { name: "ClientAuth", sender: "client", index: 1 },
  { name: "READY", sender: "server", index: 2 },
];

/** Meddles with one frame and passes the others on. */
function only(
  target: { sender: Sender; index: number },
  meddle: (frame: Passing) => void,
): (frame: Passing) => void {
  return (frame) => {
    const hit = frame.sender === target.sender && frame.index === target.index;
    if (hit) meddle(frame);
    else passOn(frame);
  };
}

/** The codes both sides failed with; a side that did not fail is connected. */
function codes({ client, server }: Relayed): string {
  const code = (side: Channel | ChatError): string =>
    side instanceof ChatError ? side.code : "connected";
  return `client ${code(client)}, server ${code(server)}`;
}

/** Nobody is connected, and nobody learned who the client is. */
function assertNobodyConnected(relayed: Relayed, name: string): void {
  assert(relayed.client instanceof ChatError, `${name}: client connected`);
  if (name === "READY") return; // the server has done its part by then
  assert(relayed.server instanceof ChatError, `${name}: server connected`);
  assertEquals(relayed.admitted, [], name);
}

Deno.test("openChannel() and acceptChannel() connect when the relay changes nothing", async () => {
  const relayed = await relayedHandshake(passOn);
  assertEquals(codes(relayed), "client connected, server connected");
  const { client, server } = relayed;
  assert(client instanceof Channel && server instanceof Channel);
  assertEquals(client.exporter, server.exporter);
  assertEquals(client.peer.publicKey, FIXED.server.publicKey);
  assertEquals(server.peer.publicKey, FIXED.client.publicKey);
  assertEquals(client.ready, server.ready);
  relayed.close();
});

for (const { name, ...target } of FRAMES) {
  Deno.test(`openChannel() and acceptChannel() refuse a handshake when one bit of every byte of ${name} is flipped`, async () => {
    let size = 0;
    await relayedHandshake(only(target, (frame) => {
      size = frame.bytes.length;
      frame.cut();
    }));
    // All bits of the length, and a bit of each of some sixty other bytes;
    // every bit of every byte is in handshake_bits_test.ts.
    const bits = Array.from({ length: 32 }, (_, bit) => bit);
    const step = Math.ceil(size / 60);
    for (let at = 4; at < size; at += step) bits.push(8 * at + at % 8);
    for (const bit of bits) {
      const relayed = await relayedHandshake(only(target, (frame) => {
        frame.forward(flipped(frame.bytes, bit));
        if (bit < 32) frame.cut(); // nothing fills up a longer length
      }));
      assertNobodyConnected(relayed, name);
      relayed.close();
    }
  });

  Deno.test(`openChannel() and acceptChannel() report a cut when ${name} is cut`, async () => {
    for (const kept of [0, 1, 3, 4, 5, 100, 271, 275, -1]) {
      const relayed = await relayedHandshake(only(target, (frame) => {
        if (kept !== 0) frame.forward(frame.bytes.slice(0, kept));
        frame.cut();
      }));
      assertNobodyConnected(relayed, name);
      const receiver = target.sender === "client" ? "server" : "client";
      assertEquals(
        (relayed[receiver] as ChatError).code,
        "CHAT_CONNECTION_CUT",
      );
      relayed.close();
    }
  });

  Deno.test(`openChannel() and acceptChannel() refuse a handshake when ${name} is made longer`, async () => {
    for (const more of [1, 16, 272]) {
      const relayed = await relayedHandshake(
        only(target, ({ bytes, ...rest }) => {
          rest.forward(
            encodeFrame(concat(bytes.slice(4), new Uint8Array(more))),
          );
        }),
      );
      assertNobodyConnected(relayed, name);
      relayed.close();
    }
  });

  Deno.test(`openChannel() and acceptChannel() refuse a handshake when ${name} is reflected`, async () => {
    const relayed = await relayedHandshake(only(target, (frame) => {
      frame.reflect(frame.bytes);
      frame.cut();
    }));
    const sender = relayed[target.sender];
    if (name === "READY") { // it is the first record the server receives
      assert(sender instanceof Channel);
      const { data, end } = await outcomeOfChannel(sender);
      assertEquals({ data, end }, { data: [], end: "CHAT_RECORD_REFUSED" });
    } else {
      assertNobodyConnected(relayed, name);
    }
    relayed.close();
  });
}

/** What becomes of both sides when one frame is dropped. */
const DROPPED = {
  ClientHello: "client CHAT_CONNECTION_CUT, server CHAT_CONNECTION_CUT",
  ServerHello: "client CHAT_NOT_CHAT, server CHAT_CONNECTION_CUT",
  ServerAuth: "client CHAT_CONNECTION_CUT, server CHAT_CONNECTION_CUT",
  ClientAuth: "client CHAT_CONNECTION_CUT, server CHAT_CONNECTION_CUT",
  READY: "client CHAT_CONNECTION_CUT, server connected",
} as const;

for (const { name, ...target } of FRAMES) {
  Deno.test(`openChannel() and acceptChannel() refuse a handshake when ${name} is dropped`, async () => {
    const relayed = await relayedHandshake(only(target, (frame) => {
      if (name !== "ServerHello") frame.cut(); // no more would come
    }));
    assertEquals(codes(relayed), DROPPED[name as keyof typeof DROPPED]);
    relayed.close();
  });
}

/** What becomes of both sides when one frame arrives twice. */
const DUPLICATED = {
  ClientHello: "client CHAT_HANDSHAKE_REFUSED, server CHAT_FRAME_SIZE",
  ServerHello: "client CHAT_FRAME_SIZE, server CHAT_CONNECTION_CUT",
  ServerAuth: "client CHAT_RECORD_REFUSED, server connected",
  ClientAuth: "client connected, server connected",
  READY: "client connected, server connected",
} as const;

for (const { name, ...target } of FRAMES) {
  Deno.test(`openChannel() and acceptChannel() refuse a handshake or its first record when ${name} comes twice`, async () => {
    const relayed = await relayedHandshake(only(target, (frame) => {
      frame.forward(frame.bytes);
      frame.forward(frame.bytes);
    }));
    assertEquals(codes(relayed), DUPLICATED[name as keyof typeof DUPLICATED]);
    const receiver = relayed[target.sender === "client" ? "server" : "client"];
    if (receiver instanceof Channel) {
      const { data, end } = await outcomeOfChannel(receiver);
      assertEquals({ data, end }, { data: [], end: "CHAT_RECORD_REFUSED" });
    }
    relayed.close();
  });
}

Deno.test("openChannel() refuses a handshake when ServerHello and ServerAuth are swapped", async () => {
  let held: Bytes | undefined;
  const relayed = await relayedHandshake((frame) => {
    if (frame.sender === "server" && frame.index === 0) held = frame.bytes;
    else passOn(frame);
    if (frame.sender === "server" && frame.index === 1) {
      frame.forward(held as Bytes);
    }
  });
  assertEquals(
    codes(relayed),
    "client CHAT_NOT_CHAT, server CHAT_CONNECTION_CUT",
  );
  relayed.close();
});

for (const { name, ...target } of FRAMES) {
  Deno.test(`openChannel() and acceptChannel() refuse a handshake when ${name} comes from another one`, async () => {
    let other: Bytes | undefined;
    (await relayedHandshake(only(target, (frame) => {
      other = frame.bytes;
      passOn(frame);
    }))).close();
    const relayed = await relayedHandshake(
      only(target, ({ forward }) => forward(other as Bytes)),
    );
    assertNobodyConnected(relayed, name);
    relayed.close();
  });
}

for (const { name, ...target } of FRAMES.slice(1)) {
  if (target.sender === "client") continue;
  Deno.test(`openChannel() reports what an alert in clear says when it comes in place of ${name}`, async () => {
    const cases = [
      ...["handshake_failed", "unsupported_version", "busy"] as const,
    ].map((alert) => ({
      body: encodeClearAlert(alert),
      code: ALERTS[alert].code as string,
    }));
    // Whoever cannot seal has no say about bans and the like.
    const kicked = Uint8Array.of(ALERTS.kicked.byte);
    cases.push({
      body: encodeMessage(MESSAGE_TYPES.alert, kicked),
      code: "CHAT_WIRE_MALFORMED",
    });
    for (const { body, code } of cases) {
      const relayed = await relayedHandshake(
        only(target, ({ forward }) => forward(encodeFrame(body))),
      );
      assertEquals((relayed.client as ChatError).code, code);
      relayed.close();
    }
  });
}
