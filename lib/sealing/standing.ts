import { ChatError, type ErrorCode } from "../errors.ts";
import type { SealedPhase, SealedStatus } from "../room/sealed_rooms.ts";
import type { RoomCell } from "./room_cell.ts";

/** Where this device stands with a room. */
export function statusOf(cell: RoomCell): SealedStatus {
  const room = cell.session?.room;
  return {
    ...phaseOf(cell),
    epoch: room?.epoch ?? null,
    digits: room?.epochFingerprint ?? null,
    changed: cell.changed,
  };
}

/** Whether what is said can be sealed now, or at least begins the room. */
export function isReady(cell: RoomCell): boolean {
  const { phase } = phaseOf(cell);
  if (cell.isHeld) return false;
  return phase === "member" || phase === "unborn" ||
    (phase === "keyless" && cell.isDirect);
}

/**
 * That nobody shows another key than the one that was verified.
 *
 * @throws {ChatError} `CHAT_IDENTITY_CHANGED`.
 */
export function checkTrust(cell: RoomCell): void {
  const [changed] = cell.changed;
  if (changed !== undefined) {
    throw new ChatError(
      "CHAT_IDENTITY_CHANGED",
      `Cannot send message: ${changed.name} has another key than the one you verified`,
    );
  }
}

/**
 * That nobody would read it who should not.
 *
 * @throws {ChatError} `CHAT_IDENTITY_CHANGED`, `CHAT_SEAL_REFUSED`.
 */
export function checkReaders(cell: RoomCell): void {
  checkTrust(cell);
  const [ghost] = cell.ghosts;
  if (ghost !== undefined) {
    throw new ChatError(
      "CHAT_SEAL_REFUSED",
      `Cannot send message: ${ghost.name} is in this room of two as well`,
    );
  }
}

/**
 * That there are keys to change, or will be without the user.
 *
 * @throws {ChatError} `CHAT_SEAL_NO_KEYS`, `CHAT_SEAL_REMOVED`,
 * `CHAT_SEAL_OUT_OF_STEP`.
 */
export function checkHasKeys(cell: RoomCell): void {
  const { phase, why } = phaseOf(cell);
  const refuse = (code: ErrorCode, found: string): never => {
    throw new ChatError(code, `Cannot change keys: ${found}`);
  };
  if (phase === "unborn") {
    refuse("CHAT_SEAL_NO_KEYS", "nothing was said in this room of two yet");
  }
  if (phase === "keyless") refuse("CHAT_SEAL_NO_KEYS", why);
  if (phase === "excluded") refuse("CHAT_SEAL_REMOVED", why);
  const isBegun = cell.founding !== undefined || cell.next !== undefined;
  if (isBegun || cell.isStray) refuse("CHAT_SEAL_OUT_OF_STEP", why);
}

function phaseOf(
  cell: RoomCell,
): { readonly phase: SealedPhase; readonly why: string } {
  const { session, trouble } = cell;
  const is = (
    phase: SealedPhase,
    why = trouble,
  ): { phase: SealedPhase; why: string } => ({ phase, why });
  if (cell.founding !== undefined || cell.next !== undefined) {
    return is("waiting", trouble || whyWaiting(cell));
  }
  if (cell.isOutdated) return { phase: "keyless", why: OUTDATED };
  if (session === undefined) return phaseWithout(cell);
  if (cell.isOutlived && cell.isCaughtUp) {
    return { phase: "keyless", why: whyOutlived(cell) };
  }
  const { standing, isStale } = session.room;
  if (standing === "excluded") {
    return is("excluded", cell.isElsewhere ? ELSEWHERE : REMOVED);
  }
  if (standing === "joining") return is("joining");
  if (isStale || cell.isStray) return is("stale", trouble || STRAY);
  if (!cell.isCaughtUp || !session.room.isInStep) return is("catching_up");
  const [ghost] = cell.ghosts;
  if (ghost !== undefined) {
    return is("member", `${ghost.name} is in this room of two as well`);
  }
  if (cell.isDirect && !cell.hasPeer) {
    return is("waiting", trouble || whyWaiting(cell));
  }
  return is("member", "");
}

function phaseWithout(
  { held, info, keyless, trouble, isDirect, isFound }: RoomCell,
): { readonly phase: SealedPhase; readonly why: string } {
  if (held !== undefined) return { phase: "joining", why: trouble };
  if (keyless !== "") return { phase: "keyless", why: keyless };
  if (!isDirect && isFound) return { phase: "keyless", why: NO_LINK };
  if (!isDirect) return { phase: "joining", why: trouble };
  if (info.group === null) return { phase: "unborn", why: trouble };
  return { phase: "joining", why: trouble };
}

/** Why nothing is sent to a room of two yet. */
export function whyWaiting({ info: { name } }: RoomCell): string {
  return `${name} has not taken the keys of this room yet: what you say waits`;
}

function whyOutlived({ info: { name } }: RoomCell): string {
  return `${name} has another key now: say something or use /resync to begin anew`;
}

const REMOVED = "You were removed: /resync asks to come back";
const ELSEWHERE =
  "Another device of yours has taken the place of this one: /resync takes it back, and puts that one out";
const NO_LINK = "Open the link of the room again to get its keys";
const OUTDATED =
  "The server shows keys that were replaced: say something or use /resync to begin anew";
const STRAY = "The log is another one than before: /resync takes its keys";
