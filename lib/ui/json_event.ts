import type { ChatError } from "../errors.ts";
import type { Author, Entry } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";
import { isDate } from "./clock_face.ts";
import { fingerprintText } from "./marks.ts";
import { safeJson } from "./safe_json.ts";

/** What happened to a line we sent that the server did not take. */
export interface Refused {
  readonly kind: "refused";
  /** The text that was not said. */
  readonly text: string;
  readonly error: ChatError;
}

/** Who we are in the conversation: the first event of all. */
export interface Entered {
  readonly kind: "entered";
  readonly self: Author;
  readonly serverName: string;
}

/** Everything that becomes a line. */
export type JsonEvent = ConversationEvent | Refused | Entered;

/**
 * One event as one line of JSON (RFC 8259) without the line feed. Texts keep
 * their content; characters a terminal would obey, or hide, are escaped.
 *
 * | `event`         | other fields                                          |
 * | --------------- | ----------------------------------------------------- |
 * | `entered`       | `server`, and our own `name` and `fingerprint`        |
 * | `said`, `did`   | `room`, `seq`, `at`, `name`, `fingerprint`, `text`    |
 * | `joined`        | `room`, `seq`, `at`, `name`, `fingerprint`            |
 * | `left`          | the same and `why`                                    |
 * | `notice`        | `text`                                                |
 * | `goodbye`       | `why`, `text`                                         |
 * | `refused`       | `why` (an error code), `reason` in words, `text`      |
 */
export function jsonLine(event: JsonEvent): string {
  return safeJson(fieldsOf(event));
}

function fieldsOf(event: JsonEvent): object {
  switch (event.kind) {
    case "entered":
      return {
        event: event.kind,
        server: event.serverName,
        name: event.self.name,
        fingerprint: fingerprintText(event.self.fingerprint),
      };
    case "notice":
      return { event: event.kind, text: event.text };
    case "goodbye":
      return { event: event.kind, why: event.why, text: event.text };
    case "refused":
      return {
        event: event.kind,
        why: event.error.code,
        reason: event.error.message,
        text: event.text,
      };
    default:
      return entryFields(event);
  }
}

function entryFields(entry: Entry): object {
  const position = {
    event: entry.kind,
    room: entry.room === 0 ? "lobby" : String(entry.room),
    seq: entry.seq,
    at: isDate(entry.at) ? new Date(entry.at).toISOString() : null,
    name: entry.name,
    fingerprint: fingerprintText(entry.fingerprint),
  };
  switch (entry.kind) {
    case "joined":
      return position;
    case "left":
      return { ...position, why: entry.why };
    default:
      return { ...position, text: entry.text };
  }
}
