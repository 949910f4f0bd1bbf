import { type Bytes, concat, fromUtf8, utf8 } from "../../lib/bytes.ts";
import { Pump, type Source } from "../../lib/channel/pump.ts";
import type { KeyLimits } from "../../lib/channel/record_counter.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import {
  encodeMessage,
  MESSAGE_TYPES,
  splitMessages,
} from "../../lib/wire/message.ts";
import { ScriptedDuplex } from "./scripted_duplex.ts";
import { type Sealing, spyTrafficKey } from "./spy_key.ts";

/** A data message of a text, and optionally of a size. */
export function message(text: string, size = text.length): Bytes {
  const payload = new Uint8Array(size).fill(0x20);
  payload.set(utf8(text));
  return encodeMessage(MESSAGE_TYPES.data, payload);
}

/** A source that offers what it is given, as one batch at a time. */
export class TestSource implements Source {
  #waiting: Bytes[] = [];

  /** Appends messages as one batch, which is never split or joined. */
  offer(...messages: readonly Bytes[]): void {
    this.#waiting.push(concat(...messages));
  }

  get pending(): number {
    return this.#waiting[0]?.length ?? 0;
  }

  take(): Bytes {
    return this.#waiting.shift() ?? new Uint8Array(0);
  }
}

/** A pump over a connection whose writes happen when the test says so. */
export interface PumpHarness {
  readonly pump: Pump;
  readonly duplex: ScriptedDuplex;
  /** Errors it reported. */
  readonly errors: unknown[];
  /** Every record sealed so far, in order of sealing. */
  readonly sealed: readonly Sealing[];
  /** Texts and types of each sealed record. */
  said(): string[][];
  /** Lets the write that waits happen, or fail, and what follows start. */
  release(failure?: Error): Promise<void>;
  /** Lets all writes happen from now on. */
  open(): Promise<void>;
}

/** @param limits For the sealer. */
export function pumpHarness(limits?: KeyLimits): PumpHarness {
  const gates: PromiseWithResolvers<void>[] = [];
  let isOpen = false;
  const duplex = new ScriptedDuplex([], {
    onWrite(): Promise<void> {
      if (isOpen) return Promise.resolve();
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    },
  });
  const sealed: Sealing[] = [];
  const errors: unknown[] = [];
  const sealer = new RecordSealer(spyTrafficKey(sealed), limits);
  const pump = new Pump(duplex, sealer, (error) => errors.push(error));
  return {
    pump,
    duplex,
    errors,
    sealed,
    said: () => sealed.map(({ plaintext }) => textsOf(plaintext)),
    async release(failure?: Error): Promise<void> {
      while (gates.length === 0) await turn(); // large records take a moment
      const gate = gates.shift();
      if (failure === undefined) gate?.resolve();
      else gate?.reject(failure);
      await turn();
    },
    async open(): Promise<void> {
      isOpen = true;
      for (const gate of gates.splice(0)) gate.resolve();
      await pump.flush();
    },
  };
}

/** Lets everything that can go on go on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** What the messages of a record say: texts, or types other than data. */
function textsOf(plaintext: Bytes): string[] {
  return splitMessages(plaintext).map(({ type, payload }) =>
    type === MESSAGE_TYPES.data ? fromUtf8(payload).trimEnd() : `type ${type}`
  );
}
