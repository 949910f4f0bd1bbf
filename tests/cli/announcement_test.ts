import { Announcements } from "../../lib/cli/announcement.ts";
import { pinsPath, readPins } from "../../lib/cli/pins_file.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { makeSuccession } from "../../lib/identity/succession.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { temporaryHome } from "../support/program.ts";
import { TestIo } from "../support/test_io.ts";

const ADDRESS = { host: "chat.example", port: 7878 };
const [server, next] = [await generateIdentity(), await generateIdentity()];
const SUCCESSION = await makeSuccession(server, next);

async function world(): Promise<
  AsyncDisposable & {
    readonly io: TestIo;
    readonly pins: Fingerprint[];
    readonly heard: Announcements;
    known(): Promise<readonly Fingerprint[]>;
  }
> {
  const home = await temporaryHome();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home.path } });
  const pins = [server.fingerprint];
  return {
    io,
    pins,
    heard: new Announcements(ADDRESS, pins, io),
    known: async () => (await readPins(pinsPath(io))).lookup(ADDRESS),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

Deno.test("Announcements.hear() trusts a next key, for the next connection too", async () => {
  await using seen = await world();
  seen.heard.hear(SUCCESSION, server);
  seen.heard.hear(SUCCESSION, server); // after a new connection
  await seen.heard.settled();
  assertEquals(seen.pins, [server.fingerprint, next.fingerprint]);
  assertEquals(await seen.known(), [next.fingerprint]);
  assertEquals(seen.io.stderr.length, 1);
});

Deno.test("Announcements.hear() trusts nothing that is not signed by both", async () => {
  await using seen = await world();
  const { signature } = SUCCESSION;
  seen.heard.hear({ ...SUCCESSION, consent: signature }, server);
  seen.heard.hear(SUCCESSION, next); // said by another server
  await seen.heard.settled();
  assertEquals(seen.pins, [server.fingerprint]);
  assertEquals(await seen.known(), []);
  assertStringIncludes(seen.io.stderr.join("\n"), "not well signed");
});

Deno.test("Announcements.hear() says where it is told to that it cannot trust", async () => {
  await using seen = await world();
  const path = pinsPath(seen.io);
  await Deno.mkdir(`${path}.lock`, { recursive: true });
  const said: string[] = [];
  seen.heard.say = (line): void => void said.push(line);
  seen.heard.hear(SUCCESSION, server);
  await seen.heard.settled();
  assertEquals(seen.pins, [server.fingerprint]);
  assertStringIncludes(said.join("\n"), "is not trusted");
  assertEquals(seen.io.stderr, []);
});

Deno.test("Announcements.hear() lets a server have one heir, also for the next connection", async () => {
  await using seen = await world();
  seen.heard.hear(SUCCESSION, server);
  const other = await makeSuccession(server, await generateIdentity());
  seen.heard.hear(other, server);
  await seen.heard.settled();
  assertEquals(seen.pins, [server.fingerprint, next.fingerprint]);
  assertStringIncludes(seen.io.stderr.join("\n"), "another next key");
});
