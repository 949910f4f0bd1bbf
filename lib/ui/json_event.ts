import type { ChatError } from "../errors.ts";
import type { Author, Entry, Standing } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";
import { isNews } from "./is_news.ts";
import { fingerprintText } from "./marks.ts";
import { UNSAFE_CHARACTER } from "./sanitize.ts";
import {
  authorFields,
  moment,
  sealedEventName,
  sealedFields,
} from "./sealed_json.ts";

/** What happened to a line we sent that the server did not take. */
export interface Refused {
  readonly kind: "refused";
  /** Where it was to be said. */
  readonly room: number;
  /** The text that was not said. */
  readonly text: string;
  readonly error: ChatError;
}

/** Who we are in the conversation: the first event of all. */
export interface Entered {
  readonly kind: "entered";
  readonly self: Author;
  readonly standing: Standing;
  readonly serverName: string;
  /** Where our lines go. */
  readonly room: number;
}

/** Everything that becomes a line. */
export type JsonEvent = ConversationEvent | Refused | Entered;

/**
 * One event as one line of JSON (RFC 8259) without the line feed. Texts keep
 * their content; characters a terminal would obey, or hide, are escaped. The
 * table of fields is in README.md, "From a program".
 *
 * @param nameOf How a room is called: `dev`, `&plans`, or `@bob` of just two.
 */
export function jsonLine(
  event: JsonEvent,
  nameOf: (room: number) => string,
): string {
  const name = isNews(event) ? sealedEventName(event) : event.kind;
  const fields = { event: name, ...fieldsOf(event, nameOf) };
  return JSON.stringify(fields).replaceAll(UNSAFE_CHARACTER, escape);
}

function fieldsOf(
  event: JsonEvent,
  nameOf: (room: number) => string,
): object {
  if (isNews(event)) {
    return { room: nameOf(event.room), ...sealedFields(event) };
  }
  switch (event.kind) {
    case "entered":
      return {
        server: event.serverName,
        room: nameOf(event.room),
        ...authorFields(event.self),
        standing: event.standing,
      };
    case "room": {
      const { room, type, topic, peer } = event.room;
      const fingerprint = peer === null ? null : fingerprintText(peer);
      return { room: nameOf(room), type, topic, fingerprint };
    }
    case "parted":
      return { room: nameOf(event.room) };
    case "outgoing": {
      const { number, room, state, why, text } = event.message;
      return { room: nameOf(room), number, state, why, text };
    }
    case "missed":
      return { room: nameOf(event.room), from: event.from, to: event.to };
    case "changed":
      return { room: nameOf(event.room), text: event.text };
    case "connection":
      return { state: event.state, retry_ms: event.retryMs, text: event.text };
    case "standing":
      return { standing: event.standing };
    case "notice":
      return { text: event.text };
    case "goodbye":
      return { why: event.why, text: event.text };
    case "refused":
      return {
        room: nameOf(event.room),
        why: event.error.code,
        reason: event.error.message,
        text: event.text,
      };
    default:
      return {
        room: nameOf(event.room),
        seq: event.seq,
        at: moment(event.at),
        ...authorFields(event),
        ...entryFields(event),
      };
  }
}

function entryFields(entry: Entry): object {
  switch (entry.kind) {
    case "said":
    case "did":
    case "titled":
      return { text: entry.text };
    case "left":
      return { why: entry.why };
    case "renewed":
      return { next: fingerprintText(entry.next) };
    case "marks":
      return { delivered: entry.delivered, read: entry.read };
    case "moderated": {
      const { verb, subject, target, until } = entry;
      return {
        verb,
        subject,
        target: target === null ? null : fingerprintText(target),
        until: until === null ? null : moment(until),
      };
    }
    case "joined":
    case "typing":
    case "sealed": // what it means is told by who can open it
    case "committed":
    case "founded":
      return {};
  }
}

/** JSON writes characters beyond U+FFFF as two escapes (RFC 8259 section 7). */
function escape(character: string): string {
  return character.split("").map((unit) => (
    `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
  )).join("");
}
