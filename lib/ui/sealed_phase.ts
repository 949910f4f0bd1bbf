import type { Conversation } from "../room/conversation.ts";
import type { SealedPhase, SealedStatus } from "../room/sealed_rooms.ts";
import { shownName } from "./author_spans.ts";
import { sanitizeLine } from "./sanitize.ts";

/** What each phase means, in a few words; empty when all is well. */
const PHASES: Readonly<Record<SealedPhase, string>> = {
  unborn: "nothing said yet",
  joining: "asking for the keys",
  waiting: "waits for the other",
  catching_up: "reading what was missed",
  member: "",
  excluded: "you were removed",
  stale: "old keys, /resync",
  keyless: "no keys",
};

/** What messages that are not sent yet wait for. */
const WAITS: Readonly<Record<SealedPhase, string>> = {
  unborn: "",
  joining: "waits for keys",
  waiting: "waits for the other",
  catching_up: "waits until what was missed is read",
  member: "",
  excluded: "you were removed",
  stale: "waits for /resync",
  keyless: "waits for keys",
};

/** Phases that may last: nobody waits for what is said then. */
const LASTING: readonly SealedPhase[] = [
  "waiting",
  "excluded",
  "stale",
  "keyless",
];

/** How things stand with keys, for the line under the text being written. */
export interface KeysStatus {
  /** A few words; empty when there is nothing to tell. */
  readonly short: string;
  /** The same and why, if there is more to say. */
  readonly long: string;
  /** Whether it needs the reader's attention. */
  readonly alarm: boolean;
}

/**
 * Tells how things stand in a sealed or direct room.
 *
 * @param label Of a direct room, that of the other: `@bob`.
 */
export function keysStatus(
  { phase, why, changed }: SealedStatus,
  label: string,
): KeysStatus {
  const [first, ...others] = changed;
  if (first !== undefined) {
    const rest = others.length > 0 ? ` and ${others.length} more` : "";
    const name = shownName(first);
    const short = `another key: ${name}${rest}`;
    const long = `${short}; nothing is sent, see /verify ${name}`;
    return { short, long, alarm: true };
  }
  const reason = sanitizeLine(why);
  const more = phase === "keyless" && reason !== "" ? ", see /digits" : "";
  const short = named(PHASES[phase], label) + more;
  const long = reason === "" ? short : reason;
  const alarm = phase === "excluded" || phase === "stale" ||
    phase === "keyless";
  return { short, long: short === "" ? "" : long, alarm };
}

/** What messages of ours wait for in a room; empty when for nothing of its own. */
export function waitsFor(
  { sealed }: Pick<Conversation, "sealed">,
  room: number,
  label: string,
): string {
  const status = sealed.status(room);
  return status === undefined ? "" : named(WAITS[status.phase], label);
}

/** Whether what is said in a room now may wait for long. */
export function waitsLong(
  { sealed }: Pick<Conversation, "sealed">,
  room: number,
): boolean {
  const status = sealed.status(room);
  return status !== undefined && LASTING.includes(status.phase);
}

/** Names the other of a room of two. */
function named(text: string, label: string): string {
  return label.startsWith("@")
    ? text.replace("the other", label.slice(1))
    : text;
}
