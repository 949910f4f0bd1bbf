import { utf8 } from "../../lib/bytes.ts";
import { MAX_QUEUED_BYTES } from "../../lib/channel/pump.ts";
import { KEY_LIMITS } from "../../lib/channel/record_counter.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { ChatError } from "../../lib/errors.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import {
  channelOver,
  channelPair,
  say,
  textsOf,
  writtenByServer,
} from "./channel_harness.ts";
import { KEYS, serverSession } from "./fixed_states.ts";
import { outcomeOfChannel } from "./outcome.ts";
import { TestSource, turn } from "./pump_harness.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";

const { data, alert, close } = MESSAGE_TYPES;

Deno.test("Channel.batches() reports a cut when the stream ends without a goodbye", async () => {
  const { client, server, clientEnd } = channelPair();
  say(client, "last words");
  clientEnd.close();
  const { data, end } = await outcomeOfChannel(server);
  assertEquals([textsOf(data), end], [["last words"], "CHAT_CONNECTION_CUT"]);
  await outcomeOfChannel(client);
});

Deno.test("Channel.batches() reports a cut when the stream ends inside a record", async () => {
  const sealer = new RecordSealer(KEYS.up);
  const record = await sealer.seal(encodeMessage(data, utf8("cut")));
  const duplex = new ScriptedDuplex([record.slice(0, 100)]);
  const { end } = await outcomeOfChannel(channelOver(duplex, serverSession()));
  assertEquals(end, "CHAT_CONNECTION_CUT");
});

Deno.test("Channel.batches() throws what is no ChatError as it is", async () => {
  const duplex = new ScriptedDuplex([]);
  const bug = new TypeError("a bug");
  duplex.read = () => Promise.reject(bug);
  const channel = channelOver(duplex, serverSession());
  await assertRejects(() => channel.batches().next(), TypeError, "a bug");
  assertEquals([duplex.written, duplex.calls], [[], ["close"]]);
});

Deno.test("Channel sends nothing any more once the peer has said goodbye", async () => {
  const duplex = new ScriptedDuplex([
    await new RecordSealer(KEYS.up).seal(
      encodeMessage(close, new Uint8Array(0)),
    ),
  ]);
  const channel = channelOver(duplex, serverSession());
  await outcomeOfChannel(channel);
  say(channel, "late");
  assertEquals(channel.progress.writing, false);
  assertEquals([duplex.written, duplex.calls], [[], ["close"]]);
});

Deno.test("Channel.close() reads what still comes, after the read that waits", async () => {
  const duplex = new ScriptedDuplex([new Uint8Array(5_000)]);
  await channelOver(duplex, serverSession()).close();
  assert(!duplex.unread); // unread bytes would reset the connection
  const silent = new ScriptedDuplex([], { silent: true });
  const channel = channelOver(silent, serverSession());
  const reading = outcomeOfChannel(channel);
  const closing = channel.close();
  await turn();
  assertEquals(silent.calls, ["linger", "closeWrite"]);
  assertEquals(silent.maxReading, 1); // never two reads at a time
  silent.close();
  await closing;
  await reading;
});

Deno.test("Channel.close() delivers everything queued and pending before the goodbye", async () => {
  const { client, server } = channelPair();
  const source = new TestSource();
  for (let i = 0; i < 20; i++) {
    source.offer(encodeMessage(data, new Uint8Array(60_000).fill(i)));
  }
  say(server, "own");
  server.attach(source);
  source.offer(encodeMessage(data, utf8("pending")));
  server.send(utf8("queued"));
  const closing = server.close();
  const outcome = await outcomeOfChannel(client);
  await closing;
  assertEquals(outcome.end, "close");
  assertEquals(outcome.data.length, 23);
  assertEquals(source.pending, 0);
});

Deno.test("Channel.close() ends properly where a key update is due", async () => {
  const limits = { ...KEY_LIMITS, records: 1 };
  const { client, server } = channelPair({
    server: { sealer: new RecordSealer(KEYS.down, limits) },
    client: { opener: new RecordOpener(KEYS.down, limits) },
  });
  const closing = server.close();
  assertEquals((await outcomeOfChannel(client)).end, "close");
  await closing;
});

Deno.test("Channel.close() is over when a peer that never reads is closed by the linger", async () => {
  const duplex: ScriptedDuplex = new ScriptedDuplex([], {
    silent: true,
    onWrite: () =>
      duplex.closed.then(() => {
        throw new ChatError("CHAT_CONNECTION_CUT", "Cannot write: closed");
      }),
  });
  const channel = channelOver(duplex, serverSession());
  const reading = outcomeOfChannel(channel);
  say(channel, "unread");
  const closing = channel.close();
  assertEquals(duplex.calls, ["linger"]); // at once: it bounds what follows
  duplex.close();
  await closing;
  assertEquals((await reading).end, "close"); // it is we who ended it
  assertEquals(duplex.written, []);
});

Deno.test("Channel.close() gives up on a peer that never stops talking", async () => {
  let reads = 0;
  const duplex = new ScriptedDuplex([]);
  duplex.read = (into): Promise<number> => {
    reads += 1;
    return Promise.resolve(into.length);
  };
  await channelOver(duplex, serverSession()).close();
  assert(reads <= 4 * 1024 * 1024 / 4096, `${reads}`);
  assertEquals(duplex.calls, ["linger", "closeWrite", "close"]);
});

Deno.test("Channel.close() sends nothing but the goodbye, once, and nothing after it", async () => {
  const duplex = new ScriptedDuplex([]);
  const channel = channelOver(duplex, serverSession());
  const closing = [channel.close(), channel.close()];
  say(channel, "late");
  channel.ping();
  channel.attach({ pending: 3, take: () => encodeMessage(data, utf8("")) });
  await Promise.all(closing);
  await channel.refuse("kicked", "too late");
  assertEquals(await writtenByServer(duplex), [
    { type: close, payload: new Uint8Array(0) },
  ]);
  assertEquals(duplex.calls, ["linger", "closeWrite", "close"]);
});

Deno.test("Channel.batches() yields nothing that arrives after our own goodbye", async () => {
  const { client, server } = channelPair();
  const [up, down] = [outcomeOfChannel(server), outcomeOfChannel(client)];
  await turn(); // both wait for something to read
  const closing = server.close();
  say(client, "late");
  assertEquals(await up, { data: [], end: "close", message: "" });
  assertEquals((await down).end, "close");
  await closing;
});

Deno.test("Channel.refuse() drops what waits and reaches the peer as its code and reason", async () => {
  const { client, server, serverEnd } = channelPair();
  for (let i = 0; i < 5; i++) server.send(utf8("dropped"));
  server.attach({
    pending: 0,
    take(): never {
      throw new Error("Cannot take: the source was dropped");
    },
  });
  const refusing = server.refuse("banned", "until Sunday");
  const { data: seen, end, message } = await outcomeOfChannel(client);
  await refusing;
  assert(seen.length <= 5);
  assertEquals(end, "CHAT_BANNED");
  assert(message.includes("until Sunday"), message);
  assert(serverEnd.lingering);
});

Deno.test("Channel.refuse() sends its alert and no queued message behind it", async () => {
  const duplex = new ScriptedDuplex([]);
  const channel = channelOver(duplex, serverSession());
  channel.send(utf8("dropped"));
  await channel.refuse("full", "");
  assertEquals((await writtenByServer(duplex)).map(({ type }) => type), [
    alert,
  ]);
});

Deno.test("Channel.batches() keeps the reason of a peer from commanding a terminal", async () => {
  const { client, server } = channelPair();
  const refusing = server.refuse("kicked", "\x1b[2J\u202eevil\r\n\u0007 ünï");
  const { end, message } = await outcomeOfChannel(client);
  await refusing;
  assertEquals(end, "CHAT_KICKED");
  assert(message.endsWith("[2Jevil ünï"), message);
});

Deno.test("Channel.abort() ends at once with its reason and tells the peer nothing", async () => {
  const duplex = new ScriptedDuplex([], { silent: true });
  const channel = channelOver(duplex, serverSession());
  const reading = outcomeOfChannel(channel);
  await turn();
  channel.abort(new ChatError("CHAT_IDLE", "Cannot wait: it is silent"));
  channel.abort(new ChatError("CHAT_KICKED", "Cannot count: it is second"));
  const { end } = await reading;
  assertEquals(end, "CHAT_IDLE");
  say(channel, "late");
  await channel.close();
  assertEquals(duplex.written, []);
  assertEquals(duplex.calls, ["close"]);
});

Deno.test("Channel ends with CHAT_TOO_SLOW when more waits than a peer may let pile up", async () => {
  const duplex: ScriptedDuplex = new ScriptedDuplex([], {
    silent: true,
    onWrite: () => duplex.closed,
  });
  const channel = channelOver(duplex, serverSession());
  const reading = outcomeOfChannel(channel);
  say(channel, "on its way");
  const chunk = new Uint8Array(32_768 - 3);
  for (let i = 0; i <= MAX_QUEUED_BYTES / 32_768; i++) channel.send(chunk);
  assertEquals((await reading).end, "CHAT_TOO_SLOW");
  assertEquals(duplex.calls, ["close"]);
});

Deno.test("Channel.batches() throws what a write failed with", async () => {
  const failure = new ChatError("CHAT_CONNECTION_CUT", "Cannot write: gone");
  const duplex = new ScriptedDuplex([], {
    silent: true,
    onWrite: () => Promise.reject(failure),
  });
  const channel = channelOver(duplex, serverSession());
  const reading = outcomeOfChannel(channel);
  say(channel, "lost");
  const { end, message } = await reading;
  assertEquals([end, message], [failure.code, failure.message]);
});

Deno.test("Channel tells a peer that broke the rules which, and reports it", async () => {
  const { client, server, clientEnd } = channelPair();
  const sealer = new RecordSealer(KEYS.up);
  await clientEnd.write(await sealer.seal(encodeMessage(0x7f, utf8("?"))));
  const [own, told] = await Promise.all([
    outcomeOfChannel(server),
    outcomeOfChannel(client),
  ]);
  assertEquals(own.end, "CHAT_UNEXPECTED_MESSAGE");
  assertEquals(told.end, "CHAT_PROTOCOL");
  assert(told.message.includes("type 127"), told.message);
});

Deno.test("Channel tells a peer that kept its key too long", async () => {
  const { client, server } = channelPair({
    server: {
      opener: new RecordOpener(KEYS.up, { ...KEY_LIMITS, records: 1 }),
    },
  });
  say(client, "one");
  await turn();
  say(client, "two");
  const [own, told] = await Promise.all([
    outcomeOfChannel(server),
    outcomeOfChannel(client),
  ]);
  assertEquals([own.end, told.end], ["CHAT_RECORD_LIMIT", "CHAT_RECORD_LIMIT"]);
});

Deno.test("Channel tells nothing when a record does not open", async () => {
  const duplex = new ScriptedDuplex([
    await new RecordSealer(KEYS.down).seal(encodeMessage(data, utf8("?"))),
  ]);
  const { end } = await outcomeOfChannel(channelOver(duplex, serverSession()));
  assertEquals(end, "CHAT_RECORD_REFUSED");
  assertEquals([duplex.written, duplex.calls], [[], ["close"]]);
});
