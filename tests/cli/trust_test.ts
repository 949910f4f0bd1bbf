import { remember, trustedPins, trustNext } from "../../lib/cli/trust.ts";
import { changePins, pinsPath, readPins } from "../../lib/cli/pins_file.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { temporaryHome } from "../support/program.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const ADDRESS = { host: "chat.example", port: 7878 };
const server = await generateIdentity();
const other = await generateIdentity();

/** Asks for pins with a person who answers so; no answers, no person. */
async function ask(
  home: string,
  options: { answers?: string[]; named?: Fingerprint[] },
): Promise<{ pins: () => Promise<readonly Fingerprint[]>; io: TestIo }> {
  const { answers, named = [] } = options;
  const env = { XDG_CONFIG_HOME: home };
  const io = new TestIo(answers === undefined ? { env } : { env, answers });
  const app = { inspect: () => Promise.resolve(server) };
  return await Promise.resolve({
    io,
    pins: () => trustedPins(ADDRESS, named, { app, io }),
  });
}

async function know(home: string, fingerprint: Fingerprint): Promise<void> {
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home } });
  await changePins(
    pinsPath(io),
    (pins) => pins.add({ address: ADDRESS, fingerprint, comment: "" }),
  );
}

Deno.test("trustedPins() takes the keys that were named, or those that are known", async () => {
  await using home = await temporaryHome();
  const named = await ask(home.path, { named: [server.fingerprint] });
  assertEquals(await named.pins(), [server.fingerprint]);
  await know(home.path, server.fingerprint);
  assertEquals(await (await ask(home.path, {})).pins(), [server.fingerprint]);
});

Deno.test("trustedPins() refuses a named key that contradicts the known one", async () => {
  await using home = await temporaryHome();
  await know(home.path, server.fingerprint);
  const { pins, io } = await ask(home.path, { named: [other.fingerprint] });
  await assertRefusesLater("CHAT_PIN_MISMATCH", pins);
  const told = io.stderr.join("\n");
  assertStringIncludes(told, `trusted  ${server.fingerprint}`);
  assertStringIncludes(told, `named    ${other.fingerprint}`);
  assertStringIncludes(told, "The server was not asked");
  assertEquals(told.includes("in between"), false);
});

Deno.test("trustedPins() takes of several named keys only the known one", async () => {
  await using home = await temporaryHome();
  await know(home.path, server.fingerprint);
  const named = [other.fingerprint, server.fingerprint];
  const { pins } = await ask(home.path, { named });
  assertEquals(await pins(), [server.fingerprint]);
});

Deno.test("trustedPins() refuses an unknown server when nobody can be asked", async () => {
  await using home = await temporaryHome();
  const { pins } = await ask(home.path, {});
  await assertRefusesLater("CHAT_SERVER_UNKNOWN", pins);
});

Deno.test("trustedPins() shows fingerprint and words, and takes yes or the fingerprint", async () => {
  await using home = await temporaryHome();
  for (const answer of ["yes", "YES", ` ${server.fingerprint} `]) {
    const { pins, io } = await ask(home.path, { answers: [answer] });
    assertEquals(await pins(), [server.fingerprint]);
    assertStringIncludes(io.stderr.join("\n"), server.fingerprint);
  }
});

Deno.test("trustedPins() takes nothing else for a yes", async () => {
  await using home = await temporaryHome();
  const refused = [
    ["no"],
    ["n"],
    [],
    [other.fingerprint],
    ["y", "ok", "sure", "yes"],
  ];
  for (const answers of refused) {
    const { pins } = await ask(home.path, { answers });
    await assertRefusesLater("CHAT_SERVER_UNKNOWN", pins);
  }
});

const next = await generateIdentity();
const ANNOUNCED = { server: server.fingerprint, next: next.fingerprint };

Deno.test("trustNext() trusts the key that is announced, and tells it once", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home.path } });
  await know(home.path, server.fingerprint);
  const first = await trustNext(ADDRESS, ANNOUNCED, io);
  assertEquals(first.trusted, true);
  assertStringIncludes(first.told ?? "", next.fingerprint);
  assertEquals(await trustNext(ADDRESS, ANNOUNCED, io), { trusted: true });
  const { pins } = await ask(home.path, {});
  assertEquals(await pins(), [server.fingerprint, next.fingerprint]);
});

Deno.test("trustNext() keeps to the first key that was announced, and warns", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home.path } });
  await trustNext(ADDRESS, ANNOUNCED, io);
  const another = { ...ANNOUNCED, next: other.fingerprint };
  const { trusted, told } = await trustNext(ADDRESS, another, io);
  assertEquals(trusted, false);
  assertStringIncludes(told ?? "", "another next key");
  assertEquals((await readPins(pinsPath(io))).lookup(ADDRESS), [
    next.fingerprint,
  ]);
});

Deno.test("remember() drops the key before, and a link that names it still works", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home.path } });
  await know(home.path, server.fingerprint);
  await trustNext(ADDRESS, ANNOUNCED, io);
  const named = [server.fingerprint];
  const before = await ask(home.path, { named });
  assertEquals(await before.pins(), [server.fingerprint, next.fingerprint]);
  await remember(ADDRESS, next.fingerprint, io);
  assertStringIncludes(io.stderr.join("\n"), "no longer trusted");
  const after = await ask(home.path, { named });
  assertEquals(await after.pins(), [next.fingerprint]);
  const count = io.stderr.length;
  await remember(ADDRESS, next.fingerprint, io);
  assertEquals(io.stderr.length, count);
});
