/**
 * What a device remembers of one server, so that nothing is lost or doubled when
 * the connection, the program or the machine ends. Synchronous: what a call
 * reports is on the disk when it returns, unless it says otherwise.
 */

/**
 * Messages that may wait or have failed, and how far the number of a new one may
 * be above the oldest that waits: the server still knows those numbers. Hidden ones
 * do not count there, as they get other numbers when they have waited.
 */
export const MAX_OUTBOX = 1_000;
/**
 * Rooms whose position is remembered; then the one that nothing was said in for
 * longest is forgotten.
 */
export const MAX_POSITIONS = 4_096;

/** A message that the server has not acknowledged yet. */
export interface OutgoingMessage {
  /** Its number of this device: 1 and up, none used twice, without order lost. */
  readonly number: number;
  readonly kind: "say" | "act";
  /** Number of the room it goes to. */
  readonly room: number;
  readonly text: string;
  /** Whether the text is hidden, as it is to be sealed before it is sent. */
  readonly hidden: boolean;
  /** When it was entered, by our own clock: milliseconds since the epoch. */
  readonly at: number;
  /** Why it will not be sent again, once the server has refused it. */
  readonly failed: string | null;
}

/** How far a device has got in a room. */
export interface ReadingPosition {
  readonly room: number;
  /** The newest entry it has taken in. */
  readonly seq: number;
  /** Server time of that entry, which tells whether a log is still the same. */
  readonly at: number;
}

/**
 * The state of one device with one server. On disk, whatever changes it may throw
 * `CHAT_DEVICE_FULL`, and has then changed nothing.
 */
export interface DeviceState extends Disposable {
  /** Random, 16 bytes; chosen once. */
  readonly device: Uint8Array<ArrayBuffer>;
  /** The log the positions belong to, 16 bytes; `null` before the first. */
  readonly logId: Uint8Array<ArrayBuffer> | null;
  /** The largest number that was ever used; 0 before the first. */
  readonly lastNumber: number;

  /** Messages that wait, by number. */
  outbox(): readonly OutgoingMessage[];

  /**
   * Keeps a message before it is sent for the first time. Its number is above
   * `lastNumber`.
   *
   * @throws {ChatError} `CHAT_OUTBOX_FULL` when it is more than
   * {@linkcode MAX_OUTBOX} allows.
   */
  keep(message: OutgoingMessage): void;

  /** Forgets a message: it is acknowledged, or given up. */
  forget(number: number): void;

  /**
   * Gives messages that wait the numbers from `next` on, in this order: of all of
   * them or of none. `next` is above `lastNumber`.
   *
   * @throws {ChatError} `CHAT_OUTBOX_FULL` when a number is farther than
   * {@linkcode MAX_OUTBOX} allows above another message that waits.
   */
  renumber(numbers: readonly number[], next: number): void;

  /** Notes that a message was refused for good; it stays until forgotten. */
  fail(number: number, reason: string): void;

  /** Notes that numbers up to this one are used, whoever used them. */
  skipTo(number: number): void;

  /** By room. */
  positions(): readonly ReadingPosition[];

  /**
   * Notes how far it has got; in a log that was replaced, that may be less than
   * before. May reach the disk later, with the next change of another kind,
   * `flush` or disposal: after a crash some entries come again, none is missed.
   */
  advance(position: ReadingPosition): void;

  /** Brings to the disk what `advance` has noted: call it now and then. */
  flush(): void;

  /** Forgets a room: it was left. */
  drop(room: number): void;

  /**
   * The logs are others than before: forgets all positions, and fails what waits
   * for any room but the lobby, as the numbers of rooms mean others now. The first log is no other
   * one: what was entered before it was known still waits.
   */
  startLog(logId: Uint8Array, reason: string): void;
}
