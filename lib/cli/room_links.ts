import { ChatError } from "../errors.ts";
import { type Address, formatAddress } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { makeLink, parseTarget, type Target } from "../identity/target.ts";
import type { LinkSecrets, RoomKey } from "../ui/scene.ts";

/** What a link to a server says besides where that is. */
export function linkParts(
  { invitation, room }: LinkSecrets = {},
): Pick<Target, "invitation" | "room" | "key"> {
  return {
    ...invitation === undefined ? {} : { invitation },
    ...room === undefined ? {} : { room: room.name, key: room.key },
  };
}

/** Makes links to a server as we have reached it. */
export function linksFor(
  { host, port }: Address,
  ...pins: readonly Fingerprint[]
): (secrets?: LinkSecrets) => string {
  return (secrets) => makeLink({ host, port, pins, ...linkParts(secrets) });
}

/**
 * Reads links of sealed rooms of one server. A server is its key, however it is
 * reached; a link that names no key has to name the address that we use.
 *
 * @param pins Keys that this server has and will have.
 * @returns A function that throws `CHAT_ADDRESS_INVALID` for a link of another
 * server, or of no sealed room, without quoting it.
 */
export function linkReader(
  address: Address,
  ...pins: readonly Fingerprint[]
): (text: string) => RoomKey {
  return (text) => {
    const { key, room, ...target } = parseTarget(text);
    const isHere = target.pins.length > 0
      ? target.pins.some((pin) => pins.includes(pin))
      : formatAddress(target) === formatAddress(address);
    if (!isHere && formatAddress(target) === formatAddress(address)) {
      throw refused(
        "it names another key than this server has, at the same address",
        "It was made for another server, or before this one had its key: ask a member for a new link",
      );
    }
    if (!isHere) {
      throw refused(
        `it leads to another server, ${formatAddress(target)}`,
        "Run `chat connect` in another terminal and paste it there",
      );
    }
    if (key === undefined || room === undefined) {
      throw refused(
        "it does not hold the key of a sealed room",
        "Use /join for an open room; ask a member of a sealed one for its link",
      );
    }
    return { name: room, key };
  };
}

function refused(found: string, hint: string): ChatError {
  return new ChatError(
    "CHAT_ADDRESS_INVALID",
    `Cannot open that link: ${found}`,
    { hint },
  );
}
