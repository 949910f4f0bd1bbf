/** What people said and saw, as they would tell it themselves. */

/** What somebody was told about a message of its own. */
export type SaidState =
  /** Nothing yet. */
  | "waiting"
  | "acknowledged"
  /** It will not be stored. */
  | "failed"
  /** The program ended while it was being entered. */
  | "unsure";

/** Something that was entered on a device. */
export interface Said {
  /** Counts what was entered on this device, from 1. */
  readonly order: number;
  readonly room: number;
  readonly text: string;
  state: SaidState;
  /** It failed when the device could not note that, and may be sent again. */
  unnoted: boolean;
  /** Why it failed: an error code, or what the program says. */
  why: string;
}

/** An entry as it was shown. */
export interface Shown {
  readonly seq: number;
  readonly at: number;
  readonly author: string;
  readonly text: string;
}

/** A range of entries that will never be shown. */
export interface Missed {
  readonly from: number;
  readonly to: number;
}

/** What was shown of one room, from when it was there until it was gone. */
export interface Stream {
  readonly room: number;
  readonly items: (Shown | Missed)[];
  /** Whether the room was left at the end of it. */
  parted: boolean;
}

/** That the server let a device read a room that it knew nothing of. */
export interface FirstFollow {
  readonly room: number;
  /** The newest entry of the room at that moment. */
  readonly reach: number;
}

/** One life of a client. */
export interface Run {
  readonly streams: Stream[];
  readonly follows: FirstFollow[];
  /** Rooms of which a full disk let it note nothing. */
  unnoted: readonly number[];
  /** What should never be said. */
  readonly complaints: string[];
  /** How it ended; `crash` also when it could not write before it did. */
  end: "alive" | "clean" | "crash";
}

/** One device of one identity. */
export interface Device {
  readonly name: string;
  /** In hex. */
  readonly identity: string;
  readonly said: Said[];
  readonly runs: Run[];
  /** Rooms that it believes to be in at the end. */
  rooms: readonly number[];
}

/** Everything that was observed of one schedule. */
export interface Observed {
  readonly devices: readonly Device[];
  /** Whether the log tells in which order entries of different rooms came. */
  readonly isOrdered: boolean;
  /** Whether the server's disk was full or failed some time. */
  readonly refused: boolean;
  /** Up to which entry each room was pruned. */
  readonly pruned: ReadonlyMap<number, number>;
  /**
   * Of identities and rooms, by both, that may have had to join again, as they had
   * left, or as the disk was full or failed some time: where they joined last.
   */
  readonly rejoined: ReadonlyMap<string, number>;
  /** Identities and rooms, by both, that were left by one of their devices. */
  readonly left: ReadonlySet<string>;
  /** Open rooms that an identity entered and was told so, and did not leave. */
  readonly belongs: readonly {
    readonly identity: string;
    readonly room: number;
  }[];
}
