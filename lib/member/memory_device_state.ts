import type { Bytes } from "../bytes.ts";
import type {
  DeviceState,
  OutgoingMessage,
  ReadingPosition,
} from "./device_state.ts";

/** What a device remembers, for as long as this object: nothing is on a disk. */
export class MemoryDeviceState implements DeviceState {
  readonly device: Bytes;
  readonly #outbox = new Map<number, OutgoingMessage>();
  readonly #positions = new Map<number, ReadingPosition>();
  #logId: Bytes | null = null;
  #lastNumber = 0;

  /** @param device Random, 16 bytes. */
  constructor(device: Bytes) {
    this.device = device;
  }

  get logId(): Bytes | null {
    return this.#logId;
  }

  get lastNumber(): number {
    return this.#lastNumber;
  }

  outbox(): readonly OutgoingMessage[] {
    return [...this.#outbox.values()].toSorted((a, b) => a.number - b.number);
  }

  keep(message: OutgoingMessage): void {
    this.#outbox.set(message.number, message);
    this.skipTo(message.number);
  }

  forget(number: number): void {
    this.#outbox.delete(number);
  }

  fail(number: number, reason: string): void {
    const message = this.#outbox.get(number);
    if (message === undefined) return;
    this.#outbox.set(number, { ...message, failed: reason });
  }

  skipTo(number: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  positions(): readonly ReadingPosition[] {
    return [...this.#positions.values()];
  }

  advance(position: ReadingPosition): void {
    this.#positions.set(position.room, position);
  }

  drop(room: number): void {
    this.#positions.delete(room);
  }

  startLog(logId: Uint8Array, reason: string): void {
    const first = this.#logId === null;
    this.#logId = new Uint8Array(logId);
    this.#positions.clear();
    if (first) return;
    for (const { number, failed } of this.outbox()) {
      if (failed === null) this.fail(number, reason);
    }
  }

  [Symbol.dispose](): void {}
}
