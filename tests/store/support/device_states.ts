import type {
  DeviceState,
  OutgoingMessage,
} from "../../../lib/member/device_state.ts";
import { MemoryDeviceState } from "../../../lib/member/memory_device_state.ts";
import { openDeviceState } from "../../../lib/store/open_device_state.ts";
import { assertEquals } from "../../support/assert.ts";
import { Folder, START } from "./histories.ts";

/** The number of a log. */
export const LOG = new Uint8Array(16).fill(7);

/** A message that waits. */
export function message(
  number: number,
  more: Partial<OutgoingMessage> = {},
): OutgoingMessage {
  const text = `message ${number}`;
  return {
    number,
    kind: "say",
    room: 0,
    text,
    hidden: false,
    at: START,
    failed: null,
    ...more,
  };
}

/** All that a device remembers. */
export function contentOf(state: DeviceState): unknown {
  const { logId, lastNumber } = state;
  const [outbox, positions] = [state.outbox(), state.positions()];
  return { logId, lastNumber, outbox, positions };
}

/** Opens a state whose file must not be damaged. */
export function openSoundState(directory: string): DeviceState {
  return openDeviceState(directory, {
    onDamage: (path) => {
      throw new Error(`${path} was damaged`);
    },
  });
}

/**
 * Registers a test for both kinds of state; what is on disk at its end must be
 * what the state said.
 */
export function testStates(
  name: string,
  body: (state: DeviceState) => void,
): void {
  Deno.test(`MemoryDeviceState ${name}`, () => {
    using state = new MemoryDeviceState(LOG);
    body(state);
  });
  Deno.test(`SqliteDeviceState ${name}`, () => {
    using folder = new Folder();
    const state = openSoundState(folder.path);
    body(state);
    state[Symbol.dispose]();
    using again = openSoundState(folder.path);
    assertEquals(contentOf(again), contentOf(state));
    assertEquals(again.device, state.device);
  });
}
