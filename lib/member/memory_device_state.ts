import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import {
  type DeviceState,
  MAX_OUTBOX,
  MAX_POSITIONS,
  type OutgoingMessage,
  type ReadingPosition,
} from "./device_state.ts";

/** What a device may remember from before. */
export interface DeviceContent {
  readonly logId: Bytes | null;
  readonly lastNumber: number;
  /** By number. */
  readonly outbox: readonly OutgoingMessage[];
  readonly positions: readonly ReadingPosition[];
}

const NOTHING: DeviceContent = {
  logId: null,
  lastNumber: 0,
  outbox: [],
  positions: [],
};

/** What a device remembers, for as long as this object: nothing is on a disk. */
export class MemoryDeviceState implements DeviceState {
  readonly device: Bytes;
  #logId: Bytes | null;
  #lastNumber: number;
  readonly #outbox: Map<number, OutgoingMessage>;
  readonly #positions: Map<number, ReadingPosition>;

  /**
   * @param device Random, 16 bytes.
   * @param content Where it begins; a new device when left out.
   */
  constructor(device: Bytes, content = NOTHING) {
    this.device = device;
    this.#logId = content.logId;
    this.#lastNumber = content.lastNumber;
    this.#outbox = new Map(content.outbox.map((each) => [each.number, each]));
    this.#positions = new Map(
      content.positions.map((each) => [each.room, each]),
    );
  }

  get logId(): Bytes | null {
    return this.#logId;
  }

  get lastNumber(): number {
    return this.#lastNumber;
  }

  outbox(): readonly OutgoingMessage[] {
    return [...this.#outbox.values()];
  }

  /** Whether a message is in the outbox. */
  has(number: number): boolean {
    return this.#outbox.has(number);
  }

  keep(message: OutgoingMessage): void {
    this.requireSpace(message);
    this.#outbox.set(message.number, message);
    this.#lastNumber = message.number;
  }

  /** Throws what `keep` would throw, and does nothing else. */
  requireSpace({ number }: OutgoingMessage): void {
    if (number <= this.#lastNumber) {
      throw new Error(
        `Cannot keep message ${number}: numbers up to ${this.#lastNumber} are used`,
      );
    }
    if (this.#outbox.size >= MAX_OUTBOX) {
      throw outboxFull(`${MAX_OUTBOX} others wait`);
    }
    this.#requireNear(number, []);
  }

  renumber(numbers: readonly number[], next: number): void {
    this.requireRenumbering(numbers, next);
    for (const [index, number] of numbers.entries()) {
      const message = this.#outbox.get(number);
      if (message === undefined) continue;
      this.#outbox.delete(number);
      this.#outbox.set(next + index, { ...message, number: next + index });
    }
    if (numbers.length > 0) this.#lastNumber = next + numbers.length - 1;
  }

  /** Throws what `renumber` would throw, and does nothing else. */
  requireRenumbering(numbers: readonly number[], next: number): void {
    const missing = numbers.find((number) => !this.#outbox.has(number));
    if (missing !== undefined || next <= this.#lastNumber) {
      throw new Error(
        `Cannot renumber ${
          missing ?? "messages"
        }: it is not there, or ${next} is used`,
      );
    }
    this.#requireNear(next + numbers.length - 1, numbers);
  }

  /** Whether the server still knows those that wait when a number is used. */
  #requireNear(number: number, besides: readonly number[]): void {
    const oldest = this.outbox().find((message) =>
      message.failed === null && !message.hidden &&
      !besides.includes(message.number)
    );
    if (oldest === undefined || number - oldest.number < MAX_OUTBOX) return;
    throw outboxFull(`an older one, ${oldest.number}, still waits`);
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
    return [...this.#positions.values()].sort((a, b) => a.room - b.room);
  }

  /** The position in one room. */
  position(room: number): ReadingPosition | undefined {
    return this.#positions.get(room);
  }

  /** @returns The room that is forgotten for it, if one must be. */
  advance(position: ReadingPosition): number | undefined {
    this.#positions.set(position.room, position);
    if (this.#positions.size <= MAX_POSITIONS) return undefined;
    const { room } = this.positions().reduce((a, b) => b.at < a.at ? b : a);
    this.#positions.delete(room);
    return room;
  }

  flush(): void {}

  drop(room: number): void {
    this.#positions.delete(room);
  }

  startLog(logId: Uint8Array, reason: string): void {
    const first = this.#logId === null;
    this.#logId = Uint8Array.from(logId);
    this.#positions.clear();
    if (first) return;
    for (const { number, room, failed } of this.outbox()) {
      if (failed === null && room !== 0) this.fail(number, reason);
    }
  }

  [Symbol.dispose](): void {}
}

function outboxFull(found: string): ChatError {
  return new ChatError("CHAT_OUTBOX_FULL", `Cannot keep the message: ${found}`);
}
