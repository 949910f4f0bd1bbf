import type { Standing } from "../protocol/entry.ts";
import type { SanctionKind } from "../protocol/words.ts";
import type { House } from "./house.ts";
import type { Role, Sanction } from "./registry.ts";
import { fingerprintText } from "./subject.ts";

/** Under which a sanction is found. */
export function sanctionKey(kind: SanctionKind, subject: string): string {
  return `${kind} ${subject}`;
}

/** What is in force at the time `at` against a fingerprint or an address. */
export function sanctionOn(
  subject: string,
  { kind, house, at }: {
    readonly kind: SanctionKind;
    readonly house: House;
    readonly at: number;
  },
): Sanction | undefined {
  const sanction = house.sanctions.get(sanctionKey(kind, subject));
  if (sanction === undefined) return undefined;
  return sanction.until === null || sanction.until > at ? sanction : undefined;
}

/** What somebody is besides a member, whatever is held against it. */
export function roleOf(owner: string, house: House): Role | undefined {
  if (house.settings.owners?.includes(owner)) return "owner";
  return house.roles.get(owner);
}

/** What somebody may do at the time `at`; who has a role cannot be muted. */
export function standingOf(
  owner: string,
  { house, at }: { readonly house: House; readonly at: number },
): Standing {
  const role = roleOf(owner, house);
  if (role !== undefined) return role;
  const subject = fingerprintText(Uint8Array.fromHex(owner));
  const muted = sanctionOn(subject, { kind: "mute", house, at });
  return muted === undefined ? "member" : "muted";
}

/** The ban that keeps an identity, or everybody at an address, out. */
export function banOf(
  who: { readonly owner: string; readonly address: string },
  { house, at }: { readonly house: House; readonly at: number },
): Sanction | undefined {
  if (roleOf(who.owner, house) === "owner") return undefined;
  const subject = fingerprintText(Uint8Array.fromHex(who.owner));
  return sanctionOn(subject, { kind: "ban", house, at }) ??
    sanctionOn(who.address, { kind: "ban", house, at });
}
