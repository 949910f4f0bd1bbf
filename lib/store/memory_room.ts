import type { RoomKind } from "../protocol/words.ts";
import type { Change } from "../room/registry.ts";
import { introductionBytes, sumOf } from "./blob_bytes.ts";
import type { GroupRecord } from "../room/group_record.ts";
import {
  MAX_HITS,
  type NewEntry,
  type NewRoom,
  type Page,
  type PageLimits,
  type Retention,
  type RoomRecord,
  type SearchResult,
  type StoredEntry,
} from "../room/history.ts";
import { newGroup, nextGroup } from "./next_group.ts";
import { type Fits, pageLimit, pageOf } from "./page.ts";
import { hasWords, wordsOf } from "./words.ts";

interface MemoryEntry extends StoredEntry {
  readonly text: string | undefined;
}

/** A room of a `MemoryHistory`, whose methods it carries out. */
export class MemoryRoom {
  form: string;
  creator: Uint8Array | null;
  /** See `HistoryReader.group`; `null` while it has none. */
  group: GroupRecord | null;
  readonly #number: number;
  readonly #room: NewRoom;
  #topic: string;
  #seq = 0;
  readonly #entries: MemoryEntry[] = [];

  constructor(number: number, room: NewRoom) {
    this.#number = number;
    this.#room = room;
    this.form = room.form;
    this.creator = room.creator ?? null;
    this.group = room.group === undefined ? null : newGroup(room.group);
    this.#topic = room.topic ?? "";
  }

  get kind(): RoomKind {
    return this.#room.kind ?? "open";
  }

  get record(): RoomRecord {
    return {
      number: this.#number,
      name: this.#room.name,
      form: this.form,
      topic: this.#topic,
      seq: this.#seq,
      firstSeq: this.#firstSeq,
      kind: this.kind,
      creator: this.creator,
      group: this.group && { id: this.group.id, turn: this.group.turn },
    };
  }

  /** Bytes of what is kept. */
  get bytes(): number {
    const group = this.group === null ? 0 : introductionBytes(this.group);
    return sumOf(this.#entries, ({ payload }) => payload.length) + group;
  }

  /** Time of the oldest entry that is kept. */
  get oldestAt(): number | undefined {
    return this.#entries[0]?.at;
  }

  append(entry: NewEntry, keepLast: number): void {
    const { seq, at, payload, text, topic, group } = entry;
    this.#seq = seq;
    if (group !== undefined) this.group = nextGroup(this, group) ?? null;
    this.#topic = topic ?? this.#topic;
    this.#entries.push({ seq, at, payload: payload.slice(), text });
    this.prune({ keepLast });
  }

  /** Takes a better GroupInfo, if the group is still where it was made. */
  refresh(
    { group: id, turn, info }: Change & { readonly kind: "group info" },
  ): void {
    if (this.group?.turn !== turn || this.group.id.toHex() !== id.toHex()) {
      return;
    }
    this.group = { ...this.group, info: info.slice() };
  }

  read(options: PageLimits & { readonly after: number }): Page {
    const first = Math.max(options.after + 1, this.#firstSeq);
    const rest = this.#entries.slice(first - this.#firstSeq);
    return pageOf(first, takeWhile(rest, pageLimit(options)));
  }

  readBefore(options: PageLimits & { readonly before?: number }): Page {
    const before = Math.min(options.before ?? Infinity, this.#seq + 1);
    const end = Math.max(before, this.#firstSeq);
    const older = this.#entries.slice(0, end - this.#firstSeq).toReversed();
    const taken = takeWhile(older, pageLimit(options));
    return pageOf(end - taken.length, taken.toReversed());
  }

  timeOf(seq: number): number | undefined {
    return this.#entries[seq - this.#firstSeq]?.at;
  }

  *entries(): Generator<StoredEntry, void, void> {
    for (const { seq, at, payload } of [...this.#entries]) {
      yield { seq, at, payload };
    }
  }

  search(
    words: string,
    options: { readonly before?: number; readonly limit?: number },
  ): SearchResult {
    const wanted = wordsOf(words);
    const { before = Infinity, limit = MAX_HITS } = options;
    const found = this.#entries.filter(({ seq, text }) =>
      seq < before && text !== undefined && hasWords(text, wanted)
    ).toReversed();
    const fits = pageLimit({ limit: Math.min(limit, MAX_HITS) });
    const hits = takeWhile(found, fits)
      .map(({ seq, at, payload }) => ({ seq, at, payload }));
    const last = hits.at(-1)?.seq ?? 0;
    return { hits, rest: hits.length < found.length ? last : undefined };
  }

  prune({ olderThan = -Infinity, keepLast = Infinity }: Retention): void {
    this.drop(Math.max(0, this.#entries.length - keepLast));
    const young = this.#entries.findIndex(({ at }) => at >= olderThan);
    this.drop(young < 0 ? this.#entries.length : young);
  }

  /** Removes the oldest entries. */
  drop(count: number): void {
    this.#entries.splice(0, count);
  }

  /**
   * Removes the oldest entries, one at least, up to the time `until`, or until that
   * many bytes are free; and what was behind them and is older than may be.
   *
   * @returns The bytes of what was removed.
   */
  shrink({ bytes, until, olderThan }: {
    readonly bytes: number;
    readonly until: number;
    readonly olderThan: number | undefined;
  }): number {
    let count = 0;
    let freed = 0;
    for (const { at, payload } of this.#entries) {
      const isOld = at < (olderThan ?? -Infinity);
      if (count > 0 && !isOld && (freed >= bytes || at > until)) break;
      count += 1;
      freed += payload.length;
    }
    this.drop(count);
    return freed;
  }

  get #firstSeq(): number {
    return this.#seq + 1 - this.#entries.length;
  }
}

function takeWhile<T extends StoredEntry>(entries: T[], fits: Fits): T[] {
  const end = entries.findIndex((entry) => !fits(entry));
  return end < 0 ? entries : entries.slice(0, end);
}
