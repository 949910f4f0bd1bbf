import type { BequestRequest, HandOverRequest } from "../../lib/cli/app.ts";
import { devicePath } from "../../lib/cli/device.ts";
import { changePins, pinsPath, readPins } from "../../lib/cli/pins_file.ts";
import {
  followServer,
  identityAt,
  knownAsPath,
} from "../../lib/cli/succeeding.ts";
import { ChatError, type ErrorCode } from "../../lib/errors.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { verifySuccession } from "../../lib/identity/succession.ts";
import { openDeviceState } from "../../lib/store/open_device_state.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { temporaryHome } from "../support/program.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const ADDRESS = { host: "chat.example", port: 7878 };
const [server, oldest, old, newest] = [
  await generateIdentity(),
  await generateIdentity(),
  await generateIdentity(),
  await generateIdentity(),
];
const KEYS = {
  newest,
  older: [() => Promise.resolve(old), () => Promise.resolve(oldest)],
};

/** Somebody who goes to a server that answers like this, by old key. */
class World implements AsyncDisposable {
  readonly io: TestIo;
  readonly asked: Fingerprint[] = [];
  /** From whom, and what is now where. */
  readonly bequests: { readonly old: Fingerprint; readonly waits: string }[] =
    [];
  /** What goes wrong with them; once. */
  trouble: Error | undefined;
  readonly #home: { readonly path: string } & AsyncDisposable;
  readonly #answers: ReadonlyMap<Fingerprint, ErrorCode | "done">;

  private constructor(
    home: { readonly path: string } & AsyncDisposable,
    answers: ReadonlyMap<Fingerprint, ErrorCode | "done">,
  ) {
    this.#home = home;
    this.#answers = answers;
    const env = { XDG_CONFIG_HOME: home.path, XDG_STATE_HOME: home.path };
    this.io = new TestIo({ env });
  }

  /** @param codes What the server says of the old key, and of the oldest. */
  static async make(...codes: (ErrorCode | "done")[]): Promise<World> {
    const keys = [old.fingerprint, oldest.fingerprint];
    const answers = new Map(
      codes.map((code, i) => [keys[i] as Fingerprint, code] as const),
    );
    return new World(await temporaryHome(), answers);
  }

  /** Notes that we were there before, as far as pins tell. */
  async visited(): Promise<this> {
    const { fingerprint } = server;
    const pin = { address: ADDRESS, fingerprint, comment: "" };
    await changePins(pinsPath(this.io), (pins) => pins.add(pin));
    return this;
  }

  async go(keys = KEYS): Promise<Fingerprint> {
    const app = {
      handOver: (request: HandOverRequest) => this.#handOver(request),
      bequeath: (request: BequestRequest) => this.#bequeath(request),
    };
    const pins = [server.fingerprint];
    const around = { pins, app, io: this.io };
    return (await identityAt(ADDRESS, keys, around)).fingerprint;
  }

  async knownAs(): Promise<readonly Fingerprint[]> {
    return (await readPins(knownAsPath(this.io))).lookup(ADDRESS);
  }

  device(own: Fingerprint, at = server.fingerprint): string {
    return devicePath({ server: at, own }, this.io);
  }

  async #handOver(request: HandOverRequest): Promise<void> {
    const { publicKey, fingerprint } = request.identity;
    const next = await verifySuccession(publicKey, request.succession);
    assertEquals(next?.fingerprint, newest.fingerprint);
    this.asked.push(fingerprint);
    const answer = this.#answers.get(fingerprint);
    if (answer === undefined) throw new Error("It was not to be asked");
    if (answer !== "done") throw new ChatError(answer, "Cannot rotate: no");
  }

  async #bequeath({ directory, old, next }: BequestRequest): Promise<void> {
    const { trouble } = this;
    this.trouble = undefined;
    assertEquals(next.fingerprint, newest.fingerprint);
    assertEquals(directory, this.device(next.fingerprint));
    if (trouble !== undefined) throw trouble;
    const text = await Deno.readTextFile(`${directory}/slot-0.db`)
      .catch(() => "nothing");
    this.bequests.push({ old: old.fingerprint, waits: text });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#home[Symbol.asyncDispose]();
  }
}

Deno.test("identityAt() asks nobody when there is only one key", async () => {
  await using world = await (await World.make()).visited();
  assertEquals(await world.go({ newest, older: [] }), newest.fingerprint);
  assertEquals(await world.knownAs(), []);
});

Deno.test("identityAt() tells a server where we never were nothing of old keys", async () => {
  await using world = await World.make();
  assertEquals(await world.go(), newest.fingerprint);
  assertEquals(world.asked, []);
  assertEquals(await world.knownAs(), [newest.fingerprint]);
});

Deno.test("identityAt() hands over once, and says so", async () => {
  await using world = await (await World.make("done")).visited();
  assertEquals(await world.go(), newest.fingerprint);
  assertEquals(await world.go(), newest.fingerprint);
  assertEquals(world.asked, [old.fingerprint]);
  assertStringIncludes(world.io.stderr.join("\n"), "You have a new key");
});

for (
  const unknown of [
    "CHAT_NO_SUCH_MEMBER",
    "CHAT_NOT_AUTHORIZED",
    "CHAT_NAME_TAKEN",
  ] as const
) {
  Deno.test(`identityAt() tries the key before at ${unknown}`, async () => {
    await using world = await (await World.make(unknown, "done")).visited();
    assertEquals(await world.go(), newest.fingerprint);
    assertEquals(world.asked, [old.fingerprint, oldest.fingerprint]);
    assertEquals(await world.knownAs(), [newest.fingerprint]);
  });
}

Deno.test("identityAt() comes with the newest key where none is known", async () => {
  const code = "CHAT_NO_SUCH_MEMBER";
  await using world = await (await World.make(code, code)).visited();
  assertEquals(await world.go(), newest.fingerprint);
  assertEquals(await world.go(), newest.fingerprint);
  assertEquals(world.asked.length, 2);
});

for (
  const code of [
    "CHAT_FORBIDDEN",
    "CHAT_STORE_FULL",
    "CHAT_STORE_DAMAGED",
  ] as const
) {
  Deno.test(`identityAt() keeps the old key at ${code}, and asks again`, async () => {
    await using world = await (await World.make(code)).visited();
    assertEquals(await world.go(), old.fingerprint);
    assertEquals(await world.go(), old.fingerprint);
    assertEquals(world.asked, [old.fingerprint, old.fingerprint]);
    assertEquals(await world.knownAs(), []);
    assertStringIncludes(world.io.stderr.join("\n"), "You keep the old key");
  });
}

for (
  const code of [
    "CHAT_RATE_LIMITED",
    "CHAT_BANNED",
    "CHAT_UNREACHABLE",
    "CHAT_PIN_MISMATCH",
  ] as const
) {
  Deno.test(`identityAt() throws ${code}, and writes down nothing`, async () => {
    await using world = await (await World.make(code)).visited();
    await assertRefusesLater(code, () => world.go());
    assertEquals(await world.knownAs(), []);
  });
}

Deno.test("identityAt() takes along what the device remembers", async () => {
  await using world = await (await World.make("done")).visited();
  const [from, to] = [old, newest].map((key) => world.device(key.fingerprint));
  await Deno.mkdir(from as string, { recursive: true });
  await Deno.writeTextFile(`${from}/slot-0.db`, "what waits");
  await world.go();
  assertEquals(await Deno.readTextFile(`${to}/slot-0.db`), "what waits");
});

Deno.test("identityAt() makes what the device keeps the next key's once it was moved, and again after a crash", async () => {
  await using world = await World.make("done", "CHAT_NO_SUCH_MEMBER");
  await world.visited();
  const from = world.device(old.fingerprint);
  await Deno.mkdir(from, { recursive: true });
  await Deno.writeTextFile(`${from}/slot-0.db`, "what waits");
  world.trouble = new ChatError("CHAT_DEVICE_FULL", "Cannot move: no space");
  await assertRefusesLater("CHAT_DEVICE_FULL", () => world.go());
  assertEquals(await world.knownAs(), []);
  await world.go();
  assertEquals(world.bequests, [
    { old: old.fingerprint, waits: "what waits" },
  ]);
  await world.go(); // it is noted
  assertEquals(world.bequests.length, 1);
});

Deno.test("identityAt() goes nowhere while another process has what is to be moved", async () => {
  await using world = await (await World.make("done")).visited();
  const from = world.device(old.fingerprint);
  {
    using _ = openDeviceState(from, { onDamage: () => {} });
    await assertRefusesLater("CHAT_DEVICE_IN_USE", () => world.go());
  }
  assertEquals(await world.knownAs(), []);
  await world.go();
  await Deno.stat(world.device(newest.fingerprint));
});

Deno.test("identityAt() keeps one key of each rotation for a server", async () => {
  await using world = await (await World.make("done")).visited();
  const { fingerprint } = old;
  const before = { address: ADDRESS, fingerprint, comment: "" };
  const other = { ...before, fingerprint: server.fingerprint };
  await changePins(
    knownAsPath(world.io),
    (pins) => pins.add(before).add(other),
  );
  await world.go();
  const { fingerprint: now } = newest;
  assertEquals(await world.knownAs(), [server.fingerprint, now]);
});

Deno.test("followServer() takes along what is kept under the key before", async () => {
  await using world = await World.make();
  const [own, next] = [newest.fingerprint, old.fingerprint];
  const announced = { by: server.fingerprint, next };
  const path = pinsPath(world.io);
  const from = world.device(own);
  await Deno.mkdir(from, { recursive: true });
  await world.visited();
  await changePins(path, (pins) => pins.announce(ADDRESS, announced));
  await followServer(ADDRESS, own, world.io);
  await Deno.stat(from); // it has not turned to it yet
  const elsewhere = { ...ADDRESS, port: 1 };
  await changePins(path, (pins) => pins.settle(ADDRESS, next));
  await followServer(elsewhere, own, world.io);
  await Deno.stat(from); // that is another server
  await followServer(ADDRESS, own, world.io);
  await Deno.stat(world.device(own, next));
});
