import type { Bytes } from "../bytes.ts";
import type { RoomKind } from "../protocol/words.ts";
import type {
  GroupChange,
  GroupPosition,
  Introduction,
} from "./group_record.ts";

/**
 * Longest GroupInfo of a room of two: an envelope of 32 blocks, of which two members
 * need less than half. There may be thousands of such rooms, and retention removes
 * none of it.
 */
export const MAX_DIRECT_INFO_BYTES = 8_230;

/** The group that a room is sealed for, as its house remembers it. */
export interface Group {
  /** In hex. */
  readonly id: string;
  /** Commits of it that are ordered. */
  readonly turn: number;
}

/**
 * What an entry needs the group of its room to be, when it gets its place, and
 * what it makes of it: of several that come at a time, the first one has it.
 */
export type GroupClaim =
  /** A room of two has another group from here on. */
  | {
    readonly kind: "founded";
    readonly id: Bytes;
    /** The one that it takes the place of; null for none. */
    readonly replaces: Bytes | null;
    readonly introduction: Introduction;
  }
  /** The next commit. */
  | {
    readonly kind: "committed";
    readonly id: Bytes;
    /** How many were ordered before it. */
    readonly turn: number;
    readonly info: Bytes;
  }
  /** A message sealed for it. */
  | { readonly kind: "sealed"; readonly id: Bytes };

/** The group of a record, as a house has it. */
export function groupOf(position: GroupPosition | null): Group | null {
  if (position === null) return null;
  const { id, turn } = position;
  return { id: id.toHex(), turn };
}

/** Whether the group of a room is what something claims. */
export function holds(claim: GroupClaim, group: Group | null): boolean {
  const wanted = claim.kind === "founded" ? claim.replaces : claim.id;
  if (wanted?.toHex() !== group?.id) return false;
  return claim.kind !== "committed" || claim.turn === group?.turn;
}

/** Whether a room of that type may have such a GroupInfo. */
export function isFitting(info: Bytes, type: RoomKind): boolean {
  if (info.length === 0) return false;
  return type !== "direct" || info.length <= MAX_DIRECT_INFO_BYTES;
}

/** What to store of a claim that holds. */
export function changeOf(claim: GroupClaim): GroupChange | undefined {
  switch (claim.kind) {
    case "founded":
      return { kind: "founded", id: claim.id, ...claim.introduction };
    case "committed":
      return { kind: "committed", turn: claim.turn + 1, info: claim.info };
    case "sealed":
      return undefined;
  }
}

/** The group of a room after a claim that holds. */
export function groupAfter(claim: GroupClaim): Group | undefined {
  const id = claim.id.toHex();
  switch (claim.kind) {
    case "founded":
      return { id, turn: 0 };
    case "committed":
      return { id, turn: claim.turn + 1 };
    case "sealed":
      return undefined;
  }
}
