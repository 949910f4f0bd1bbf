import { devicePath, openDevice } from "../../lib/cli/device.ts";
import {
  type Fingerprint,
  fingerprintFromBytes,
} from "../../lib/identity/fingerprint.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { temporaryHome } from "../support/program.ts";

const [own, first, second] = [key(1), key(2), key(3)];

Deno.test("devicePath() is one for each server and identity", () => {
  const io = { env: (): string => "/state" };
  assertEquals(
    devicePath({ server: first, own }, io),
    "/state/chat/devices/0202020202020202-0101010101010101",
  );
});

Deno.test("openDevice() finds what was kept under any of a server's keys", async () => {
  await using home = await temporaryHome();
  const io = { env: (): string => home.path, err: (): void => {} };
  const open = (...pins: Fingerprint[]): string => {
    using device = openDevice(pins, own, io);
    return device.state.device.toHex();
  };
  const device = open(first);
  assertEquals(open(second, first), device);
  assertEquals(open(first, second), device);
  assert(open(second) !== device);
});

Deno.test("openDevice() tells of what was damaged, and begins anew", async () => {
  await using home = await temporaryHome();
  const told: string[] = [];
  const io = {
    env: (): string => home.path,
    err: (line: string): void => void told.push(line),
  };
  using kept = openDevice([first], own, io);
  kept[Symbol.dispose]();
  const folder = devicePath({ server: first, own }, io);
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".db")) {
      await Deno.writeFile(`${folder}/${name}`, new Uint8Array(8192).fill(7));
    }
  }
  using _again = openDevice([first], own, io);
  assert(told[0]?.startsWith("What this device remembered was damaged"));
});

function key(byte: number): Fingerprint {
  return fingerprintFromBytes(new Uint8Array(32).fill(byte));
}
