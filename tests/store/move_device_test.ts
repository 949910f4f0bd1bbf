import { moveDevice } from "../../lib/store/move_device.ts";
import { openDeviceState } from "../../lib/store/open_device_state.ts";
import { SealedFolder } from "../../lib/store/sealed_folder.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { Folder } from "./support/histories.ts";

const message = {
  kind: "say",
  ...{ room: 0, text: "hello", hidden: false, at: 5 },
} as const;
const options = {
  onDamage: (path: string): void => {
    throw new Error(`It is damaged: ${path}`);
  },
};

Deno.test("moveDevice() moves what waits, and who the device is", () => {
  using folder = new Folder();
  const [from, to] = [`${folder.path}/old`, `${folder.path}/new`];
  const state = openDeviceState(from, options);
  const device = state.device;
  state.keep({ ...message, number: 1, failed: null, hidden: false });
  state[Symbol.dispose]();
  assertEquals(moveDevice(from, to), true);
  using moved = openDeviceState(to, options);
  assertEquals(moved.device, device);
  assertEquals(moved.outbox().map(({ text }) => text), ["hello"]);
});

Deno.test("moveDevice() moves nothing that is in use", () => {
  using folder = new Folder();
  const [from, to] = [`${folder.path}/old`, `${folder.path}/new`];
  {
    using _free = openDeviceState(from, options);
    using _used = openDeviceState(from, options); // its second slot
    _free[Symbol.dispose]();
    assertRefuses("CHAT_DEVICE_IN_USE", () => moveDevice(from, to));
  }
  assertEquals(moveDevice(from, to), true);
});

Deno.test("moveDevice() moves no sealed rooms that are in use", () => {
  using folder = new Folder();
  const [from, to] = [`${folder.path}/old`, `${folder.path}/new`];
  Deno.mkdirSync(from);
  {
    using _ = SealedFolder.take(from);
    assertRefuses("CHAT_DEVICE_IN_USE", () => moveDevice(from, to));
  }
  assertEquals(moveDevice(from, to), true);
});

Deno.test("moveDevice() replaces nothing, and needs something to move", () => {
  using folder = new Folder();
  const [from, to] = [`${folder.path}/old`, `${folder.path}/new`];
  assertEquals(moveDevice(from, to), false);
  for (const path of [from, to]) {
    openDeviceState(path, options)[Symbol.dispose]();
  }
  assertEquals(moveDevice(from, to), false);
  Deno.statSync(from);
});
