import type { Client } from "../../client.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import type { DeviceState } from "../../lib/member/device_state.ts";
import type { Device } from "../observed.ts";
import { Witness } from "../witness.ts";
import { live, pause, reach } from "./living.ts";

/** Where the server is that everybody talks on. */
export interface Place {
  readonly port: number;
  readonly fingerprint: Fingerprint;
}

/** Somebody who talks, whose clients end and start again. */
export interface Talker extends AsyncDisposable {
  readonly device: Device;
  /** From now on it only reads. */
  hush(): void;
  /** Whether nothing of what it said waits. */
  readonly isQuiet: boolean;
  /** The newest entry that it was shown of a room. */
  reach(room: number): number;
}

/** A talker in this process: its client ends when it has waited for too long. */
export class LocalTalker implements Talker {
  readonly device: Device;
  readonly #open: () => DeviceState;
  readonly #identity: Identity;
  readonly #place: Place;
  #witness: Witness | undefined;
  #client: Client | undefined;
  #talks = true;
  #over = false;
  readonly #living: Promise<void>;

  constructor(identity: Identity, options: {
    readonly name: string;
    readonly place: Place;
    /** Opens what the device remembers. */
    readonly open: () => DeviceState;
  }) {
    this.device = {
      name: options.name,
      identity: fingerprintBytes(identity.fingerprint).toHex(),
      ...{ said: [], runs: [], rooms: [] },
    };
    this.#identity = identity;
    this.#open = options.open;
    this.#place = options.place;
    this.#living = this.#live();
  }

  hush(): void {
    this.#talks = false;
  }

  get isQuiet(): boolean {
    return this.#client?.outgoing.length === 0;
  }

  reach(room: number): number {
    return this.#witness?.reach(room) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.device.rooms = [...this.#client?.rooms.keys() ?? []];
    await this.#client?.close();
    await this.#living;
  }

  async #live(): Promise<void> {
    while (!this.#over) {
      await this.#once();
      await pause(1);
    }
    const last = this.device.runs.at(-1);
    if (last !== undefined) last.end = "alive"; // as long as it was looked at
  }

  async #once(): Promise<void> {
    using state = this.#open();
    const { name } = this.device;
    const { port, fingerprint } = this.#place;
    const client = await reach({
      ...{ host: "127.0.0.1", port, pins: [fingerprint], name, state },
      identity: this.#identity,
    });
    const witness = new Witness({
      device: this.device,
      waits: (text) =>
        state.outbox().some((each) =>
          each.text === text && each.failed === null
        ),
    });
    this.#client = client;
    this.#witness = witness;
    const talks = (): boolean => this.#talks;
    const error = await live(client, {
      get talks() {
        return talks();
      },
      say: (client, room) => {
        void witness.say(witness.enters(room), client);
      },
      sees: (event) => witness.sees(event),
    });
    if (error !== undefined) witness.ends(error);
    witness.settle(client.outgoing);
    witness.run.end = "clean";
  }
}
