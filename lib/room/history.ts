import type { RoomKind } from "../protocol/words.ts";
import type {
  GroupChange,
  GroupPosition,
  GroupRecord,
  Introduction,
} from "./group_record.ts";
import type { Change, Invitations, RegistryReader } from "./registry.ts";

/**
 * The durable log of all rooms, as the rest of the server sees it. Everything
 * is synchronous: one process owns a history, and what a call reports has
 * happened when it returns. `SqliteHistory` keeps it on disk, `MemoryHistory`
 * for as long as the process lives.
 */

/** Most bytes of one page: what one record of the channel carries. */
export const MAX_PAGE_BYTES = 65_533;
/** Most entries of one page. */
export const MAX_PAGE_ENTRIES = 1_024;
/** Most hits of one search. */
export const MAX_HITS = 100;
/**
 * How far below the newest number of a sender its older ones are remembered.
 * A client has at most as many unanswered, so it never sends an older one again.
 */
export const SENT_WINDOW = 1_024;
/**
 * Devices of one identity whose numbers are remembered: the one that sent
 * nothing for longest is forgotten when one more sends something.
 */
export const MAX_DEVICES = 64;

/** A room and how far its log reaches. */
export interface RoomRecord {
  /** The lobby is 0 and always there; others follow, and none is used twice. */
  readonly number: number;
  readonly name: string;
  /** The same for names that count as one; unique. */
  readonly form: string;
  /** Empty when it has none. */
  readonly topic: string;
  /** Number of the newest entry ever appended; 0 before the first. */
  readonly seq: number;
  /** Number of the oldest entry that is kept; `seq + 1` when none is. */
  readonly firstSeq: number;
  readonly kind: RoomKind;
  /** Fingerprint of who made it, 32 bytes; `null` for the lobby. */
  readonly creator: Uint8Array | null;
  /** Of a sealed or direct room: its group; `null` while it has none. */
  readonly group: GroupPosition | null;
}

/** A room to be. */
export interface NewRoom {
  readonly name: string;
  /** The same for names that count as one; unique. */
  readonly form: string;
  readonly topic?: string;
  /** `"open"` when left out. */
  readonly kind?: RoomKind;
  readonly creator?: Uint8Array;
  /** Of a sealed room: its group. */
  readonly group?: Introduction & { readonly id: Uint8Array };
}

/** One device of one identity: it numbers what it sends. */
export interface Sender {
  /** SHA-256 of the SSH key blob, 32 bytes. */
  readonly fingerprint: Uint8Array;
  /** Chosen at random by the device, 16 bytes. */
  readonly device: Uint8Array;
}

/** An entry to append. */
export interface NewEntry {
  readonly room: number;
  /** Exactly one more than the newest of its room. */
  readonly seq: number;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
  /** 1 to {@linkcode MAX_PAGE_BYTES} bytes, exactly as every member gets them. */
  readonly payload: Uint8Array;
  /** What a search finds; left out when there is nothing to find. */
  readonly text?: string | undefined;
  /** Who sent it under which number of its own; a number is used once. */
  readonly sent?: { readonly sender: Sender; readonly number: number };
  /** The topic of the room from this entry on. */
  readonly topic?: string | undefined;
  /** What comes with it, in the same step. */
  readonly group?: GroupChange | undefined;
}

/** Where a message has its place. */
export interface Receipt {
  readonly room: number;
  readonly seq: number;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Entries `first` to `last` without gaps; none when `last` is `first - 1`. Read
 * on after `last`, or back before `first`.
 */
export interface Page {
  readonly first: number;
  readonly last: number;
  /** Their payloads one after another, in the order of the log. */
  readonly bytes: Uint8Array;
}

/** Bounds of a page; what is left out is as large as may be. */
export interface PageLimits {
  /** At most {@linkcode MAX_PAGE_ENTRIES}. */
  readonly limit?: number;
  /** At most {@linkcode MAX_PAGE_BYTES}; a page has one entry at least. */
  readonly maxBytes?: number;
}

/** An entry as it was stored. */
export interface StoredEntry {
  readonly seq: number;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
  readonly payload: Uint8Array;
}

/** What a search found so far. */
export interface SearchResult {
  /** Newest first. */
  readonly hits: readonly StoredEntry[];
  /**
   * Older entries are not searched yet: go on before this one. `undefined` when
   * everything is searched.
   */
  readonly rest: number | undefined;
}

/** Which entries may go; each rule that is given applies to every room. */
export interface Retention {
  /** Those of before this time, in milliseconds since the epoch. */
  readonly olderThan?: number | undefined;
  /** All but so many of each room. */
  readonly keepLast?: number | undefined;
  /** The oldest of all rooms, until the history takes at most so many bytes. */
  readonly maxBytes?: number | undefined;
  /**
   * Senders that sent nothing since this time are forgotten as well: were one
   * to send an old message again, it would count as new.
   */
  readonly sendersIdleSince?: number | undefined;
}

/** What can be read of a history. */
export interface HistoryReader extends Disposable {
  /** Bytes that it takes, on disk without what waits to be reused. */
  readonly bytes: number;

  /** All rooms by number. */
  rooms(): Iterable<RoomRecord>;

  room(number: number): RoomRecord | undefined;

  /** The room whose name has this comparison form. */
  roomNamed(form: string): RoomRecord | undefined;

  /** The group of a sealed or direct room, if it has one. */
  group(room: number): GroupRecord | undefined;

  /**
   * The entries that follow `after`, oldest first. What was pruned is passed
   * over: `first` is then greater than `after + 1`.
   */
  read(room: number, options: PageLimits & { readonly after: number }): Page;

  /** Server time of an entry, if it is kept. */
  timeOf(room: number, seq: number): number | undefined;

  /** The newest entries before `before`, by default of all, oldest first. */
  readBefore(
    room: number,
    options?: PageLimits & { readonly before?: number },
  ): Page;

  /**
   * All entries of a room in order, a page of them in memory at a time. Entries
   * may be appended and pruned meanwhile.
   */
  entries(room: number): Iterable<StoredEntry>;
}

/** A history and what changes it. Every change is durable when it returns. */
export interface History extends HistoryReader, RegistryReader, Invitations {
  /**
   * Creates a room with the next number, and its members, or nothing. Its form
   * must be new. The `since` of its members is 0.
   *
   * @throws {ChatError} `CHAT_STORE_FULL`.
   */
  createRoom(room: NewRoom, members?: readonly Uint8Array[]): RoomRecord;

  /**
   * Appends all entries of `batch`, in order, and makes all changes, or none.
   *
   * @param changes In order; may be all there is, with an empty batch.
   *
   * @throws {ChatError} `CHAT_STORE_FULL` when there is no room for them.
   * @throws {Error} when one does not follow the newest of its room, or is sent
   * under a number that is used: a bug of the caller.
   */
  append(batch: readonly NewEntry[], changes?: readonly Change[]): void;

  /**
   * Makes sure that there is room for entries of so many bytes, as far as that is
   * known before they are appended.
   *
   * @throws {ChatError} `CHAT_STORE_FULL`.
   */
  requireSpace(bytes: number): void;

  /** Replaces what `addresses` tells, but for those beyond `MAX_ADDRESSES`. */
  saveAddresses(addresses: readonly string[]): void;

  /**
   * What has become of a message: where it is stored, or `undefined` when it is
   * new, or `"forgotten"` when its number is {@linkcode SENT_WINDOW} or more
   * below the newest of its sender, so that nobody can tell any more.
   */
  sent(sender: Sender, number: number): Receipt | "forgotten" | undefined;

  /** The largest number that a sender has used, if it is remembered. */
  lastNumber(sender: Sender): number | undefined;

  /**
   * The newest entries whose text has all words of `words`, in whatever order;
   * case and accents do not count, and what is no letter or digit separates
   * words. Ends early, with `rest`, when it takes long.
   */
  search(
    room: number,
    words: string,
    options?: { readonly before?: number; readonly limit?: number },
  ): SearchResult;

  /**
   * Prepares some appended entries for searching; call it when there is time,
   * as what it leaves undone makes a later append or search wait.
   *
   * @returns Whether there is more to do.
   */
  index(): boolean;

  /**
   * Removes some of the entries that may go, oldest first, within about 20 ms.
   * Numbers go on as if nothing had happened.
   *
   * @returns Whether there is more to do.
   */
  prune(retention: Retention): boolean;
}
