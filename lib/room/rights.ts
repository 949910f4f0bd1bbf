import type { Standing } from "../protocol/entry.ts";
import type { SanctionKind } from "../protocol/words.ts";
import type { House } from "./house.ts";
import { tryParseIpRange } from "./ip_range.ts";
import type { Role, Sanction } from "./registry.ts";
import { fingerprintText } from "./subject.ts";

/** A house at a time: what is in force depends on both. */
interface Moment {
  readonly house: House;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
}

/** Under which a sanction is found. */
export function sanctionKey(kind: SanctionKind, subject: string): string {
  return `${kind} ${subject}`;
}

/** Whether a sanction has not ended yet. */
export function isInForce({ until }: Sanction, at: number): boolean {
  return until === null || until > at;
}

/** What is in force at the time `at` against a fingerprint or an address. */
export function sanctionOn(
  subject: string,
  { kind, house, at }: Moment & { readonly kind: SanctionKind },
): Sanction | undefined {
  const sanction = house.sanctions.get(sanctionKey(kind, subject));
  if (sanction === undefined) return undefined;
  return isInForce(sanction, at) ? sanction : undefined;
}

/**
 * What somebody is besides a member, whatever is held against it. Owners are who
 * the operator of the server names; operators are who owners make so.
 */
export function roleOf(owner: string, house: House): Role | undefined {
  if (house.settings.owners?.includes(owner)) return "owner";
  return house.roles.get(owner);
}

/** What somebody may do at the time `at`; who has a role cannot be muted. */
export function standingOf(owner: string, { house, at }: Moment): Standing {
  const role = roleOf(owner, house);
  if (role !== undefined) return role;
  const subject = fingerprintText(Uint8Array.fromHex(owner));
  const muted = sanctionOn(subject, { kind: "mute", house, at });
  return muted === undefined ? "member" : "muted";
}

/**
 * The ban that keeps an identity, or everybody at an address, out. Neither holds
 * for owners, and that of an address not for operators: they would lock
 * themselves out, and they are who they are wherever they come from.
 */
export function banOf(
  who: { readonly owner: string; readonly address: string },
  { house, at }: Moment,
): Sanction | undefined {
  if (house.sanctions.size === 0) return undefined;
  const role = roleOf(who.owner, house);
  if (role === "owner") return undefined;
  const subject = fingerprintText(Uint8Array.fromHex(who.owner));
  const own = sanctionOn(subject, { kind: "ban", house, at });
  if (own !== undefined || role === "operator") return own;
  const range = tryParseIpRange(who.address);
  if (range === null) return undefined;
  return sanctionOn(range, { kind: "ban", house, at });
}

/** Whether a ban keeps out a key that its own owner has replaced. */
export function isRetirement({ kind, by }: Sanction): boolean {
  return kind === "ban" && by === "";
}

/** What to tell somebody whom a ban keeps out. */
export function banText(ban: Sanction): string {
  const { until } = ban;
  if (isRetirement(ban)) return "Your key was replaced by the next one";
  if (until === null) return "You are banned";
  const [day, time] = new Date(until).toISOString().split("T");
  return `You are banned until ${day} ${time?.slice(0, 5)} UTC`;
}
