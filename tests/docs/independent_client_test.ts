import { connect } from "../../client.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { serve } from "../../server.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { ReaderClient } from "./reader/client.ts";
import { ascii } from "./reader/primitives.ts";
import { encode } from "./reader/records.ts";

const HOST = { host: "127.0.0.1", port: 0 };

Deno.test("a client that shares no code with the project joins a room and chats", async () => {
  const identity = await generateIdentity();
  await using server = serve({ ...HOST, identity, name: "home" });
  const reader = await ReaderClient.connect(server.port, server.fingerprint);
  await reader.send([[1, 1, "reader"]]);
  const [kind, name, home] = await reader.receive() ?? [];
  assertEquals([kind, name, home], [17, "reader", "home"]);
  assertEquals((await reader.receive())?.[0], 34); // joined

  const alice = await connect({
    ...HOST,
    port: server.port,
    pins: [server.fingerprint],
    identity: await generateIdentity(),
    name: "alice",
  });
  const events = alice.events[Symbol.asyncIterator]();
  assertEquals((await events.next()).value?.kind, "joined");
  assertEquals((await reader.receive())?.[0], 34);

  await reader.update([[2, 1, 0, "first"]]);
  await reader.send([[2, 2, 0, "second"]], encode(0x14, ascii("12345678")));
  for (const text of ["first", "second"]) {
    const { value } = await events.next();
    assert(value?.kind === "said" && value.name === "reader");
    assertEquals(value.text, text);
  }
  await alice.say("hello, 世界");
  assertEquals((await events.next()).value?.kind, "said");

  const kinds = new Map<unknown, unknown[][]>();
  for (let count = 0; count < 5; count++) {
    const message = await reader.receive() ?? [];
    kinds.set(message[0], [...kinds.get(message[0]) ?? [], message]);
  }
  assertEquals(kinds.get(18)?.map(([, id]) => id), [1, 2]); // ack
  assertEquals(kinds.get(32)?.map((said) => said.at(-1)), [
    "first",
    "second",
    "hello, 世界",
  ]);
  assertEquals(reader.control, [{ type: 0x15, payload: ascii("12345678") }]);

  await reader.close();
  const { value: left } = await events.next();
  assert(left?.kind === "left" && left.why === "quit");
  await alice.close();
});

Deno.test("a client that shares no code with the project hears the server's goodbye", async () => {
  const identity = await generateIdentity();
  const server = serve({ ...HOST, identity });
  const reader = await ReaderClient.connect(server.port, server.fingerprint);
  await reader.send([[1, 1, null]]);
  assertEquals((await reader.receive())?.slice(0, 2), [16, "needed"]);
  await reader.send([[1, 1, "reader"]]);
  assertEquals((await reader.receive())?.[0], 17);
  assertEquals((await reader.receive())?.[0], 34);
  const closing = server.close();
  assertEquals((await reader.receive())?.slice(0, 2), [22, "shutdown"]);
  assertEquals(await reader.receive(), undefined);
  assertEquals(reader.control.map(({ type }) => type), [0x12]);
  await reader.close().catch(() => {}); // the server may have closed first
  await closing;
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
