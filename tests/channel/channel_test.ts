import { type Bytes, concat, utf8 } from "../../lib/bytes.ts";
import { MAX_SENT_PAYLOAD_BYTES } from "../../lib/channel/pump.ts";
import { KEY_LIMITS } from "../../lib/channel/record_counter.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import {
  channelOver,
  channelPair,
  say,
  textsOf,
  writtenByServer,
} from "./channel_harness.ts";
import { FIXED, KEYS, serverSession } from "./fixed_states.ts";
import { outcomeOfChannel } from "./outcome.ts";
import { turn } from "./pump_harness.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";

const { data, ping, pong } = MESSAGE_TYPES;

Deno.test("Channel carries messages both ways in order", async () => {
  const { client, server } = channelPair();
  const [up, down]: [Bytes[], Bytes[]] = [[], []];
  const reading = [
    outcomeOfChannel(server, up),
    outcomeOfChannel(client, down),
  ];
  say(client, "a", "", "b");
  say(server, "c");
  say(client, "d");
  // What arrives after our own goodbye is not looked at any more.
  while (up.length < 4 || down.length < 1) await turn();
  await Promise.all([client.close(), server.close()]);
  const ends = (await Promise.all(reading)).map(({ end }) => end);
  assertEquals(ends, ["close", "close"]);
  assertEquals([textsOf(up), textsOf(down)], [["a", "", "b", "d"], ["c"]]);
});

Deno.test("Channel carries the largest message and refuses a larger one", async () => {
  const { client, server } = channelPair();
  assertThrows(
    () => client.send(new Uint8Array(MAX_SENT_PAYLOAD_BYTES + 1)),
    RangeError,
  );
  client.send(new Uint8Array(MAX_SENT_PAYLOAD_BYTES));
  const closing = client.close();
  const { data, end } = await outcomeOfChannel(server);
  await closing;
  assertEquals(data.map(({ length }) => length), [MAX_SENT_PAYLOAD_BYTES]);
  assertEquals(end, "close");
});

Deno.test("Channel carries messages across many key updates in both directions", async () => {
  const limits = { ...KEY_LIMITS, records: 2 };
  const { client, server } = channelPair({
    client: {
      sealer: new RecordSealer(KEYS.up, limits),
      opener: new RecordOpener(KEYS.down, limits),
    },
    server: {
      sealer: new RecordSealer(KEYS.down, limits),
      opener: new RecordOpener(KEYS.up, limits),
    },
  });
  const [up, down]: [Bytes[], Bytes[]] = [[], []];
  const reading = [
    outcomeOfChannel(server, up),
    outcomeOfChannel(client, down),
  ];
  const expected = Array.from({ length: 25 }, (_, i) => `${i}`);
  for (const text of expected) {
    say(client, text);
    say(server, text);
    await turn();
  }
  while (up.length < 25 || down.length < 25) await turn();
  await Promise.all([client.close(), server.close()]);
  const ends = (await Promise.all(reading)).map(({ end }) => end);
  assertEquals(ends, ["close", "close"]);
  assertEquals([textsOf(up), textsOf(down)], [expected, expected]);
});

Deno.test("Channel.batches() yields what came together as one batch and reads nothing meanwhile", async () => {
  const sealer = new RecordSealer(KEYS.up);
  const record = async (text: string): Promise<Bytes> =>
    await sealer.seal(encodeMessage(data, utf8(text)));
  const duplex = new ScriptedDuplex([
    await record("-".repeat(1000)), // larger buffers for a busy connection
    concat(await record("a"), await record("b")),
    await record("c"),
  ], { silent: true });
  const channel = channelOver(duplex, serverSession());
  const seen: string[][] = [];
  for await (const batch of channel.batches()) {
    seen.push(textsOf(batch));
    assertEquals(channel.progress.received, seen.length);
    assertEquals(channel.progress.reading, false);
    await turn(); // were it reading on, more would be received now
    assertEquals(channel.progress.received, seen.length);
    if (seen.length === 3) break;
  }
  assertEquals(seen.slice(1), [["a", "b"], ["c"]]);
  assertEquals(duplex.calls, ["close"]); // leaving the loop ends it
});

Deno.test("Channel.flush() resolves when everything queued and pending is written", async () => {
  const gate = Promise.withResolvers<void>();
  const duplex = new ScriptedDuplex([], { onWrite: () => gate.promise });
  const channel = channelOver(duplex, serverSession());
  channel.send(utf8("a"));
  let flushed = false;
  const flushing = channel.flush().then(() => flushed = true);
  await turn();
  assertEquals([flushed, duplex.writing], [false, 1]);
  gate.resolve();
  await flushing;
  assertEquals((await writtenByServer(duplex)).length, 1);
});

Deno.test("Channel answers a ping with the same bytes", async () => {
  const sealer = new RecordSealer(KEYS.up);
  const value = utf8("12345678");
  const duplex = new ScriptedDuplex([
    await sealer.seal(encodeMessage(ping, value)),
  ]);
  const channel = channelOver(duplex, serverSession());
  await outcomeOfChannel(channel);
  assertEquals(await writtenByServer(duplex), [{ type: pong, payload: value }]);
  assertEquals(channel.progress.received, 1);
});

Deno.test("Channel.batches() yields no empty batch when nothing came for the application", async () => {
  const { client, server } = channelPair();
  const seen: number[] = [];
  const reading = (async () => {
    for await (const batch of server.batches()) seen.push(batch.length);
  })();
  client.ping();
  while (server.progress.control === 0) await turn();
  say(client, "a");
  await client.close();
  await reading;
  assertEquals(seen, [1]);
});

Deno.test("Channel answers a flood of pings once for all that came together", async () => {
  const sealer = new RecordSealer(KEYS.up);
  const pings = Array.from(
    { length: 5_000 },
    () => encodeMessage(ping, new Uint8Array(8)),
  );
  const record = await sealer.seal(concat(...pings));
  const again = await sealer.seal(concat(...pings));
  const duplex = new ScriptedDuplex([concat(record, again)]);
  await outcomeOfChannel(channelOver(duplex, serverSession()));
  assertEquals((await writtenByServer(duplex)).length, 1);
});

Deno.test("Channel.ping() makes the peer answer, and progress shows it", async () => {
  const { client, server } = channelPair();
  const before = server.progress;
  assertEquals(before, {
    received: 0,
    control: 0,
    reading: false,
    written: 0,
    writing: false,
  });
  server.ping();
  assertEquals(server.progress.writing, true);
  const reading = [outcomeOfChannel(client), outcomeOfChannel(server)];
  while (server.progress.received === 0) await turn();
  assertEquals(server.progress, {
    received: 1,
    control: 1,
    reading: true,
    written: 1,
    writing: false,
  });
  await Promise.all([server.close(), client.close(), ...reading]);
});

Deno.test("Channel gives both sides the peer, READY and the channel binding of the session", () => {
  const { client, server } = channelPair();
  assertEquals(client.exporter, FIXED.schedule.exporter);
  assertEquals(server.exporter, FIXED.schedule.exporter);
  assertEquals(client.ready, server.ready);
  assertEquals(client.ready.client, server.peer.publicKey);
  assertEquals(client.ready.server, client.peer.publicKey);
});
