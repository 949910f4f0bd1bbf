import { Correspondent } from "../../lib/member/correspondent.ts";
import type { DeviceState } from "../../lib/member/device_state.ts";
import type { Clock, Transport } from "../../lib/member/link.ts";
import type { SealingHost } from "../../lib/member/sealing.ts";
import type { Device, Run } from "../observed.ts";
import { Witness } from "../witness.ts";
import { type PlainDisk, PlainSealing, VAULT } from "./plain_sealing.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** What one life of a client needs. */
export interface ClientOptions {
  readonly name: string;
  readonly fingerprint: Uint8Array<ArrayBuffer>;
  readonly device: Device;
  readonly state: DeviceState;
  /** What messages were sealed as. */
  readonly sealed: PlainDisk;
  /** How long sealing, opening and reading take now, in milliseconds. */
  readonly toil: () => number;
  /** Makes up the name of a group, 32 bytes. */
  readonly makeGroup: () => Uint8Array<ArrayBuffer>;
  readonly transport: Transport;
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly note: (text: string) => void;
  /** Whether its disk takes what it writes at the end. */
  readonly wrote: () => boolean;
  /** Whether its disk is full now. */
  readonly isFull: () => boolean;
  /** Told when it ended by itself. */
  readonly onEnd: () => void;
}

/** One life of a client, from its start to its end, and who sits before it. */
export class VirtualClient {
  readonly #options: ClientOptions;
  readonly #correspondent: Correspondent;
  readonly #witness: Witness;
  #sealing: PlainSealing | undefined;
  /** Set while nobody looks at what is shown. */
  #pause: PromiseWithResolvers<void> | undefined;

  constructor(options: ClientOptions) {
    const { time, fingerprint, transport, random, state } = options;
    const { device, isFull, note } = options;
    this.#options = options;
    this.#witness = new Witness({
      ...{ device, isFull, note },
      waits: (text) =>
        state.outbox().some((each) =>
          each.failed === null &&
          (each.hidden ? VAULT.reveal(each.text) : each.text) === text
        ),
    });
    const clock: Clock = {
      now: () => time.now,
      delay: (ms, signal) =>
        new Promise((resolve) => {
          const go = (): void => {
            if (this.isAlive) resolve();
          };
          signal.addEventListener("abort", go);
          if (signal.aborted) go();
          time.after(ms, go);
        }),
    };
    this.#correspondent = new Correspondent({
      ...{ fingerprint, transport, clock, random, state },
      sealing: (host) => this.#sealing = this.#seal(host),
    });
  }

  get run(): Run {
    return this.#witness.run;
  }

  get isAlive(): boolean {
    return this.#witness.isAlive;
  }

  /** Rooms that it is in. */
  get rooms(): readonly number[] {
    return [...this.#correspondent.rooms.keys()];
  }

  /** Enters, and looks at what is shown until it is over. */
  async live(): Promise<void> {
    const { name, state, note, device } = this.#options;
    this.#correspondent.enter({ name }).catch(() => {});
    try {
      for await (const event of this.#correspondent.events) {
        if (!this.isAlive) return;
        this.#witness.sees(event);
        await this.#pause?.promise;
        if (!this.isAlive) return;
      }
    } catch (error) {
      if (!this.isAlive) return;
      this.#witness.ends(error);
    }
    if (!this.isAlive) return;
    await this.#correspondent.close();
    if (!this.isAlive) return;
    state[Symbol.dispose]();
    if (!this.isAlive) return;
    this.run.end = this.#options.wrote() ? "clean" : "crash";
    note(`${device.name} is over`);
    this.#options.onEnd();
  }

  /** Ends at once: whatever it still does, nobody sees. */
  crash(): void {
    this.run.end = "crash";
  }

  say(room: number, padding: number): void {
    const said = this.#witness.enters(room, padding);
    void this.#witness.say(said, this.#correspondent);
  }

  /** Joins a room; `joined` is told when it is in. */
  join(name: string, joined: (room: number) => void): void {
    this.#ask(this.#correspondent.join(name), ({ room }) => joined(room));
  }

  direct(name: string): void {
    this.#ask(this.#correspondent.direct(name), () => {});
  }

  /** Gives a direct room another group. */
  refound(room: number): void {
    void this.#sealing?.resync(room);
  }

  leave(room: number): void {
    this.#ask(this.#correspondent.leave(room), () => {});
  }

  /** Somebody has seen what is there, and types. */
  look(room: number): void {
    this.#correspondent.read(room);
    this.#correspondent.typing(room);
  }

  /** Looks away for some time. */
  pause(ms: number): void {
    if (this.#pause !== undefined) return;
    const pause = this.#pause = Promise.withResolvers<void>();
    this.#options.time.after(ms, () => {
      this.#pause = undefined;
      pause.resolve();
    });
  }

  /** Looks at what became of its messages. */
  settle(): void {
    this.#witness.settle(this.#correspondent.outgoing);
  }

  #seal(host: SealingHost): PlainSealing {
    const { sealed: disk, toil, makeGroup, time } = this.#options;
    return new PlainSealing(host, {
      ...{ disk, makeGroup },
      pause: async (): Promise<void> => {
        const { promise, resolve } = Promise.withResolvers<void>();
        time.after(toil(), () => {
          if (this.isAlive) resolve();
        });
        await promise;
      },
    });
  }

  #ask<T>(answer: Promise<T>, then: (answer: T) => void): void {
    answer.then((value) => {
      if (this.isAlive) then(value);
    }, () => {});
  }
}
