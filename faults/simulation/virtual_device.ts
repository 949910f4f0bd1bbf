import { ChatError } from "../../lib/errors.ts";
import type {
  DeviceState,
  OutgoingMessage,
  ReadingPosition,
} from "../../lib/member/device_state.ts";
import {
  type DeviceContent,
  MemoryDeviceState,
} from "../../lib/member/memory_device_state.ts";

import type { PlainDisk } from "./plain_sealing.ts";

/** What becomes of a write on a device. */
export type DeviceFate = "written" | "full" | "crash before" | "crash after";

/** How a device behaves. */
export interface DeviceOptions {
  /** 16 bytes. */
  readonly device: Uint8Array<ArrayBuffer>;
  /** What becomes of the next write. */
  readonly fate: () => DeviceFate;
  /** The client ends, in the middle of a write. */
  readonly crash: () => void;
}

/** What is on the disk of a device, whatever becomes of the client that uses it. */
export class VirtualDevice {
  readonly #options: DeviceOptions;
  content: DeviceContent = {
    logId: null,
    lastNumber: 0,
    outbox: [],
    positions: [],
  };
  /** What messages were sealed as; written at once, and never full. */
  sealed: PlainDisk = new Map();
  #age = 0;
  #wasFull = false;

  constructor(options: DeviceOptions) {
    this.#options = options;
  }

  /** For a client that starts: whoever had it before has ended. */
  open(): DeviceState {
    const { device, fate, crash } = this.#options;
    const age = ++this.#age;
    this.#wasFull = false;
    this.sealed = new Map(this.sealed); // whoever had it before writes no more
    const state = new MemoryDeviceState(device, this.content);
    return new OpenDevice(state, {
      fate: (): DeviceFate => {
        if (age !== this.#age) throw ended();
        const next = fate();
        this.#wasFull ||= next === "full";
        return next;
      },
      crash,
      written: (): void => {
        const { logId, lastNumber } = state;
        const [outbox, positions] = [state.outbox(), state.positions()];
        this.content = { logId, lastNumber, outbox, positions };
      },
    });
  }

  /** Whether these positions are written. */
  hasAll(positions: readonly ReadingPosition[]): boolean {
    return positions.every(({ room, seq }) =>
      this.content.positions.some((each) =>
        each.room === room && each.seq === seq
      )
    );
  }

  /** Whether it has a position of a room. */
  knows(room: number): boolean {
    return this.content.positions.some((each) => each.room === room);
  }

  /** Whether it refused to write since it was opened. */
  get wasFull(): boolean {
    return this.#wasFull;
  }

  /** Whoever uses it has ended. */
  close(): void {
    this.#age += 1;
  }
}

interface Writing {
  readonly fate: () => DeviceFate;
  readonly crash: () => void;
  /** Everything is on the disk now, positions too. */
  readonly written: () => void;
}

/** The state that a client works with. */
class OpenDevice implements DeviceState {
  readonly #state: MemoryDeviceState;
  readonly #writing: Writing;
  #unwritten = false;

  constructor(state: MemoryDeviceState, writing: Writing) {
    this.#state = state;
    this.#writing = writing;
  }

  get device(): Uint8Array<ArrayBuffer> {
    return this.#state.device;
  }

  get logId(): Uint8Array<ArrayBuffer> | null {
    return this.#state.logId;
  }

  get lastNumber(): number {
    return this.#state.lastNumber;
  }

  outbox(): readonly OutgoingMessage[] {
    return this.#state.outbox();
  }

  positions(): readonly ReadingPosition[] {
    return this.#state.positions();
  }

  keep(message: OutgoingMessage): void {
    this.#state.requireSpace(message);
    this.#write(() => this.#state.keep(message));
  }

  renumber(numbers: readonly number[], next: number): void {
    this.#state.requireRenumbering(numbers, next);
    this.#write(() => this.#state.renumber(numbers, next));
  }

  forget(number: number): void {
    this.#write(() => this.#state.forget(number));
  }

  fail(number: number, reason: string): void {
    this.#write(() => this.#state.fail(number, reason));
  }

  skipTo(number: number): void {
    if (number > this.lastNumber) this.#write(() => this.#state.skipTo(number));
  }

  advance(position: ReadingPosition): void {
    this.#state.advance(position); // in memory, until the next write
    this.#unwritten = true;
  }

  flush(): void {
    if (this.#unwritten) this.#write(() => {});
  }

  drop(room: number): void {
    this.#write(() => this.#state.drop(room));
  }

  startLog(logId: Uint8Array, reason: string): void {
    this.#write(() => this.#state.startLog(logId, reason));
  }

  [Symbol.dispose](): void {
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
    }
  }

  #write(change: () => void): void {
    const fate = this.#writing.fate();
    if (fate === "full") {
      throw new ChatError("CHAT_DEVICE_FULL", "Cannot write: the disk is full");
    }
    if (fate !== "crash before") {
      change();
      this.#unwritten = false;
      this.#writing.written();
    }
    if (fate === "written") return;
    this.#writing.crash();
    throw ended();
  }
}

/** What a program sees that has ended: an error that it expects. */
function ended(): ChatError {
  return new ChatError("CHAT_DEVICE_FULL", "Cannot write: the program is over");
}
