import type {
  DeviceState,
  OutgoingMessage,
  ReadingPosition,
} from "../../../lib/member/device_state.ts";

/** What a device remembers, as JSON has it. */
export interface Snapshot {
  readonly device: string;
  readonly lastNumber: number;
  readonly outbox: readonly OutgoingMessage[];
  readonly positions: readonly ReadingPosition[];
}

/** A line of `send_forever.ts`: what will be, or that it is. */
export type Line = { readonly next: Snapshot } | "done";

/** All that a device remembers. */
export function snapshot(state: DeviceState): Snapshot {
  return {
    device: state.device.toHex(),
    lastNumber: state.lastNumber,
    outbox: state.outbox(),
    positions: state.positions(),
  };
}

/** What was acknowledged, and what may be instead when it ended. */
export function lastTwo(lines: readonly string[]): Snapshot[] {
  const parsed = lines.map((line): Line => JSON.parse(line));
  const done = parsed.lastIndexOf("done");
  return [parsed[done - 1], parsed[done + 1]]
    .flatMap((line) => typeof line === "object" ? [line.next] : []);
}
