import { ChatError } from "../errors.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import type { SanctionKind } from "../protocol/words.ts";
import type { House } from "./house.ts";
import { forbidden } from "./permission.ts";
import type { Change, Sanction } from "./registry.ts";
import {
  isInForce,
  isRetirement,
  roleOf,
  sanctionKey,
  sanctionOn,
} from "./rights.ts";
import type { Target } from "./target.ts";
import type { PersonTurn } from "./turn.ts";

/** Identities that have a role, besides those the server's operator named. */
export const MAX_ROLES = 1_000;
/** Mutes and bans, those that ended but were not forgotten yet among them. */
export const MAX_SANCTIONS = 10_000;
/** Longest mute or ban with an end, in seconds: ten years. */
export const MAX_SANCTION_SECONDS = 315_360_000;
/** Of those that ended, how many are forgotten with each new one. */
const FORGOTTEN_AT_ONCE = 100;

/** What a moderator's request comes to. */
export interface Ruling {
  /** To be stored together; none when there is nothing to change. */
  readonly changes: readonly Change[];
  /** When it ends, in milliseconds since the epoch; null when it does not. */
  readonly until: number | null;
}

type Moderate = MessageOfKind<"moderate">;
type Identity = Target & { readonly kind: "identity" };

/**
 * Decides what has to change, and changes nothing. Nobody has a role and a mute or
 * ban in force at a time: who is muted or banned loses its role, who becomes an
 * operator may speak again.
 *
 * @throws {ChatError} `CHAT_NO_SUCH_MEMBER` when nothing is held against the
 * target that could be lifted, or it is not here; `CHAT_FORBIDDEN`, `CHAT_FULL`,
 * or `CHAT_MESSAGE_INVALID`.
 */
export function rule(
  request: Moderate,
  target: Target,
  turn: PersonTurn,
): Ruling {
  const { verb } = request;
  const until = endOf(request, turn.at);
  if (verb === "ban") return impose("ban", target, { ...turn, until });
  if (verb === "unban") return lift("ban", target, turn);
  if (target.kind === "addresses") throw new Error(`Cannot ${verb} addresses`);
  switch (verb) {
    case "mute":
      return impose("mute", target, { ...turn, until });
    case "unmute":
      return lift("mute", target, turn);
    case "op":
      return promote(target, turn);
    case "deop":
      return demote(target, turn);
    case "kick":
      return showOut(target, turn);
  }
}

/** Makes a change in the house, once it is stored. */
export function apply(change: Change, house: House): void {
  switch (change.kind) {
    case "role": {
      const owner = change.owner.toHex();
      if (change.role === null) house.roles.delete(owner);
      else house.roles.set(owner, change.role);
      return;
    }
    case "sanction": {
      const { kind, subject } = change.sanction;
      house.sanctions.set(sanctionKey(kind, subject), change.sanction);
      return;
    }
    case "lift":
      house.sanctions.delete(sanctionKey(change.of, change.subject));
      return;
    default:
      throw new Error(`Cannot apply a change of kind ${change.kind}`);
  }
}

function endOf({ verb, seconds }: Moderate, at: number): number | null {
  if (seconds === null) return null;
  const lasts = verb === "mute" || verb === "ban";
  if (lasts && seconds >= 1 && seconds <= MAX_SANCTION_SECONDS) {
    return at + seconds * 1_000;
  }
  throw new ChatError(
    "CHAT_MESSAGE_INVALID",
    lasts
      ? `Cannot ${verb}: it may last 1 second to ten years`
      : `Cannot ${verb}: that has no duration`,
  );
}

function impose(
  kind: SanctionKind,
  target: Target,
  turn: PersonTurn & { readonly until: number | null },
): Ruling {
  const { house, person, at, until } = turn;
  const { subject } = target;
  const existing = house.sanctions.get(sanctionKey(kind, subject));
  if (existing !== undefined && isRetirement(existing)) {
    throw noSuch(kind, "that key was replaced by the next one"); // for good
  }
  const forgotten = ended(house, at);
  const isNew = existing === undefined;
  if (isNew && house.sanctions.size - forgotten.length >= MAX_SANCTIONS) {
    throw full(kind, `there are ${house.sanctions.size} mutes and bans`);
  }
  const name = target.kind === "identity" ? target.name : "";
  const sanction = { kind, subject, name, by: person.name, at, until };
  const isOperator = target.kind === "identity" &&
    roleOf(target.owner, house) !== undefined;
  return {
    changes: [
      ...forgotten.map((each) => lifting(each)),
      ...isOperator ? [roleChange(target, null)] : [],
      { kind: "sanction", sanction },
    ],
    until,
  };
}

function lift(kind: SanctionKind, target: Target, turn: PersonTurn): Ruling {
  const { subject } = target;
  const sanction = sanctionOn(subject, { ...turn, kind });
  if (sanction === undefined) {
    throw noSuch(
      `un${kind}`,
      kind === "mute" ? "they are not muted" : "there is no such ban",
    );
  }
  return { changes: [lifting(sanction)], until: null };
}

function promote(target: Identity, { house, at }: PersonTurn): Ruling {
  const { owner, subject } = target;
  if (roleOf(owner, house) === "operator") return { changes: [], until: null };
  if (sanctionOn(subject, { kind: "ban", house, at }) !== undefined) {
    throw forbidden("op", "they are banned; lift that first");
  }
  if (house.roles.size >= MAX_ROLES) {
    throw full("op", `there are ${house.roles.size} operators`);
  }
  const mute = house.sanctions.get(sanctionKey("mute", subject));
  return {
    changes: [
      ...mute === undefined ? [] : [lifting(mute)],
      roleChange(target, "operator"),
    ],
    until: null,
  };
}

function demote(target: Identity, { house }: PersonTurn): Ruling {
  if (roleOf(target.owner, house) !== "operator") {
    throw noSuch("deop", "they are no operator");
  }
  return { changes: [roleChange(target, null)], until: null };
}

function showOut({ owner }: Identity, { house }: PersonTurn): Ruling {
  for (const session of house.sessions.values()) {
    if (session.owner === owner) return { changes: [], until: null };
  }
  throw noSuch("kick", "they are not here");
}

/** Some of those that ended. */
function ended(house: House, at: number): readonly Sanction[] {
  const found: Sanction[] = [];
  for (const sanction of house.sanctions.values()) {
    if (isInForce(sanction, at)) continue;
    found.push(sanction);
    if (found.length === FORGOTTEN_AT_ONCE) break;
  }
  return found;
}

function lifting({ kind, subject }: Sanction): Change {
  return { kind: "lift", of: kind, subject };
}

function roleChange({ owner }: Identity, role: "operator" | null): Change {
  return { kind: "role", owner: Uint8Array.fromHex(owner), role };
}

function noSuch(what: string, why: string): ChatError {
  return new ChatError("CHAT_NO_SUCH_MEMBER", `Cannot ${what}: ${why}`);
}

function full(what: string, why: string): ChatError {
  return new ChatError("CHAT_FULL", `Cannot ${what}: ${why}`);
}
