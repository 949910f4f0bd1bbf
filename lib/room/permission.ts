import { ChatError } from "../errors.ts";
import type { Verb } from "../protocol/entry.ts";
import { tryParseIpRange } from "./ip_range.ts";
import type { Role } from "./registry.ts";
import { roleOf } from "./rights.ts";
import type { Target } from "./target.ts";
import type { PersonTurn } from "./turn.ts";

/** What somebody is who moderates; the console speaks as the server itself. */
export function roleIn(
  { house, session, person }: PersonTurn,
): Role | undefined {
  return session.console ? "owner" : roleOf(person.owner, house);
}

/**
 * Refuses what is for operators, or for owners alone.
 *
 * @throws {ChatError} `CHAT_FORBIDDEN`.
 */
export function requireRole(
  turn: PersonTurn,
  { what, least }: { readonly what: string; readonly least: Role },
): void {
  const role = roleIn(turn);
  if (role === "owner" || role === least) return;
  throw forbidden(what, `that is for ${least}s`);
}

/**
 * Refuses what nobody may do to this one: to oneself, to an owner, or as an
 * operator to another. To lift what is held against somebody is to do nothing to
 * it, so whoever moderates may.
 *
 * @throws {ChatError} `CHAT_FORBIDDEN`.
 */
export function requireMayTouch(
  target: Target,
  verb: Verb,
  turn: PersonTurn,
): void {
  if (verb === "unmute" || verb === "unban") return;
  const { house, session, person } = turn;
  if (target.kind === "addresses") {
    if (tryParseIpRange(session.address) !== target.subject) return;
    throw forbidden(verb, "that is your own address");
  }
  if (target.owner === person.owner) throw forbidden(verb, "that is you");
  const role = roleOf(target.owner, house);
  if (role === "owner") throw forbidden(verb, "they are an owner");
  if (role === "operator" && roleIn(turn) !== "owner") {
    throw forbidden(verb, "they are an operator, as you are");
  }
}

/** The refusal of something for want of rights. */
export function forbidden(what: string, why: string): ChatError {
  return new ChatError("CHAT_FORBIDDEN", `Cannot ${what}: ${why}`);
}
