/** A group that a room is sealed for, and how many commits of it are ordered. */
export interface GroupPosition {
  /** 32 bytes that tell nothing. */
  readonly id: Uint8Array;
  readonly turn: number;
}

/** What whoever joins a sealed room is told of it; the server cannot read it. */
export interface Introduction {
  /** The sealed name of the room. */
  readonly title: Uint8Array;
  /** The sealed GroupInfo that goes with the newest commit. */
  readonly info: Uint8Array;
  /** Of a direct room: its secret, sealed for the other. */
  readonly hello: Uint8Array;
}

/** A group and its introduction. */
export interface GroupRecord extends GroupPosition, Introduction {}

/** What an entry of a sealed or direct room does to its group. */
export type GroupChange =
  /** The room has another group from here on, in which nothing is ordered. */
  | Introduction & { readonly kind: "founded"; readonly id: Uint8Array }
  /** The commit number `turn` of its group, which is one more than before. */
  | {
    readonly kind: "committed";
    readonly turn: number;
    readonly info: Uint8Array;
  };
