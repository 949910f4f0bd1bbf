import { generateIdentity } from "../../lib/identity/identity.ts";
import type { Server } from "../../serve_options.ts";
import { serve } from "../../server.ts";
import { assert, assertEquals } from "../support/assert.ts";
import type { Item } from "./reader/cbor.ts";
import { ReaderMember } from "./reader/member.ts";

/** So many bytes that mean nothing to the server. */
function opaque(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Two members of one server, neither with the client of the project. */
async function readers(
  { port, fingerprint: pin }: Server,
): Promise<[ReaderMember, ReaderMember]> {
  const place = { port, pin };
  const two = [new ReaderMember(place), new ReaderMember(place)] as const;
  await two[0].connect("reader");
  await two[1].connect("other");
  return [...two];
}

Deno.test("a client that shares no code with the project has a sealed room ordered", async () => {
  const identity = await generateIdentity();
  await using server = serve({ host: "127.0.0.1", port: 0, identity });
  const [reader, other] = await readers(server);
  const [group, title, info, none] = [32, 294, 1_000, 0].map(opaque);
  assert(group && title && info && none);
  const found = [70, null, group, null, title, info, none];
  const [kind, , number] = await reader.ask(found) as number[];
  assert(kind === 25 && number !== undefined);
  assertEquals(reader.rooms.get(number), [
    ...[23, number, "sealed", "", "", 0],
    ...[null, group],
  ]);
  assertEquals((await reader.ask(found))[2], "CHAT_NAME_TAKEN");
  assertEquals((await other.ask([71, opaque(32)]))[2], "CHAT_NO_SUCH_ROOM");
  assertEquals((await other.ask([71, group]))[2], number);
  assertEquals((await other.ask([72, number])).slice(2), [
    ...[number, 0, group, 0],
    ...[title, info, none],
  ]);
  const [commit, next, better, body] = [300, 900, 800, 294].map(opaque);
  assert(commit && next && better && body);
  const proposal = [73, number, group, 0, commit, next];
  const ordered = await reader.ask(proposal);
  assertEquals([ordered[0], ordered[2]], [18, 1]);
  assertEquals((await other.ask(proposal))[2], "CHAT_SEAL_OUTRUN");
  assertEquals((await other.ask([75, number, group, 1, body]))[2], 2);
  const elsewhere = [75, number, opaque(32), 2, body];
  assertEquals((await other.ask(elsewhere))[2], "CHAT_SEAL_OUTRUN");
  const stale = [74, number, group, 0, better];
  assertEquals((await reader.ask(stale))[2], "CHAT_SEAL_OUTRUN");
  assertEquals((await reader.ask(stale.with(3, 1)))[0], 25);
  const head = await other.ask([72, number]);
  assertEquals([head[3], head[5], head[7]], [2, 1, better]);
  const clear = await reader.say(number, "in clear");
  await reader.until(() => reader.outcomes.has(clear));
  assertEquals(reader.outcomes.get(clear), "CHAT_FORBIDDEN");
  await reader.until(() => reader.kept(number).length === 2);
  const log = reader.kept(number).map((entry) => entry.toSpliced(3, 1));
  assertEquals(log.map((entry) => entry.toSpliced(4, 1)), [
    [42, number, 1, "", 1, commit],
    [41, number, 2, "", body],
  ]);
  assertEquals(await reader.history(number, 1), reader.kept(number));
  await Promise.all([reader.close(), other.close()]);
});

Deno.test("a client that shares no code with the project gives a direct room its group", async () => {
  const identity = await generateIdentity();
  await using server = serve({ host: "127.0.0.1", port: 0, identity });
  const [reader, other] = await readers(server);
  const [, , two] = await reader.ask([11, "other"]) as number[];
  assert(two !== undefined);
  const made = reader.rooms.get(two);
  assertEquals(made?.slice(2, 4), ["direct", "other"]);
  assertEquals(made?.at(-1), null);
  assertEquals((await reader.ask([72, two]))[2], "CHAT_NO_SUCH_ROOM");

  const key = opaque(1_321);
  assertEquals((await other.ask([68, key]))[0], 25);
  const published = await reader.ask([69, "other"]);
  assertEquals([published[0], published[3]], [44, key]);
  assertEquals(published[2], made?.[6]);
  assertEquals((await other.ask([69, "reader"]))[3], opaque(0));
  assertEquals((await reader.ask([69, "nobody"]))[2], "CHAT_NO_SUCH_MEMBER");

  const [group, again, info, hello] = [32, 32, 500, 1_297].map(opaque);
  assert(group && again && info && hello);
  const found = [70, two, group, null, opaque(0), info, hello];
  assertEquals((await reader.ask(found))[0], 18);
  assertEquals((await other.ask(found.with(2, again)))[2], "CHAT_SEAL_OUTRUN");
  const replaced = found.with(2, again).with(3, group);
  assertEquals((await other.ask(replaced))[2], 2);
  for (const one of [reader, other]) {
    await one.until(() => same(one.rooms.get(two)?.at(-1), again));
    await one.until(() => one.kept(two).length === 2);
    assertEquals(one.kept(two).map((entry) => entry.at(-1)), [group, again]);
  }
  await reader.ask([14, two, 2, 2]);
  await other.until(() =>
    other.entries.some(([kind, room, , , name, , , read]) =>
      kind === 39 && room === two && name === "reader" && read === 2
    )
  );
  await Promise.all([reader.close(), other.close()]);
});

/** Whether an item is these bytes. */
function same(item: Item | undefined, bytes: Uint8Array): boolean {
  return item instanceof Uint8Array && item.toHex() === bytes.toHex();
}
