import { type Client, connect } from "../../client.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import type { ServeOptions, Server } from "../../serve_options.ts";
import { serve } from "../../server.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { Follower } from "../support/served.ts";
import type { Item } from "./reader/cbor.ts";
import { ReaderClient } from "./reader/client.ts";
import { type Message, type Place, ReaderMember } from "./reader/member.ts";
import { ascii } from "./reader/primitives.ts";
import { encode } from "./reader/records.ts";

const HOST = { host: "127.0.0.1", port: 0 };

const DEVICE = new Uint8Array(16).fill(7);
const enter = (name: string | null): Item[] => [1, 1, name, DEVICE, null];

interface Home extends AsyncDisposable {
  readonly server: Server;
  readonly place: Place;
  readonly alice: Client;
  readonly heard: Follower;
}

/** A server, and alice, who is in it with the client of the project. */
async function home(options: Partial<ServeOptions> = {}): Promise<Home> {
  const identity = await generateIdentity();
  const server = serve({ ...HOST, identity, name: "home", ...options });
  const { port, fingerprint } = server;
  const alice = await connect({
    host: HOST.host,
    port,
    pins: [fingerprint],
    identity: await generateIdentity(),
    name: "alice",
  });
  return {
    server,
    place: { port, pin: fingerprint },
    alice,
    heard: new Follower(alice),
    async [Symbol.asyncDispose](): Promise<void> {
      await alice.close();
      await server.close();
    },
  };
}

/** The texts of entries that say something. */
function linesOf(entries: readonly Message[]): unknown[] {
  return entries.map((entry) => entry.at(-1));
}

Deno.test("a client that shares no code with the project enters, follows and chats", async () => {
  await using at = await home();
  const { place, alice, heard } = at;
  const reader = await ReaderClient.connect(place.port, place.pin);
  await reader.send([enter("reader")]);
  const [kind, name, standing, server] = await reader.receive() ?? [];
  assertEquals([kind, name, standing, server], [
    17,
    "reader",
    "member",
    "home",
  ]);
  assertEquals((await reader.receive())?.slice(0, 4), [23, 0, "open", "lobby"]);
  await reader.send([[8, 1, 0, null]]);
  assertEquals(await reader.receive(), [24, 1, 0, 0, 0, 0]);
  await heard.until((e) => e.kind === "joined" && e.name === "reader");

  await reader.update([[2, 2, 0, 1, "first"]]);
  await reader.send(
    [[2, 3, 0, 2, "second"]],
    encode(0x14, ascii("12345678")),
  );
  for (const text of ["first", "second"]) await heard.said(text);
  await alice.say("hello, 世界");
  const kinds = new Map<unknown, unknown[][]>();
  for (let count = 0; count < 5; count++) {
    const message = await reader.receive() ?? [];
    kinds.set(message[0], [...kinds.get(message[0]) ?? [], message]);
  }
  assertEquals(kinds.get(18)?.map(([, id, seq]) => [id, seq]), [[2, 1], [
    3,
    2,
  ]]);
  assertEquals(kinds.get(32)?.map(([, , seq]) => seq), [1, 2, 3]);
  assertEquals(reader.control, [{ type: 0x15, payload: ascii("12345678") }]);

  await reader.close();
  const left = await heard.until(({ kind }) => kind === "left");
  assert(left.kind === "left" && left.why === "quit");
});

Deno.test("a client that shares no code with the project is answered alike however often it says something", async () => {
  await using at = await home();
  const { place, heard } = at;
  const reader = await ReaderClient.connect(place.port, place.pin);
  await reader.send([enter("reader")]);
  await reader.receive(); // entered
  await reader.receive(); // room
  await reader.send([
    [2, 1, 0, 1, "once"],
    [2, 2, 0, 1, "once"], // in the same record
  ]);
  const acks = [await reader.receive(), await reader.receive()];
  await heard.said("once");
  await reader.send([[3, 3, 0, 1, "something else"]]);
  acks.push(await reader.receive());
  const [, , , at1 = 0] = acks[0] ?? [];
  assertEquals(acks, [1, 2, 3].map((id) => [18, id, 1, at1]));
  await reader.send([[2, 4, 0, 7, "seven"], [2, 5, 0, 6, "six"]]);
  assertEquals((await reader.receive())?.slice(0, 3), [18, 4, 2]);
  // Behind what was sent later, nothing is stored.
  assertEquals((await reader.receive())?.slice(0, 3), [
    19,
    5,
    "CHAT_FORGOTTEN",
  ]);
  await reader.send([[8, 6, 0, 2], [8, 7, 0, 2]]);
  assertEquals((await reader.receive())?.slice(0, 4), [24, 6, 0, 2]);
  const again = await reader.receive();
  assertEquals(again?.slice(0, 3), [19, 7, "CHAT_MESSAGE_INVALID"]);
  await heard.said("seven");
  const said = heard.events.filter(({ kind }) => kind === "said");
  assertEquals(said.length, 2);
  await reader.close();
});

Deno.test("a client that shares no code with the project loses and doubles nothing when it is cut", async () => {
  await using at = await home();
  const { place, alice, heard } = at;
  const reader = new ReaderMember(place);
  await reader.connect("reader");
  await reader.say(0, "one");
  await reader.until(() => reader.kept(0).length === 1);
  for (const [stored, kept] of [["two", "three"], ["four", "five"]] as const) {
    // Stored, but the connection is lost before it is acknowledged.
    const number = await reader.say(0, stored);
    await heard.said(stored);
    reader.cut();
    await alice.say(`after ${stored}`);
    const later = await reader.say(0, kept); // there is no connection
    await reader.connect(null);
    await reader.until(() => reader.outbox.size === 0);
    const said = await heard.said(stored);
    assert(said.kind === "said");
    assertEquals(reader.outcomes.get(number), said.seq);
    const newest = await heard.said(kept);
    assert(newest.kind === "said");
    assertEquals(reader.outcomes.get(later), newest.seq);
    await reader.until(() => reader.positions.get(0)?.seq === newest.seq);
  }
  const lines = [
    "one",
    "two",
    "after two",
    "three",
    "four",
    "after four",
    "five",
  ];
  assertEquals(linesOf(reader.kept(0)), lines);
  const others = heard.events.filter((event) => event.kind === "said");
  assertEquals(others.map(({ text }) => text), lines);
  assertEquals(others.map(({ seq }) => seq), lines.map((_, i) => i + 1));
  await reader.close();
});

Deno.test("a client that shares no code with the project goes on where it was when the server starts again", async () => {
  const identity = await generateIdentity();
  const history = new MemoryHistory({ keepLast: 100 });
  const begin = (server = history): Server =>
    serve({ ...HOST, identity, history: server });
  const first = begin();
  const pin = first.fingerprint;
  const reader = new ReaderMember({ port: first.port, pin });
  await reader.connect("reader");
  await reader.say(0, "before");
  await reader.until(() => reader.kept(0).length === 1);
  const number = await reader.say(0, "between");
  await reader.until(() => reader.kept(0).length === 2);
  reader.outbox.set(number, [2, 0, "between"]); // as if that was not heard
  reader.cut();
  await first.close();

  await using second = begin();
  reader.moveTo(second.port);
  await reader.connect(null);
  await reader.say(0, "after");
  await reader.until(() => reader.kept(0).length === 3);
  await reader.until(() => reader.outbox.size === 0);
  assertEquals(linesOf(reader.kept(0)), ["before", "between", "after"]);
  assertEquals(reader.outcomes.get(number), 2);
  await reader.close();

  await using third = begin(new MemoryHistory({ keepLast: 100 }));
  reader.moveTo(third.port);
  await assertRejects(() => reader.connect("reader"), Error, "LOG_CHANGED");
  reader.cut();
});

Deno.test("a client that shares no code with the project pages back through history", async () => {
  const limits = { messageBurst: 1_000, roomMessageBurst: 1_000 };
  await using at = await home({ limits, newcomerLines: 100 });
  const { place, alice } = at;
  const texts = Array.from({ length: 120 }, (_, i) => `line ${i + 1}`);
  await Promise.all(texts.map((text) => alice.say(text)));
  const reader = new ReaderMember(place);
  await reader.connect("reader");
  const newest = texts.slice(-100); // as far as a newcomer may read
  await reader.until(() => reader.kept(0).length === newest.length);
  assertEquals(linesOf(reader.kept(0)), newest);
  for (const limit of [0, 30, 1_000]) {
    if (limit === 0) { // counts as 1
      const page = await reader.ask([12, 0, 121, limit]);
      assertEquals([page[0], page[3]], [27, 120]);
    } else assertEquals(await reader.history(0, limit), reader.kept(0));
  }
  const found = await reader.ask([13, 0, "LINE 120", null]);
  assertEquals([found[0], found[3]], [27, null]);
  await reader.close();
});

Deno.test("a client that shares no code with the project makes rooms and leaves", async () => {
  await using at = await home();
  const { place } = at;
  const reader = new ReaderMember(place);
  await reader.connect("reader");
  const [kind, , garden] = await reader.ask([6, "#garden"]) as number[];
  assertEquals([kind, reader.rooms.get(garden as number)?.[3]], [25, "garden"]);
  await reader.ask([10, garden as number, "What grows"]);
  await reader.until(() => reader.entries.some(([kind]) => kind === 36));

  assertEquals((await reader.ask([7, garden as number]))[0], 25);
  assertEquals(reader.rooms.has(garden as number), false);
  assertEquals((await reader.ask([7, 0]))[2], "CHAT_FORBIDDEN");
  await reader.close();
});

Deno.test("a client that shares no code with the project hears the server's goodbye", async () => {
  for (const restart of [false, true]) {
    const identity = await generateIdentity();
    const server = serve({ ...HOST, identity });
    const reader = await ReaderClient.connect(server.port, server.fingerprint);
    await reader.send([enter(null)]);
    assertEquals((await reader.receive())?.slice(0, 2), [16, "needed"]);
    await reader.send([enter("reader")]);
    assertEquals((await reader.receive())?.[0], 17);
    assertEquals((await reader.receive())?.[0], 23);
    const closing = server.close({ restart });
    const why = restart ? "restart" : "shutdown";
    assertEquals((await reader.receive())?.slice(0, 2), [22, why]);
    assertEquals(await reader.receive(), undefined);
    assertEquals(reader.control.map(({ type }) => type), [0x12]);
    await reader.close().catch(() => {}); // the server may have closed first
    await closing;
  }
});

Deno.test("a client that shares no code with the project refuses another server", async () => {
  const identity = await generateIdentity();
  const { fingerprint } = await generateIdentity();
  await using server = serve({ ...HOST, identity });
  await assertRejects(
    () => ReaderClient.connect(server.port, fingerprint),
    Error,
    "PIN_MISMATCH",
  );
});

for (const { name } of Deno.readDirSync(new URL("reader/", import.meta.url))) {
  Deno.test(`tests/docs/reader/${name} imports nothing of the project`, () => {
    const source = Deno.readTextFileSync(
      new URL(`reader/${name}`, import.meta.url),
    );
    const imports = [...source.matchAll(/ from "([^"]+)"/g)];
    assert(imports.every(([, path]) => path?.startsWith("./")));
  });
}
