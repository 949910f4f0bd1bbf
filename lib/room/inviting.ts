import { ChatError } from "../errors.ts";
import { ID_BYTES } from "../protocol/limits.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import type { Effect } from "./house_event.ts";
import { requireRole } from "./permission.ts";
import { refuseError } from "./refusal.ts";
import type { PersonTurn } from "./turn.ts";

/** The shortest time for which an invitation may be open, in seconds. */
export const MIN_INVITATION_SECONDS = 60;
/** The longest, likewise: thirty days. */
export const MAX_INVITATION_SECONDS = 2_592_000;

/** Makes an invitation for one new identity; its secret is not kept. */
export function invite(
  { id, seconds }: MessageOfKind<"invite">,
  turn: PersonTurn,
): Effect {
  const { house, session, person, at } = turn;
  const { history, random, digest } = house.settings;
  try {
    requireRole(turn, { what: "invite", least: "operator" });
    if (!isInvitationTime(seconds)) {
      throw new ChatError(
        "CHAT_MESSAGE_INVALID",
        "Cannot invite: it may be open for a minute to 30 days",
      );
    }
    const secret = random(ID_BYTES);
    const until = at + seconds * 1_000;
    history.invite({ digest: digest(secret), by: person.name, at, until });
    const message = { kind: "invitation", id, secret, until } as const;
    return { kind: "reply", session: session.id, message };
  } catch (error) {
    return refuseError(error, id, turn);
  }
}

/** Whether an invitation may be open for so many seconds. */
export function isInvitationTime(seconds: number): boolean {
  return seconds >= MIN_INVITATION_SECONDS && seconds <= MAX_INVITATION_SECONDS;
}
