import { sealPlain } from "../../faults/simulation/plain.ts";
import {
  type PlainDisk,
  PlainSealing,
} from "../../faults/simulation/plain_sealing.ts";
import type { SealingHost, SealingMaker } from "../../lib/member/sealing.ts";
import type { MessageOfKind } from "../../lib/protocol/messages.ts";
import { OTHER, room } from "./stage.ts";

/** The group of the direct room of tests. */
export const GROUP = new Uint8Array(32).fill(6);

/** A direct room that has a group. */
export const DIRECT = room(2, { type: "direct", peer: OTHER, group: GROUP });

/** A sealing whose time and readiness belong to a test. */
export class PlainSeals {
  readonly disk: PlainDisk;
  /** Rooms in which nothing can be sealed. */
  readonly held = new Set<number>();
  readonly make: SealingMaker;
  sealing!: PlainSealing;
  host!: SealingHost;
  /** What waits for time to go on; `undefined` while time does not stand still. */
  #waiting: (() => void)[] | undefined;
  #groups = 100;

  /** @param disk What is there from before. */
  constructor(disk: PlainDisk = new Map()) {
    this.disk = disk;
    this.make = (host) => {
      this.host = host;
      this.sealing = new PlainSealing(host, {
        disk: this.disk,
        pause: () => this.#pause(),
        isHeld: (room) => this.held.has(room),
        makeGroup: () => new Uint8Array(32).fill(++this.#groups),
      });
      return this.sealing;
    };
  }

  /** What is there after a crash: nothing of before does anything any more. */
  crash(): PlainSeals {
    this.stop();
    this.go = (): void => {};
    return new PlainSeals(new Map(this.disk));
  }

  /** From now on everything takes until `go`. */
  stop(): void {
    this.#waiting ??= [];
  }

  /** Time goes on. */
  go(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const resume of waiting) resume();
  }

  async #pause(): Promise<void> {
    if (this.#waiting === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }
}

/** An entry that somebody else said in a sealed or direct room. */
export function sealed(
  seq: number,
  in_ = 2,
  from: Uint8Array<ArrayBuffer> = OTHER,
): MessageOfKind<"sealed"> {
  const position = { room: in_, seq, at: 1_000 + seq, name: "" };
  const said = { kind: "say", text: `text ${seq}`, number: seq } as const;
  const body = sealPlain(said, GROUP);
  return { kind: "sealed", ...position, fingerprint: from, body };
}
