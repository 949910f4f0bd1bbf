import { GOODBYE_ERRORS } from "../protocol/words.ts";
import type { ConversationEvent, Outgoing } from "../room/conversation.ts";
import type { Entry, Standing } from "../protocol/entry.ts";
import type { SealedNews } from "../room/sealed_rooms.ts";
import { remarkLines } from "./remark.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Line } from "./style.ts";
import { truncate } from "./width.ts";

/** Columns of a message that is quoted in a remark. */
const QUOTED_COLUMNS = 40;

const STANDING: Record<Standing, string> = {
  owner: "You own this server now",
  operator: "You are an operator now; /help lists more commands",
  member: "You are a member like others now",
  muted: "You are muted: you may listen, but not speak",
};

/** What is told of events that are no entries of a log. */
export interface EventContext {
  /** How a room is called. */
  readonly label: (room: number) => string;
  /** Lines of one notice shown at most. */
  readonly maxLines: number;
}

/** The lines an event is shown as that is no entry of a log. */
export function eventLines(
  event: Exclude<ConversationEvent, Entry | SealedNews>,
  { label, maxLines }: EventContext,
): Line[] {
  switch (event.kind) {
    case "notice":
      return remarkLines(event.text, { maxLines });
    case "goodbye":
      return remarkLines(goodbyeText(event.text), {
        alarm: GOODBYE_ERRORS[event.why] !== null,
        maxLines,
      });
    case "parted":
      return remarkLines(`You are not in ${label(event.room)} any more`);
    case "outgoing": {
      const { message } = event;
      return message.state === "failed"
        ? failureLines(message, label, advice(message))
        : [];
    }
    case "missed":
      return alarm(missedText(event, label(event.room)));
    case "changed":
      return alarm(
        `The past of ${label(event.room)} is not the one you read before: ` +
          sanitizeLine(event.text),
      );
    case "standing":
      return remarkLines(STANDING[event.standing]);
    case "connection": // the status has the rest
    case "room":
      return [];
  }
}

/** A message as it is quoted in a remark: short, and one line. */
export function quoted(text: string): string {
  return truncate(sanitizeLine(text), QUOTED_COLUMNS);
}

/**
 * Tells of a message that was refused.
 *
 * @param then What can be done about it.
 */
export function failureLines(
  { room, text, why }: Outgoing,
  label: (room: number) => string,
  then: string,
): Line[] {
  const reason = why === null ? "" : `\n${sanitizeLine(why)}`;
  return alarm(
    `Not sent to ${label(room)}: ${quoted(text)}${reason}\n${then}`,
  );
}

function advice({ number }: Outgoing): string {
  return `/retry ${number} sends it again, /discard ${number} gives it up`;
}

function missedText(
  { from, to }: { readonly from: number; readonly to: number },
  label: string,
): string {
  const count = to - from + 1;
  return count === 1
    ? `A message of ${label} is missing: the server does not keep it any more`
    : `${count} messages of ${label} are missing: ` +
      "the server does not keep them any more";
}

function goodbyeText(text: string): string {
  return text.trim() === ""
    ? "The server ended the conversation"
    : `The server ended the conversation: ${text}`;
}

function alarm(text: string): Line[] {
  return remarkLines(text, { alarm: true });
}
