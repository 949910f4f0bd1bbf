import {
  type Invitation,
  type Invitations,
  MAX_INVITATIONS,
  type Redemption,
} from "../room/registry.ts";
import { tooManyInvitations } from "./invitation_table.ts";
import type { MemoryRegistry } from "./memory_registry.ts";

interface MemoryInvitation extends Invitation {
  /** Who has redeemed it, in hex. */
  owner: string | undefined;
}

/** Invitations of a `MemoryHistory`. */
export class MemoryInvitations implements Invitations {
  readonly #registry: MemoryRegistry;
  /** By digest in hex. */
  readonly #invitations = new Map<string, MemoryInvitation>();

  constructor(registry: MemoryRegistry) {
    this.#registry = registry;
  }

  invite(invitation: Invitation): void {
    const key = invitation.digest.toHex();
    for (const [key, { until }] of this.#invitations) {
      if (until <= invitation.at) this.#invitations.delete(key);
    }
    this.#trim();
    const open = this.#all.filter(({ owner }) => owner === undefined);
    if (open.length >= MAX_INVITATIONS) throw tooManyInvitations();
    if (this.#invitations.has(key)) throw new Error("Cannot invite: used");
    this.#invitations.set(key, { ...invitation, owner: undefined });
  }

  hasInvitations(at: number): boolean {
    return this.#all.some((invitation) => isOpen(invitation, at));
  }

  redeem({ digest, owner, at }: Redemption): boolean {
    const invitation = this.#invitations.get(digest.toHex());
    if (invitation === undefined) return false;
    if (isOpen(invitation, at)) {
      invitation.owner = owner.toHex();
      this.#registry.make({ kind: "admit", admission: { owner, at } });
    }
    return invitation.owner === owner.toHex() && this.#registry.admits(owner);
  }

  get #all(): readonly MemoryInvitation[] {
    return [...this.#invitations.values()];
  }

  /** Forgets those redeemed long ago, so that they are bounded as well. */
  #trim(): void {
    const redeemed = this.#all.filter(({ owner }) => owner !== undefined)
      .toSorted((a, b) => b.at - a.at);
    for (const { digest } of redeemed.slice(MAX_INVITATIONS)) {
      this.#invitations.delete(digest.toHex());
    }
  }
}

function isOpen({ owner, until }: MemoryInvitation, at: number): boolean {
  return owner === undefined && until > at;
}
