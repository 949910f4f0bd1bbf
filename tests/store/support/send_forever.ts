// deno-lint-ignore-file no-console -- what it prints is what it acknowledges
/**
 * A client's part, for tests that kill it: changes the state of a device, and
 * prints before each change what will be, and after it that it is.
 *
 *     deno run --allow-all send_forever.ts DIRECTORY SEED
 */
import type { DeviceState } from "../../../lib/member/device_state.ts";
import { MemoryDeviceState } from "../../../lib/member/memory_device_state.ts";
import { message, openSoundState } from "./device_states.ts";
import { randomNumbers } from "./random.ts";
import { type Line, snapshot } from "./sending.ts";

const ROOMS = 3;

const [directory = "", seed = ""] = Deno.args;
const random = randomNumbers(Number(seed));
const state = openSoundState(directory);
const { logId, lastNumber } = state;
const [outbox, positions] = [state.outbox(), state.positions()];
/** The same, one change ahead. */
const ahead = new MemoryDeviceState(state.device, {
  logId,
  lastNumber,
  outbox,
  positions,
});

for (;;) {
  const change = chooseChange();
  change(ahead);
  print({ next: snapshot(ahead) });
  change(state);
  print("done");
}

function chooseChange(): (state: DeviceState) => void {
  const number = ahead.lastNumber + 1 + random(3);
  const waiting = ahead.outbox();
  const some = waiting[random(waiting.length)]?.number ?? 0;
  const room = random(ROOMS);
  const at = Date.now();
  const text = "x".repeat(random(300));
  const seq = 1 + (ahead.position(room)?.seq ?? 0);
  const moved = waiting.slice(random(waiting.length)).slice(0, 3)
    .map(({ number }) => number);
  switch (waiting.length > 20 ? 1 : random(7)) {
    case 0:
      return (state) => state.skipTo(number);
    case 1:
      return (state) => state.forget(some);
    case 2:
      return (state) => state.fail(some, `refused at ${at}`);
    case 3:
      return (state) => void state.advance({ room, seq, at });
    case 4:
      return (state) => state.renumber(moved, number);
    default: {
      const hidden = random(2) === 0;
      return (state) => state.keep(message(number, { text, at, hidden }));
    }
  }
}

function print(line: Line): void {
  console.log(JSON.stringify(line));
}
