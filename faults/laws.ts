import { decodeStoredEntry } from "../lib/protocol/stored_entry.ts";
import type { NewEntry } from "../lib/room/history.ts";
import type { KeptEntry } from "../lib/protocol/entry.ts";
import { openPlain } from "./simulation/plain.ts";
import type { Device, Observed, Run, Said, Shown, Stream } from "./observed.ts";

/** An entry that is on a disk for good. */
export interface LoggedEntry extends Pick<NewEntry, "room" | "seq" | "at"> {
  readonly payload: Uint8Array;
  /** Who sent it under which number, if that is known. */
  readonly sent?: NewEntry["sent"];
  /** Whether its writer was told that it failed. */
  readonly torn: boolean;
}

/** An entry of a log, decoded. */
interface Logged extends Shown {
  readonly room: number;
  readonly torn: boolean;
  /** What is sealed waits for its room: its order is that of the room. */
  readonly isSealed: boolean;
}

/**
 * What must hold however badly things went, said without a look at how it is
 * done: only what people entered and saw, and what is on the disk at the end.
 *
 * @returns What does not hold; nothing when all is well.
 */
export function broken(
  log: Iterable<LoggedEntry>,
  observed: Observed,
): readonly string[] {
  const faults: string[] = [];
  const entries = [...log];
  const logged = decode(entries, faults);
  numbersAreUsedOnce(entries, faults);
  for (const device of observed.devices) {
    saidIsStored(device, logged, { faults, isOrdered: observed.isOrdered });
    if (!observed.refused) failsForAReason(device, observed, faults);
    for (const [index, { complaints, end }] of device.runs.entries()) {
      const where = `${device.name}, life ${index + 1}`;
      faults.push(...complaints.map((text) => `${where}: ${text}`));
      if (end !== "alive" && index === device.runs.length - 1) {
        faults.push(`${where}: it is over at the end`);
      }
    }
    new Reading(device, logged, observed).check(faults);
  }
  for (const { identity, room } of observed.belongs) {
    for (const device of observed.devices) {
      if (device.identity !== identity || device.rooms.includes(room)) continue;
      const key = `${identity} ${room}`;
      if (observed.left.has(key)) continue; // and heard later that it had joined
      if (observed.rejoined.get(key) === Infinity) continue; // not on disk
      faults.push(`${device.name}: joined room ${room} and is not in it`);
    }
  }
  return faults;
}

/** Each room counts its entries from 1, without gaps, in the order of the disk. */
function decode(
  entries: readonly LoggedEntry[],
  faults: string[],
): readonly Logged[] {
  const reach = new Map<number, number>();
  return entries.map(({ payload, room, seq, at, torn }) => {
    const entry = decodeStoredEntry(payload);
    const expected = (reach.get(room) ?? 0) + 1;
    reach.set(room, seq);
    const isPlaced = seq === expected && entry.seq === seq &&
      entry.room === room && entry.at === at;
    if (!isPlaced) {
      faults.push(`entry ${seq} of room ${room} says it is ${entry.seq}`);
    }
    const text = textOf(entry);
    const isSealed = entry.kind === "sealed";
    const author = entry.fingerprint.toHex();
    return { room, seq, at, text, torn, author, isSealed };
  });
}

function textOf(entry: KeptEntry): string {
  if (entry.kind === "sealed") return openPlain(entry.body)?.text ?? "";
  return "text" in entry ? entry.text : "";
}

function numbersAreUsedOnce(
  entries: readonly LoggedEntry[],
  faults: string[],
): void {
  const used = new Set<string>();
  for (const { sent } of entries) {
    if (sent === undefined) continue;
    const key = `${sent.sender.device.toHex()} ${sent.number}`;
    if (used.has(key)) faults.push(`message ${key} is stored twice`);
    used.add(key);
  }
}

/** Acknowledged: stored, once, in order. Failed: not stored. Never neither. */
function saidIsStored(
  device: Device,
  logged: readonly Logged[],
  { faults, isOrdered }: {
    readonly faults: string[];
    readonly isOrdered: boolean;
  },
): void {
  const said = new Map(device.said.map((each) => [each.text, each]));
  const found = new Set<Said>();
  const newest = new Map<number, number>();
  for (const entry of logged) {
    // All in one, or each room apart.
    const order = isOrdered && !entry.isSealed ? 0 : entry.room;
    const last = newest.get(order) ?? 0;
    const each = said.get(entry.text);
    if (each === undefined) continue;
    const what = `${device.name} ${each.order}`;
    if (found.has(each)) faults.push(`${what} is stored twice`);
    else if (each.order < last) faults.push(`${what} is stored after ${last}`);
    if (entry.author !== device.identity || entry.room !== each.room) {
      faults.push(`${what} is stored as another's, or elsewhere`);
    }
    if (each.state === "failed" && !entry.torn && !each.unnoted) {
      faults.push(`${what} is stored, but failed with ${each.why}`);
    }
    found.add(each);
    newest.set(order, Math.max(last, each.order));
  }
  for (const each of device.said) {
    const what = `${device.name} ${each.order}`;
    if (each.state === "waiting") faults.push(`${what} still waits`);
    if (each.state === "acknowledged" && !found.has(each)) {
      faults.push(`${what} is acknowledged, but not stored`);
    }
  }
}

/** What no message may fail with as long as the server can store. */
const NO_REASON =
  /FORGOTTEN|STORE_|RATE_LIMITED|Cannot store|Cannot tell|Cannot take/;

function failsForAReason(
  device: Device,
  { rejoined }: Observed,
  faults: string[],
): void {
  for (const { order, state, why, room } of device.said) {
    if (state !== "failed" || !NO_REASON.test(why)) continue;
    if (rejoined.has(`${device.identity} ${room}`)) continue;
    faults.push(`${device.name} ${order} failed with ${why}`);
  }
}

/** What one device was shown, through all its lives. */
class Reading {
  readonly #device: Device;
  readonly #logged: readonly Logged[];
  readonly #observed: Observed;
  /** What each room shows next, as far as that is known. */
  readonly #next = new Map<number, number>();
  /** Rooms in which entries may come again. */
  readonly #again = new Set<number>();

  constructor(
    device: Device,
    logged: readonly Logged[],
    observed: Observed,
  ) {
    this.#device = device;
    this.#logged = logged;
    this.#observed = observed;
  }

  check(faults: string[]): void {
    const { runs, name } = this.#device;
    for (const [index, run] of runs.entries()) {
      for (const stream of run.streams) {
        const what = `${name}, life ${index + 1}, room ${stream.room}`;
        const report = (text: string): void =>
          void faults.push(`${what}: ${text}`);
        this.#begin(stream, run, report);
        this.#follow(stream, report);
        if (!stream.parted) continue;
        this.#next.delete(stream.room);
      }
      if (run.end === "crash") this.#forgetful();
      for (const room of run.unnoted) this.#next.delete(room);
    }
    for (const room of this.#device.rooms) {
      const reach = this.#roomLog(room).length;
      const next = this.#next.get(room);
      if (next === undefined || next === reach + 1) continue;
      faults.push(`${name}: room ${room} ends at ${next - 1} of ${reach}`);
    }
  }

  /** Where a stream may begin. */
  #begin(
    { room, items }: Stream,
    { follows, end }: Run,
    report: (text: string) => void,
  ): void {
    const next = this.#next.get(room);
    const reaches = follows.filter((each) => each.room === room)
      .map(({ reach }) => reach);
    // Whoever left may have come back, and goes on from where it did.
    const { left } = this.#observed;
    const mayJump = left.has(`${this.#device.identity} ${room}`);
    const latest = next === undefined && reaches.length > 0
      ? 1 + Math.min(...reaches)
      : next;
    const [first] = items;
    if (first === undefined) { // at the end, that must be for want of more
      const isDue = end === "alive" && !mayJump && latest !== undefined;
      if (isDue) this.#next.set(room, latest);
      return;
    }
    const from = "seq" in first ? first.seq : first.from;
    if (latest !== undefined && from > latest && !mayJump) {
      report(`goes on at ${from} instead of ${latest}`);
    }
    if (next !== undefined && from < next && !this.#again.has(room)) {
      report(`goes back from ${next} to ${from}`);
    }
    this.#next.set(room, from);
    this.#again.delete(room);
  }

  /** After a crash of its own, it may have to show again what it has shown. */
  #forgetful(): void {
    for (const room of this.#next.keys()) this.#again.add(room);
  }

  /** One after another, each as it is in the log. */
  #follow({ room, items }: Stream, report: (text: string) => void): void {
    if (items.length === 0) return;
    const log = this.#roomLog(room);
    let next = this.#next.get(room) ?? 1;
    for (const item of items) {
      if ("from" in item) {
        const { pruned, rejoined } = this.#observed;
        const key = `${this.#device.identity} ${room}`;
        const gone = Math.max(pruned.get(room) ?? 0, rejoined.get(key) ?? 0);
        if (item.from !== next) report(`misses ${item.from} at ${next}`);
        if (item.to > gone) {
          report(`misses ${item.to}, which is kept`);
        }
        next = item.to + 1;
        continue;
      }
      if (item.seq !== next) report(`shows ${item.seq} instead of ${next}`);
      const entry = log[item.seq - 1];
      const isSame = entry?.text === item.text &&
        entry.author === item.author && entry.at === item.at;
      if (!isSame) report(`shows another entry ${item.seq} than the log has`);
      next = item.seq + 1;
    }
    this.#next.set(room, next);
  }

  #roomLog(room: number): readonly Logged[] {
    return this.#logged.filter((entry) => entry.room === room);
  }
}
