import { VAULT } from "../../faults/simulation/plain_sealing.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import { settle } from "../support/virtual_clock.ts";
import { DIRECT, PlainSeals } from "./plain_seals.ts";
import { LOG, OTHER, room, Stage } from "./stage.ts";

/** A stage in the lobby, an open room 1 and the direct room 2. */
export async function talking(
  seals = new PlainSeals(),
  state = new MemoryDeviceState(new Uint8Array(16)),
): Promise<Stage> {
  const stage = new Stage({ sealing: seals.make }, state);
  stage.listen();
  await stage.settleIn();
  stage.link.say(room(1), DIRECT);
  await settle();
  return stage;
}

/** Says something, and forgets how that ends. */
export async function say(stage: Stage, text: string, room = 2): Promise<void> {
  stage.member.say(text, room).catch(() => {});
  await settle();
}

/** What was sent, in order: numbers, and `*` for what was sealed. */
export function sent(stage: Stage): string[] {
  return stage.link.sent.flatMap((message) => {
    if (message.kind === "say") return [`${message.number}`];
    return message.kind === "seal" ? [`${message.number}*`] : [];
  });
}

export function answer(stage: Stage, code?: ErrorCode): void {
  const { id } = stage.link.last("seal");
  stage.link.say(
    code === undefined
      ? { kind: "ack", id, seq: 1, at: 1 }
      : { kind: "refused", id, code: code as never, text: "No", retryMs: 0 },
  );
}

/** A device on which messages wait. */
export function device(
  lastNumber: number,
  ...numbers: readonly number[]
): MemoryDeviceState {
  const text = VAULT.hide(`${OTHER.toHex()}hello`);
  return new MemoryDeviceState(new Uint8Array(16), {
    ...{ logId: LOG, lastNumber, positions: [] },
    outbox: numbers.map((number) => ({
      ...{ number, kind: "say", room: 2, text, at: 1 } as const,
      ...{ hidden: true, failed: null },
    })),
  });
}
