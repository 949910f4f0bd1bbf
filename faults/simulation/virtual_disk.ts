import { ChatError } from "../../lib/errors.ts";
import type { History, NewEntry } from "../../lib/room/history.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import type { LoggedEntry } from "../laws.ts";
import { Crash } from "./crash.ts";

/** What becomes of a write. */
export type Fate =
  | "written"
  /** There is no space: nothing is written. */
  | "full"
  /** It fails, and may be on the disk all the same. */
  | "failed"
  /** The server ends before it, or after it and before anybody knows. */
  | "crash before"
  | "crash after";

interface Write {
  readonly make: (history: MemoryHistory) => unknown;
  /** What it appends. */
  readonly entries: readonly NewEntry[];
}

/** How a disk behaves. */
export interface DiskOptions {
  /** 16 bytes. */
  readonly logId: Uint8Array;
  /** What becomes of the next write. */
  readonly fate: () => Fate;
  /** Whether a write that failed is there after a crash. */
  readonly keepsTorn: () => boolean;
  /** The server ends, in the middle of a write. */
  readonly crash: () => void;
  /** Newest writes that a crash undoes although they were reported. */
  readonly unsynced: number;
}

/**
 * The disk below a history: what was written when a call returned is there after
 * a crash, whatever the history did with it in memory.
 */
export class VirtualDisk {
  readonly #options: DiskOptions;
  #writes: Write[] = [];
  /** The newest write, if it failed: it is there after a crash, or not. */
  #torn: Write | undefined;
  readonly #tornWrites = new Set<Write>();
  /** Counts crashes: what belongs to a dead server writes no more. */
  #age = 0;
  #hasRefused = false;

  constructor(options: DiskOptions) {
    this.#options = options;
  }

  /** Everything that was ever logged and not lost, in order. */
  *log(): Generator<LoggedEntry, void, void> {
    for (const write of this.#writes) {
      const torn = this.#tornWrites.has(write);
      for (const entry of write.entries) yield { ...entry, torn };
    }
  }

  /** Whether it ever refused to write something. */
  get hasRefused(): boolean {
    return this.#hasRefused;
  }

  /** Number of the newest entry of a room. */
  reach(room: number): number {
    for (let i = this.#writes.length - 1; i >= 0; i--) {
      const { entries } = this.#writes[i] as Write;
      const last = entries.findLast((entry) => entry.room === room);
      if (last !== undefined) return last.seq;
    }
    return 0;
  }

  /** What a server finds that starts on it. */
  open(): History {
    const history = new MemoryHistory({ keepLast: Infinity });
    for (const { make } of this.#writes) make(history);
    const age = this.#age;
    const write = <T>(
      make: (history: MemoryHistory) => T,
      entries: readonly NewEntry[] = [],
    ): T => {
      if (age !== this.#age) throw new Crash();
      return this.#write(history, { make, entries }) as T;
    };
    const writes: Partial<History> = {
      append: (batch, changes) =>
        write((to) => to.append(batch, changes), [...batch]),
      createRoom: (room, members) =>
        write((to) => to.createRoom(room, members)),
      redeem: (redemption) => write((to) => to.redeem(redemption)),
      invite: (invitation) => write((to) => to.invite(invitation)),
      saveAddresses: (addresses) => write((to) => to.saveAddresses(addresses)),
      prune: (retention) => {
        if (age !== this.#age) throw new Crash();
        const make = (to: MemoryHistory): boolean => to.prune(retention);
        this.#keep({ make, entries: [] }); // there is always space for that
        return make(history);
      },
    };
    const { logId } = this.#options;
    return new Proxy(history, {
      get: (target, name): unknown => {
        if (name === "logId") return logId;
        const value = Reflect.get(writes, name) ??
          Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** The server has ended, without a word to the disk. */
  crash(): void {
    this.#age += 1;
    const { unsynced, keepsTorn } = this.#options;
    if (unsynced > 0) this.#writes = this.#writes.slice(0, -unsynced);
    else if (this.#torn !== undefined && keepsTorn()) {
      this.#writes.push(this.#torn);
      this.#tornWrites.add(this.#torn);
    }
    this.#torn = undefined;
  }

  #write(history: MemoryHistory, write: Write): unknown {
    const fate = this.#options.fate();
    this.#hasRefused ||= fate === "full" || fate === "failed";
    switch (fate) {
      case "full":
        throw new ChatError(
          "CHAT_STORE_FULL",
          "Cannot write: the disk is full",
        );
      case "failed":
        this.#torn = write;
        throw new ChatError(
          "CHAT_STORE_DAMAGED",
          "Cannot write: the disk fails",
        );
      case "crash before":
      case "crash after":
        if (fate === "crash after") this.#keep(write);
        this.#options.crash();
        throw new Crash();
      case "written": {
        const result = write.make(history);
        this.#keep(write);
        return result;
      }
    }
  }

  #keep(write: Write): void {
    this.#writes.push(write);
    this.#torn = undefined;
  }
}
