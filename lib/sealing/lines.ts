import type { Bytes } from "../bytes.ts";
import { fingerprintBytes } from "../identity/fingerprint.ts";
import type { Author } from "../protocol/entry.ts";
import type { SealedChange } from "../room/sealed_rooms.ts";
import type { SealedIdentity } from "../sealed/credential.ts";
import { type SealedEvent, UNREADABLE } from "../sealed/event.ts";
import { type Content, decodeContent } from "./content.ts";
import type { KeptLine } from "./sealed_store.ts";

/** Where and when something stands in the log of its room. */
export interface LinePlace {
  readonly room: number;
  readonly seq: number;
  readonly at: number;
}

/** What is known of an entry besides what opening it tells. */
export interface LineContext extends LinePlace {
  /** Ourselves, under our name in the room. */
  readonly self: Author;
  /** What we said ourselves with it, as far as this device remembers. */
  readonly own: Bytes | undefined;
  /** Authors of whom it is not known what has come: none of theirs is missing. */
  readonly unsure: ReadonlySet<string>;
}

/** Why something cannot be read, in words that are not those of the engine. */
export const WHY_UNREADABLE = {
  ...UNREADABLE,
  content: "it says what this version of chat does not know",
  no_keys: "this device has no keys for it: /resync begins anew",
  other_device:
    "what is said here was sealed for another device of yours: unless that one reads it, it is sent again when its author is here, or use /resync",
  earlier: "it was said before this device had the keys of now",
  own_unknown:
    "this device sent it and does not know any more what it said: it was shown before, or given up",
  own_state_damaged:
    "what this device had kept of the room is damaged: it takes the current keys again",
} as const;

/** A stable word for why something cannot be read. */
export type WhyUnreadable = keyof typeof WHY_UNREADABLE;

/** What to show of an entry, for all that reading it told. */
export function linesOf(
  events: readonly SealedEvent[],
  context: LineContext,
): readonly KeptLine[] {
  return events.flatMap((event) => linesOfOne(event, context));
}

/** News of a room, as a line. */
export function news(change: SealedChange, place: LinePlace): KeptLine {
  const { room, seq, at } = place;
  return { kind: "sealed", room, entry: seq, at, change };
}

/** That something cannot be read, and what helps. */
export function unreadable(
  reason: WhyUnreadable,
  what: "message" | "commit" = "message",
): SealedChange {
  return { kind: "unreadable", what, reason, text: WHY_UNREADABLE[reason] };
}

/** A member, as events name people. */
export function authorOf({ name, fingerprint }: SealedIdentity): Author {
  return { name, fingerprint: fingerprintBytes(fingerprint) };
}

function linesOfOne(
  event: SealedEvent,
  context: LineContext,
): readonly KeptLine[] {
  const tell = (change: SealedChange): readonly KeptLine[] => [
    news(change, context),
  ];
  switch (event.kind) {
    case "message":
      return linesOfMessage(event, context);
    case "echo":
      if (context.own === undefined) return tell(unreadable("own_unknown"));
      return context.own.length === 0 // that we go: others tell it
        ? []
        : linesOfContent(context.own, context.self, context);
    case "joined":
      return tell({ kind: "joined", member: authorOf(event.member) });
    case "rejoined": {
      const member = authorOf(event.member);
      const before = authorOf(event.before);
      return tell({ kind: "rejoined", member, before });
    }
    case "left":
    case "removed": {
      const { kind, member, by } = event;
      return tell({ kind, member: authorOf(member), by: authorOf(by) });
    }
    case "rekeyed":
    case "excluded":
      return tell({ kind: event.kind, by: authorOf(event.by) });
    case "confirmed":
      return event.intent === "join"
        ? tell({ kind: "entered", members: event.members })
        : [];
    case "unreadable":
      return tell(unreadable(event.reason, event.what));
    case "leaving":
    case "lost":
      return [];
  }
}

function linesOfMessage(
  { from, body, missing }: Extract<SealedEvent, { kind: "message" }>,
  context: LineContext,
): readonly KeptLine[] {
  const member = authorOf(from);
  const isKnown = !context.unsure.has(member.fingerprint.toHex());
  const gap: SealedChange = { kind: "missing", member, count: missing };
  return [
    ...missing > 0 && isKnown ? [news(gap, context)] : [],
    ...linesOfContent(body, member, context),
  ];
}

function linesOfContent(
  bytes: Bytes,
  author: Author,
  place: LinePlace,
): readonly KeptLine[] {
  const content = decodeContent(bytes);
  if (content === undefined) return [news(unreadable("content"), place)];
  if (content.kind === "past") {
    const { lines } = content;
    return [news({ kind: "shared", by: author, lines }, place)];
  }
  const { room, seq, at } = place;
  const { name, fingerprint } = author;
  const kind = KINDS[content.kind];
  return [{ kind, room, seq, at, name, fingerprint, text: content.text }];
}

const KINDS = {
  say: "said",
  act: "did",
  title: "titled",
} as const satisfies Record<Exclude<Content["kind"], "past">, string>;
