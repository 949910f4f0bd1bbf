import { Crash } from "./crash.ts";
import type { Observed } from "../observed.ts";
import type { Deed, Plan } from "./plan.ts";
import { Random } from "./random.ts";
import type { Sabotage } from "./sabotage.ts";
import { Trace } from "./trace.ts";
import { type Fate, VirtualDisk } from "./virtual_disk.ts";
import { VirtualMachine } from "./virtual_machine.ts";
import { VirtualServer } from "./virtual_server.ts";
import { VirtualTime } from "./virtual_time.ts";

/** Rooms that people think of. */
const ROOM_NAMES = ["tea", "chess"];
/** Time in which everything is well at the end, in milliseconds. */
const HEALING_MS = 600_000;

/** A server, its disk, its network and everybody on it, for one schedule. */
export class World {
  readonly time = new VirtualTime();
  readonly trace: Trace;
  readonly disk: VirtualDisk;
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #sabotage: Sabotage;
  readonly #machines: VirtualMachine[] = [];
  readonly #pruned = new Map<number, number>();
  readonly #belongs = new Map<string, { identity: string; room: number }>();
  /** Identities and rooms that they left some time. */
  readonly #left = new Set<string>();
  #server: VirtualServer | undefined;
  #fate: Fate = "written";

  constructor(
    plan: Plan,
    options: { readonly sabotage?: Sabotage; readonly keepTrace?: boolean },
  ) {
    this.#plan = plan;
    this.#random = new Random(plan.seed + 1);
    this.#sabotage = options.sabotage ?? {};
    this.trace = new Trace(this.time, { keep: options.keepTrace ?? false });
    this.disk = new VirtualDisk({
      logId: this.#random.bytes(16),
      fate: (): Fate => this.#fateOfWrite(),
      keepsTorn: () => this.#random.chance(0.5),
      crash: (): void => this.#crash("in the middle of a write"),
      unsynced: this.#sabotage.unsynced ?? 0,
    });
    this.#startServer();
    this.#addMachines();
  }

  /** Lets everything happen, and then heal. */
  async run(): Promise<void> {
    const { deeds, duration } = this.#plan;
    for (const { at, deed } of deeds) {
      this.time.after(at, () => this.#do(deed));
    }
    await this.time.pass(duration);
    this.#heal();
    await this.time.pass(HEALING_MS);
    for (const { record, client } of this.#machines) {
      client?.settle();
      record.rooms = client?.rooms ?? [];
    }
    this.trace.note("the end");
  }

  /** What everybody saw. */
  get observed(): Observed {
    return {
      devices: this.#machines.map(({ record }) => record),
      isOrdered: true,
      refused: this.disk.hasRefused,
      pruned: this.#pruned,
      rejoined: this.#rejoined(),
      left: this.#left,
      belongs: [...this.#belongs.values()],
    };
  }

  /** See `Observed.rejoined`; infinite when it is in no such room. */
  #rejoined(): ReadonlyMap<string, number> {
    const history = this.disk.open();
    const floors = new Map<string, number>();
    for (const { identity } of this.#machines.map(({ record }) => record)) {
      for (const { number } of history.rooms()) {
        const key = `${identity} ${number}`;
        if (!this.disk.hasRefused && !this.#left.has(key)) continue;
        floors.set(key, Infinity);
      }
    }
    for (const { owner, room, since } of history.members()) {
      const key = `${owner.toHex()} ${room}`;
      if (floors.has(key)) floors.set(key, since);
    }
    return floors;
  }

  #addMachines(): void {
    const { min, max } = this.#plan.latency;
    const around = {
      time: this.time,
      random: this.#random.fork(),
      latency: () => this.#random.between(min, max),
      sabotage: this.#sabotage,
      note: (text: string): void => this.trace.note(text),
      server: () => this.#server,
      reach: (room: number) => this.disk.reach(room),
    };
    for (const [index, devices] of this.#plan.devices.entries()) {
      const who = `p${index}`;
      const identity = new Uint8Array(32).fill(index + 1).toHex();
      for (let number = 0; number < devices; number++) {
        const name = `${who}.${number}`;
        const record = { name, identity, said: [], runs: [], rooms: [] };
        const machine = new VirtualMachine(who, record, around);
        this.#machines.push(machine);
        this.time.after(this.#random.below(5_000), () => machine.start());
      }
    }
  }

  #do(deed: Deed): void {
    const machine = this.#random.pick(this.#machines);
    const { client } = machine;
    switch (deed) {
      case "say":
      case "burst":
        return this.#say(machine, deed === "say" ? 1 : 12);
      case "join":
        return this.#join(machine);
      case "leave":
        return this.#leave(machine);
      case "direct":
        return client?.direct(
          `p${this.#random.below(this.#plan.devices.length)}`,
        );
      case "refound":
        return client?.refound(this.#roomOf(machine));
      case "look":
        return client?.look(this.#roomOf(machine));
      case "pause":
        return client?.pause(this.#random.below(20_000));
      case "stall":
        return machine.stall(this.#random.below(30_000));
      case "cut":
        return this.#cut(machine);
      case "client crash":
        return machine.crash();
      case "client crash in write":
        machine.fate = this.#random.pick(["crash before", "crash after"]);
        return;
      case "device full":
        machine.fate = "full";
        return this.time.after(this.#random.below(15_000), () => {
          machine.fate = "written";
        });
      case "prune":
        return this.#prune();
      default:
        return this.#harmServer(deed);
    }
  }

  #harmServer(deed: Deed): void {
    switch (deed) {
      case "server crash":
        return this.#crash("");
      case "server crash in write":
        this.#fate = this.#random.pick(["crash before", "crash after"]);
        return;
      case "server drain":
        if (this.#server === undefined) return;
        this.trace.note("the server drains");
        this.#server.drain();
        return this.#stopServer();
      case "disk full":
      case "disk fails":
        this.#fate = deed === "disk full" ? "full" : "failed";
        this.trace.note(deed);
        return this.time.after(this.#random.below(8_000), () => {
          this.#fate = "written";
        });
    }
  }

  #say(machine: VirtualMachine, most: number): void {
    const count = this.#random.between(1, most);
    for (let i = 0; i < count; i++) {
      const padding = this.#random.below(this.#plan.padding + 1);
      machine.client?.say(this.#roomOf(machine), padding);
    }
  }

  #roomOf({ client }: VirtualMachine): number {
    const rooms = client?.rooms ?? [];
    return rooms.length > 0 ? this.#random.pick(rooms) : 0;
  }

  #join({ client, record: { identity } }: VirtualMachine): void {
    client?.join(this.#random.pick(ROOM_NAMES), (room) => {
      this.#belongs.set(`${identity} ${room}`, { identity, room });
    });
  }

  #leave({ client, record: { identity } }: VirtualMachine): void {
    const rooms = client?.rooms ?? [];
    if (client === undefined || rooms.length === 0) return;
    const room = this.#random.pick(rooms);
    this.#belongs.delete(`${identity} ${room}`);
    this.#left.add(`${identity} ${room}`);
    client.leave(room);
  }

  #cut(machine: VirtualMachine): void {
    const random = this.#random;
    const soon = (): number => random.below(random.pick([1, 50, 2_000]));
    const late = (): number => random.below(random.pick([1, 500, 60_000]));
    const how = { up: soon(), down: soon(), client: late(), server: late() };
    this.trace.note(`${machine.record.name} is cut: ${Object.values(how)}`);
    machine.cut(how);
  }

  #prune(): void {
    if (this.#server === undefined) return;
    const keepLast = this.#random.below(20);
    this.#server.prune(keepLast);
    this.trace.note(`pruned to ${keepLast}`);
    for (const { number, firstSeq } of this.disk.open().rooms()) {
      this.#pruned.set(number, firstSeq - 1);
    }
  }

  #fateOfWrite(): Fate {
    const fate = this.#fate;
    if (fate.startsWith("crash")) this.#fate = "written";
    return fate;
  }

  #startServer(): void {
    if (this.#server !== undefined) return;
    const skew = this.#random.pick([0, 0, 0, 3_000, -3_000]);
    try {
      this.#server = new VirtualServer(this.disk.open(), this.#plan.server, {
        time: this.time,
        random: this.#random.fork(),
        sabotage: this.#sabotage,
        skew,
      });
      this.trace.note("the server starts");
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }

  #crash(how: string): void {
    if (this.#server === undefined) return;
    this.trace.note(`the server crashes ${how}`);
    this.#server.crash();
    this.#stopServer();
  }

  #stopServer(): void {
    this.#server = undefined;
    this.disk.crash();
    for (const machine of this.#machines) machine.abandon();
    const pause = this.#random.pick([10, 2_000, 20_000]);
    this.time.after(this.#random.below(pause) + 1, () => this.#startServer());
  }

  /** From now on nothing breaks any more. */
  #heal(): void {
    this.trace.note("from here on all is well");
    this.#fate = "written";
    for (const machine of this.#machines) {
      machine.fate = "written";
      machine.start();
    }
  }
}
