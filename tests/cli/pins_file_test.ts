import type { Command } from "../../lib/cli/command.ts";
import { parseCommand } from "../../lib/cli/parse_command.ts";
import { pinsAddCommand, pinsRemoveCommand } from "../../lib/cli/pins.ts";
import { changePins, readPins } from "../../lib/cli/pins_file.ts";
import { parseAddress } from "../../lib/identity/address.ts";
import { fingerprintFromBytes } from "../../lib/identity/fingerprint.ts";
import type { Pin } from "../../lib/identity/pins.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { foreignFile } from "../support/owner.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";
import { temporaryFolder } from "../support/tools.ts";

function pin(byte: number): Pin {
  const fingerprint = fingerprintFromBytes(new Uint8Array(32).fill(byte));
  return { address: parseAddress("host:1"), fingerprint, comment: "" };
}

/** Takes a lock as another process would: over a descriptor of its own. */
async function hold(path: string): Promise<Disposable> {
  const file = await Deno.open(path, { write: true, create: true });
  await file.lock(true);
  return file;
}

Deno.test("readPins() knows no server without a file, and makes none", async () => {
  await using folder = await temporaryFolder();
  assertEquals((await readPins(`${folder.path}/known`)).list(), []);
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test("changePins() makes a file for this user only", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/chat/known`;
  const { before, after } = await changePins(path, (pins) => pins.add(pin(1)));
  assertEquals([before.list().length, after.list().length], [0, 1]);
  assertEquals((await Deno.stat(path)).mode, 0o100600);
  assertEquals((await Deno.stat(`${folder.path}/chat`)).mode, 0o40700);
  assertEquals((await readPins(path)).list(), [pin(1)]);
});

Deno.test("changePins() loses no change when many happen at once", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  const pins = Array.from({ length: 20 }, (_, index) => pin(index));
  await Promise.all(
    pins.map((pin) => changePins(path, (pins) => pins.add(pin))),
  );
  const kept = (await readPins(path)).list().map((pin) => pin.fingerprint);
  const expected = pins.map((pin) => pin.fingerprint);
  assertEquals(kept.toSorted(), expected.toSorted());
});

Deno.test("changePins() gives the lock back when the change fails", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  const fail = (): never => {
    throw new RangeError("no");
  };
  await assertRejects(() => changePins(path, fail), RangeError);
  const { after } = await changePins(path, (pins) => pins.add(pin(1)));
  assertEquals(after.list().length, 1);
});

Deno.test("changePins() does not write what did not change", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  const { before, after } = await changePins(path, (pins) => pins);
  assert(before === after);
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
});

Deno.test("readPins() refuses a file that others may change", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  await Deno.writeTextFile(path, "");
  for (const mode of [0o620, 0o602, 0o666]) {
    await Deno.chmod(path, mode);
    await assertRefusesLater("CHAT_FILE", () => readPins(path), "may change");
  }
  await Deno.chmod(path, 0o644);
  assertEquals((await readPins(path)).list(), []);
});

Deno.test("readPins() refuses a file of another user", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  await Deno.writeTextFile(path, "", { mode: 0o600 });
  using _owner = await foreignFile(path);
  await assertRefusesLater(
    "CHAT_FILE",
    () => readPins(path),
    "belongs to another user",
  );
});

Deno.test("changePins() gives up when another process keeps the lock", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  using _held = await hold(`${path}.lock`);
  await assertRefusesLater(
    "CHAT_FILE",
    () => changePins(path, (pins) => pins.add(pin(1)), { waitMs: 30 }),
    `Cannot lock ${path}.lock: another chat process holds it`,
  );
  assertEquals((await readPins(path)).list(), []);
});

Deno.test("changePins() stops waiting for the lock when it is told to", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  const stop = new AbortController();
  using _held = await hold(`${path}.lock`);
  const waiting = assertRejects(
    () => changePins(path, (pins) => pins, { signal: stop.signal }),
    DOMException,
    "aborted",
  );
  stop.abort();
  await waiting;
});

Deno.test("changePins() goes on when the lock is given back", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  const held = await hold(`${path}.lock`);
  const changed = changePins(path, (pins) => pins.add(pin(1)));
  await new Promise((resolve) => setTimeout(resolve, 5));
  held[Symbol.dispose]();
  assertEquals((await changed).after.list(), [pin(1)]);
});

for (
  const [command, args] of [
    [pinsAddCommand, ["host", pin(1).fingerprint]],
    [pinsRemoveCommand, ["host"]],
  ] as const
) {
  Deno.test(`chat ${command.name} can be interrupted while it waits for the lock`, async () => {
    await using folder = await temporaryFolder();
    const io = new TestIo({ env: { XDG_CONFIG_HOME: folder.path } });
    const signal = AbortSignal.abort();
    await Deno.mkdir(`${folder.path}/chat`);
    using _held = await hold(`${folder.path}/chat/known_servers.lock`);
    const { args: words, options } = parseCommand(command as Command, [
      ...args,
    ]);
    const interrupted = Object.defineProperty(io, "signal", { value: signal });
    await assertRejects(
      async () => await (command as Command).run(words, options, interrupted),
      DOMException,
      "aborted",
    );
  });
}

Deno.test("readPins() refuses what is not UTF-8 or not pins", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  await Deno.writeFile(path, Uint8Array.of(0xff), { mode: 0o600 });
  const read = (): Promise<unknown> => readPins(path);
  await assertRefusesLater("CHAT_PINS_DAMAGED", read, "UTF-8");
  await Deno.writeTextFile(path, "junk\n");
  await assertRefusesLater("CHAT_PINS_DAMAGED", read, "line 1");
});

Deno.test("changePins() leaves a damaged file alone", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/known`;
  await Deno.writeTextFile(path, "junk\n", { mode: 0o600 });
  const add = (): Promise<unknown> =>
    changePins(path, (pins) => pins.add(pin(1)));
  await assertRefusesLater("CHAT_PINS_DAMAGED", add);
  assertEquals(await Deno.readTextFile(path), "junk\n");
});
