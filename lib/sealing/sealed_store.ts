import type { Bytes } from "../bytes.ts";
import type { KeptEntry } from "../protocol/entry.ts";
import type { SealedNews } from "../room/sealed_rooms.ts";
import type { RecordFile } from "../sealed/kept_room.ts";

/** Lines of one thread that are kept; then the oldest go. */
export const MAX_KEPT_LINES = 10_000;

/** Messages of ours that were sealed and not read back; then none is sealed. */
export const MAX_OWN_MESSAGES = 2_000;

/** A group whose secret this device has. */
export interface KnownGroup {
  /** What the server calls it, 32 bytes. */
  readonly group: Bytes;
  /** Its secret, 32 bytes. */
  readonly secret: Bytes;
  /**
   * What its lines are kept under, 32 bytes: for a direct room the fingerprint of
   * the other, as it may have one group after another; else the group itself.
   */
  readonly thread: Bytes;
  /** Fingerprint of the other in a direct room; `null` in a sealed one. */
  readonly peer: Bytes | null;
  /** What the room is called; empty for a direct one. */
  readonly name: string;
  readonly topic: string;
  /** When we last changed our own keys, by our clock; 0 for never. */
  readonly rekeyedAt: number;
  /**
   * Why it is forgotten when the server does not announce its room: it was not told
   * yet that there is one, or our user has left. Not at all when left out.
   */
  readonly mayGo?: "unborn" | "left" | null;
  /**
   * Fingerprints of keys that were ours in it before the one of now, oldest first:
   * their places are of nobody, and we give them up.
   */
  readonly formerly?: readonly Bytes[];
  /** Whether the other of a direct room has another key since: it is over. */
  readonly isOutlived?: boolean;
  /**
   * Of a direct room that we have founded, until the other is in: the SHA-256 of
   * the sealing key of the other that its hello is for.
   */
  readonly helloTo?: Bytes | null;
  /** Whether who has put this device out is another one of the same identity. */
  readonly isElsewhere?: boolean;
}

/** A message of ours that was sealed, until it is read back from the log. */
export interface OwnMessage {
  /** Its number in the outbox. */
  readonly number: number;
  readonly group: Bytes;
  /** As it is sent. */
  readonly envelope: Bytes;
  /** What it says: as `lib/sealing/content.ts` encodes it. */
  readonly content: Bytes;
}

/** A key pair by which newcomers to a direct room are given its secret. */
export interface OwnSealingKey {
  /** When it was made, by our clock: milliseconds since the epoch. */
  readonly at: number;
  /** What was published. */
  readonly published: Bytes;
  /** The private half; secret. */
  readonly secret: Bytes;
}

/** What an entry of a sealed room was shown as. */
export type KeptLine =
  | Extract<KeptEntry, { readonly kind: "said" | "did" | "titled" }>
  | SealedNews;

/** A line and its place among those of its thread, which goes up. */
export interface PlacedLine {
  readonly place: number;
  readonly line: KeptLine;
}

/**
 * What a device remembers of its sealed rooms on one server: one process's at a
 * time, and under a key of its identity. Synchronous: what a call reports is on the
 * disk when it returns. What changes it may throw `CHAT_DEVICE_FULL`.
 */
export interface SealedStore extends Disposable {
  /** All groups whose secret is known. */
  groups(): readonly KnownGroup[];
  /** Notes a group, or what has changed of it. */
  keepGroup(group: KnownGroup): void;
  /**
   * Forgets a group: its secret and its state. With `lines`, also what was said
   * in its thread.
   */
  forgetGroup(group: Bytes, options: { readonly lines: boolean }): void;

  /**
   * Forgets a group of a room of two that has another one now, for good: it is
   * remembered as over, as are those before it.
   */
  retireGroup(group: Bytes): void;
  /** Whether a group of a thread is over. */
  isRetired(thread: Bytes, group: Bytes): boolean;

  /** Where the state of a group is kept. The same object each time. */
  stateOf(group: Bytes): RecordFile;

  /** Newest last. */
  keys(): readonly OwnSealingKey[];
  keepKey(key: OwnSealingKey): void;
  /**
   * Forgets those that another one had followed before a time; never the newest.
   * So a key that was published while we were away stays until it can be used.
   */
  dropKeys(before: number): void;

  /** @throws {ChatError} `CHAT_OUTBOX_FULL` beyond {@linkcode MAX_OWN_MESSAGES}. */
  keepOwn(message: OwnMessage): void;
  ownOf(number: number): OwnMessage | undefined;
  /**
   * The one that was sent as these bytes, maybe by another process of this identity,
   * whose numbers mean other messages: forget it by `dropAs`.
   */
  ownAs(envelope: Bytes): OwnMessage | undefined;
  /** Those of this device, by number. */
  own(group: Bytes): readonly OwnMessage[];
  /** What was sealed for a group and not read back, by all our devices. */
  envelopes(group: Bytes): readonly Bytes[];
  dropOwn(number: number): void;
  /** Forgets the one that was sent as these bytes. */
  dropAs(envelope: Bytes): void;

  /**
   * Keeps what an entry was shown as, none, one or several lines; nothing when
   * that entry was kept already, or one after it.
   *
   * @param entry Its number in the log of its room.
   * @param body As it stands there, for {@linkcode SealedStore.wasKept}.
   */
  keepLines(
    thread: Bytes,
    entry: number,
    lines: readonly KeptLine[],
    body?: Bytes,
  ): void;
  /**
   * Whether an entry of these bytes has lines of an earlier log, which may have
   * come back.
   */
  wasKept(thread: Bytes, body: Bytes): boolean;
  /** The newest entry whose lines were kept of the log that there is; 0 for none. */
  lastEntry(thread: Bytes): number;
  /** What an entry was shown as. */
  linesOf(thread: Bytes, entry: number): readonly KeptLine[];
  /** The newest lines before a place, by default of all, oldest first. */
  linesBefore(
    thread: Bytes,
    options: { readonly before: number | null; readonly limit: number },
  ): readonly PlacedLine[];
  /**
   * Keeps what was said in a thread under another name from here on, unless there
   * is something under that already.
   */
  renameThread(thread: Bytes, name: Bytes): void;
  /** The log of one room is another one from here on: its numbers begin anew. */
  restartThread(thread: Bytes): void;
  /** All logs are others from here on: their numbers begin anew. */
  startLog(): void;

  /** Does all that `run` changes here, with one write to the disk, or nothing. */
  transaction<T>(run: () => T): T;
}
