import { ChatError } from "../errors.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import type { House } from "./house.ts";
import { tryParseIpRange } from "./ip_range.ts";
import { fingerprintText, ownerNamed } from "./subject.ts";

/** Whom a request of a moderator is about. */
export type Target =
  | {
    readonly kind: "identity";
    /** Its fingerprint in hex. */
    readonly owner: string;
    /** The same as people write it. */
    readonly subject: string;
    /** What it is called; empty when it was never here, or long ago. */
    readonly name: string;
  }
  | {
    readonly kind: "addresses";
    /** As `tryParseIpRange` makes it. */
    readonly subject: string;
  };

/**
 * Finds whom a request is about: an address where bans are concerned, a
 * fingerprint, known or not, or a name, present or remembered. Who is called like
 * an address can be banned by its fingerprint.
 *
 * @throws {ChatError} `CHAT_NO_SUCH_MEMBER`.
 */
export function targetOf(
  { verb, subject: text }: MessageOfKind<"moderate">,
  house: House,
): Target {
  if (verb === "ban" || verb === "unban") {
    const range = tryParseIpRange(text);
    if (range !== null) return { kind: "addresses", subject: range };
  }
  const owner = ownerNamed(text, house);
  if (owner === undefined) {
    throw new ChatError(
      "CHAT_NO_SUCH_MEMBER",
      `Cannot ${verb}: nobody of that name is known here`,
    );
  }
  const subject = fingerprintText(Uint8Array.fromHex(owner));
  const name = house.guests.guestOf(owner)?.name.shown ?? "";
  return { kind: "identity", owner, subject, name };
}
