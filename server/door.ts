import type { Refusal } from "../lib/channel/accept.ts";
import type { AccessList } from "../lib/identity/access_list.ts";
import { isDevelopmentIdentity } from "../lib/identity/development.ts";
import { fingerprintBytes } from "../lib/identity/fingerprint.ts";
import type { PublicIdentity } from "../lib/identity/public_identity.ts";
import { isLoopback } from "../lib/net/loopback.ts";
import type { House } from "../lib/room/house.ts";
import { banOf, banText, isRetirement } from "../lib/room/rights.ts";

/** Decides who may come in, as far as that does not take a conversation. */
export class Door {
  /** Admits just these keys; without it any proven identity may enter. */
  authorized: AccessList | undefined;
  readonly #house: House;

  constructor(house: House, authorized: AccessList | undefined) {
    this.#house = house;
    this.authorized = authorized;
  }

  /** Why a client that has proven who it is may not come in. */
  refuse(
    peer: PublicIdentity,
    { address, at }: { readonly address: string; readonly at: number },
  ): Refusal | undefined {
    if (isDevelopmentIdentity(peer.fingerprint) && !isLoopback(address)) {
      return {
        alert: "development_identity",
        reason: "the keys in certs/ are public",
      };
    }
    const house = this.#house;
    const ban = banOf({ owner: ownerOf(peer), address }, { house, at });
    // An old key is let in to be told that it is one.
    if (ban !== undefined && !isRetirement(ban)) {
      return { alert: "banned", reason: banText(ban) };
    }
    // While an invitation is open, who is unknown may show that it has one.
    const { history } = house.settings;
    if (this.isAdmitted(peer) || history.hasInvitations(at)) return undefined;
    return {
      alert: "not_authorized",
      reason: "your key is not among the authorized ones",
    };
  }

  /** Whether there is a list that names it. */
  lists({ publicKey }: PublicIdentity): boolean {
    return this.authorized?.has(publicKey) ?? false;
  }

  /** Whether the list names it, or there is none. */
  isAuthorized({ publicKey }: PublicIdentity): boolean {
    return this.authorized?.has(publicKey) ?? true;
  }

  /** Whether it may be here: by the list, or by an invitation. */
  isAdmitted(peer: PublicIdentity): boolean {
    return this.isAuthorized(peer) || this.#house.admitted.has(ownerOf(peer));
  }
}

function ownerOf({ fingerprint }: PublicIdentity): string {
  return fingerprintBytes(fingerprint).toHex();
}
