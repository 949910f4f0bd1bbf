import { type Bytes, concat, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { KeptState, StateKeeper, StateWrite } from "./state_keeper.ts";
import {
  type Evidence,
  isPutBack,
  type Kept,
  type StateBox,
} from "./state_box.ts";

/** Bytes before what a record holds: its length, most significant first. */
const LENGTH_BYTES = 4;

/** Where records are kept, safe from crashes: `lib/store/sealed_state_file.ts`. */
export interface RecordFile {
  /** What is there; `undefined` when nothing is. */
  read(): (Evidence & { readonly records: readonly Bytes[] }) | undefined;
  /** Replaces all records at once; `counter` is that of the last. */
  replace(records: readonly Bytes[], counter: number): void;
  /**
   * Adds a record behind those of {@linkcode RecordFile.replace}. When it is
   * lazy, it need not be safe from a power cut before the next that is not.
   */
  append(
    record: Bytes,
    counter: number,
    options: { readonly isLazy: boolean },
  ): void;
}

/** What a device finds of a room when it starts. */
export interface FoundRoom extends KeptState {
  /** Messages kept with the state, in order; each may have been sent, or not. */
  readonly outgoing: readonly Bytes[];
  /**
   * Whether there is evidence that an older copy was put back: nothing may be sent
   * from it, the room is to be joined anew.
   */
  readonly putBack: boolean;
}

/**
 * Keeps a sealed room in a file under the secret of an identity. Writes take
 * turns; one that fails leaves what was kept before, and the next one rewrites the
 * file as a whole, from what is there.
 */
export class KeptRoom implements StateKeeper {
  readonly #box: StateBox;
  readonly #file: RecordFile;
  #counter: number;
  /** Changes behind the whole state that are known to be kept. */
  #changes: number;
  /** The first record that is known to be kept: the whole state. */
  #whole: Bytes | undefined;
  /** The last record, behind which another may be appended. */
  #last: Bytes | undefined;
  #turn: Promise<void> = Promise.resolve();

  private constructor(
    box: StateBox,
    file: RecordFile,
    kept?: Pick<Kept, "counter" | "changes"> & { readonly first?: Bytes },
  ) {
    this.#box = box;
    this.#file = file;
    this.#counter = kept?.counter ?? 0;
    this.#changes = kept?.changes.length ?? 0;
    this.#whole = kept?.first;
  }

  /**
   * Opens what was kept of a room, if anything was.
   *
   * @param file For this room, and this process's alone.
   * @throws {ChatError} `CHAT_SEAL_DAMAGED`, and what reading the file throws.
   */
  static async open(
    box: StateBox,
    file: RecordFile,
  ): Promise<{ readonly keeper: KeptRoom; readonly found?: FoundRoom }> {
    const there = file.read();
    if (there === undefined) return { keeper: new KeptRoom(box, file) };
    const kept = await box.open(there.records);
    const parts = [kept.whole, ...kept.changes].map(split);
    const [whole, ...changes] = parts.map(({ bytes }) => bytes);
    if (whole === undefined) throw damaged();
    // Above what was noted, or the new counters would not show an older copy.
    const counter = Math.max(kept.counter, there.notedCounter);
    const [first] = there.records;
    const known = { counter, changes, ...(first && { first }) };
    return {
      keeper: new KeptRoom(box, file, known),
      found: {
        whole,
        changes,
        outgoing: parts.flatMap(({ outgoing }) => outgoing ?? []),
        putBack: isPutBack(kept, there),
      },
    };
  }

  /**
   * Resolves when a write is on the disk.
   *
   * @throws {ChatError} What writing the file throws; `CHAT_SEAL_DAMAGED` when it
   * must be rewritten and what is there is not what was kept. Whole states can be
   * written all the same.
   */
  keep(write: StateWrite): Promise<void> {
    const kept = this.#turn.then(() => this.#keep(write));
    this.#turn = kept.catch(() => {}); // whoever called is told
    return kept;
  }

  async #keep({ kind, bytes, outgoing, isLazy }: StateWrite): Promise<void> {
    const content = join(bytes, outgoing);
    const after = this.#last;
    this.#last = undefined; // unless all goes well
    if (kind === "whole") {
      await this.#replace([content]);
      this.#changes = 0;
      return;
    }
    if (after === undefined) {
      await this.#replace([...await this.#there(), content]);
    } else {
      const counter = ++this.#counter;
      const record = await this.#box.seal(content, { counter, after });
      this.#file.append(record, counter, { isLazy });
      this.#last = record;
    }
    this.#changes += 1;
  }

  async #replace(contents: readonly Bytes[]): Promise<void> {
    const records: Bytes[] = [];
    for (const content of contents) {
      const after = records.at(-1);
      const place = { counter: ++this.#counter, ...(after && { after }) };
      records.push(await this.#box.seal(content, place));
    }
    this.#file.replace(records, this.#counter);
    this.#whole = records[0];
    this.#last = records.at(-1);
  }

  /**
   * What is known to be kept. A change whose write failed may be there as well,
   * and is left out; a whole state whose write failed is no base for a change to
   * the one before it.
   */
  async #there(): Promise<readonly Bytes[]> {
    const there = this.#file.read();
    const [first] = there?.records ?? [];
    if (there === undefined || first === undefined) throw damaged();
    if (this.#whole === undefined || !equalBytes(first, this.#whole)) {
      throw damaged();
    }
    const { whole, changes } = await this.#box.open(there.records);
    if (changes.length < this.#changes) throw damaged();
    return [whole, ...changes.slice(0, this.#changes)];
  }
}

function join(bytes: Bytes, outgoing: Bytes | undefined): Bytes {
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concat(length, bytes, outgoing ?? new Uint8Array(0));
}

function split(content: Bytes): { bytes: Bytes; outgoing: Bytes | undefined } {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const end = content.length < LENGTH_BYTES
    ? Infinity
    : LENGTH_BYTES + view.getUint32(0);
  if (end > content.length) throw damaged();
  const outgoing = content.slice(end);
  return {
    bytes: content.slice(LENGTH_BYTES, end),
    outgoing: outgoing.length === 0 ? undefined : outgoing,
  };
}

function damaged(): ChatError {
  return new ChatError(
    "CHAT_SEAL_DAMAGED",
    "Cannot open the state of a sealed room: it is not what was kept",
  );
}
