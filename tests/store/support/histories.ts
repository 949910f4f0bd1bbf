import { utf8 } from "../../../lib/bytes.ts";
import type { History, NewEntry, Sender } from "../../../lib/room/history.ts";
import { MemoryHistory } from "../../../lib/store/memory_history.ts";
import { openHistory } from "../../../lib/store/open_history.ts";

/** Time of entry 1, in milliseconds since the epoch; one second an entry. */
export const START = 1_700_000_000_000;

/** A folder of this test alone, gone when it ends. */
export class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "chat_store_" });

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Both kinds of history; `use` gets one that keeps everything. */
export const KINDS: Readonly<
  Record<string, (use: (history: History) => void) => void>
> = {
  MemoryHistory: (use) => {
    using history = new MemoryHistory({ keepLast: Infinity });
    use(history);
  },
  SqliteHistory: (use) => {
    using folder = new Folder();
    using history = openHistory(`${folder.path}/data`);
    use(history);
  },
};

/** Registers a test for both kinds. */
export function testHistories(
  name: string,
  body: (history: History) => void,
): void {
  for (const [kind, open] of Object.entries(KINDS)) {
    Deno.test(`${kind}.${name}`, () => open(body));
  }
}

/** The device of an identity that `who` stands for. */
export function sender(who: number): Sender {
  return {
    fingerprint: new Uint8Array(32).fill(who),
    device: new Uint8Array(16).fill(who + 1),
  };
}

/** Entry `seq` of a room, whose payload says just that. */
export function entry(
  seq: number,
  more: Partial<NewEntry> = {},
): NewEntry {
  const room = more.room ?? 0;
  const payload = utf8(`${room}:${seq};`);
  return { room, seq, at: START + seq * 1_000, payload, ...more };
}

/** Entries `first` to `last`. */
export function entries(
  first: number,
  last: number,
  more: Partial<NewEntry> = {},
): NewEntry[] {
  return Array.from(
    { length: last - first + 1 },
    (_, i) => entry(first + i, more),
  );
}

/** The payloads of entries `first` to `last`, as a page has them. */
export function payloads(first: number, last: number, room = 0): string {
  return entries(first, last, { room })
    .map(({ payload }) => text(payload)).join("");
}

/** Bytes as text. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Calls `step` until it says that there is no more to do. */
export function finish(step: () => boolean): number {
  for (let steps = 1;; steps++) {
    if (!step()) return steps;
    if (steps > 10_000) throw new Error("Cannot finish: there is always more");
  }
}
