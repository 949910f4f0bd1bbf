import { type Bytes, equalBytes } from "../bytes.ts";
import type { Author, Entry, LeaveReason, Verb } from "../protocol/entry.ts";
import { authorSpans } from "./author_spans.ts";
import { fingerprintText, type Marks } from "./marks.ts";
import { mentionSpans } from "./mention.ts";
import { MARGIN, withLeftOut } from "./remark.ts";
import { sanitizeLine, sanitizeText } from "./sanitize.ts";
import type { Line, Span } from "./style.ts";

/** What an entry is shown with. */
export interface EntryContext {
  readonly self: Author;
  readonly marks: Marks;
  /** How a moment is written before an entry. */
  readonly stamp: (at: number) => string;
  /** How a moment of another day may be written. */
  readonly moment: (at: number) => string;
  /** Where a text speaks of ourselves. */
  readonly mention: RegExp;
  /** Lines of one message shown at most; the rest is counted, not shown. */
  readonly maxLines: number;
}

/** Where an entry belongs. */
export interface EntryPlace {
  /** The room's label, where it must be told from others. */
  readonly label?: readonly Span[];
  /** Whether it is a room of two. */
  readonly direct?: boolean;
  /**
   * Whether the server cannot read it: then what the server says of people is
   * told apart from what members have sealed.
   */
  readonly sealed?: boolean;
}

const LEFT: Record<LeaveReason, string> = {
  quit: "left",
  cut: "left: the connection was cut",
  parted: "left this room for good",
  kicked: "was shown out",
  banned: "was banned",
  removed: "left: no longer authorized",
  idle: "left: did not answer any more",
  too_slow: "left: the connection was too slow",
  flooding: "left: sent too much",
  error: "left: broke the protocol",
};
/** Of a room of two: who has left it is back when either says something. */
const LEFT_DIRECT: Partial<typeof LEFT> = {
  parted: "left this conversation",
};
/** Of a sealed room: who is away keeps its keys. */
const LEFT_SEALED: Partial<typeof LEFT> = {
  quit: "is offline",
  cut: "is offline: the connection was cut",
};

const RENEWED = " has a new key, signed with the old one:";
/** Members of a sealed room believe the group, in which it has to join anew. */
const RENEWED_SAYS_SERVER =
  " has a new key at the server, which says that the old one signed it:";

/** What was done to somebody, around the name. */
const MODERATED: Record<Verb, readonly [string, string]> = {
  op: ["made", " an operator"],
  deop: ["made", " an operator no more"],
  mute: ["muted", ""],
  unmute: ["let", " speak again"],
  kick: ["showed", " out"],
  ban: ["banned", ""],
  unban: ["let", " come back"],
};

/**
 * The lines an entry is shown as; only ours begin at the first column. What is
 * told elsewhere on the screen gives none.
 */
export function entryLines(
  entry: Entry,
  context: EntryContext,
  { label = [], direct = false, sealed = false }: EntryPlace = {},
): Line[] {
  const own = isOwn(entry, context);
  const time = { dim: true, text: context.stamp(entry.at) };
  const place = label.length > 0 ? [...label, plain(" ")] : [];
  const who = (style: { bold?: boolean; dim?: boolean }): Span[] => (
    authorSpans(entry, context.marks, style)
  );
  const remark = (sign: string, ...rest: readonly Span[]): Line[] => [
    line([time, dim(` ${sign} `), ...place, ...who({ dim: true }), ...rest]),
  ];
  const bold = own ? { bold: true } : {};
  switch (entry.kind) {
    case "said":
      return withText(entry.text, context, {
        own,
        start: [time, plain(" "), ...place, ...who(bold), plain(": ")],
      });
    case "did":
      return withText(entry.text, context, {
        own,
        start: [time, plain(" * "), ...place, ...who(bold), plain(" ")],
      });
    case "joined":
      return remark("→", dim(sealed ? " is online" : " joined"));
    case "left":
      return remark("←", dim(` ${leftText(entry.why, { direct, sealed })}`));
    case "titled": {
      const topic = sanitizeLine(entry.text);
      return remark(
        "--",
        dim(topic === "" ? " removed the topic" : ` set the topic: ${topic}`),
      );
    }
    case "renewed":
      return [
        ...remark("--", dim(sealed ? RENEWED_SAYS_SERVER : RENEWED)),
        ...keyLine("old", entry.fingerprint),
        ...keyLine("new", entry.next),
      ];
    case "moderated": {
      const [before, after] = MODERATED[entry.verb];
      const until = entry.until === null
        ? ""
        : ` until ${context.moment(entry.until)}`;
      return remark(
        "--",
        dim(` ${before} `),
        ...subjectSpans(entry, context),
        dim(`${after}${until}`),
      );
    }
    case "typing":
    case "marks":
    case "sealed": // what it means is told by who can open it
    case "committed":
    case "founded":
      return [];
  }
}

/** Whether it is by ourselves, perhaps from another device. */
export function isOwn(
  entry: Author,
  { self }: { readonly self: Author },
): boolean {
  return equalBytes(entry.fingerprint, self.fingerprint);
}

function withText(
  text: string,
  context: EntryContext,
  { start, own }: { start: readonly Span[]; own: boolean },
): Line[] {
  const margin = { text: " ".repeat(MARGIN) };
  const parts = sanitizeText(text).trimEnd().split("\n");
  const lines = parts.slice(0, context.maxLines).map((part, index) => {
    const said = own ? [{ text: part }] : mentionSpans(part, context.mention);
    return line([...index === 0 ? start : [margin], ...said]);
  });
  return withLeftOut(lines, parts.length);
}

function leftText(
  why: LeaveReason,
  { direct, sealed }: { readonly direct: boolean; readonly sealed: boolean },
): string {
  const fitting = direct ? LEFT_DIRECT : sealed ? LEFT_SEALED : LEFT;
  return fitting[why] ?? LEFT[why];
}

/** Whom something was done to; when it is ourselves, that stands out. */
function subjectSpans(
  { subject, target }: {
    readonly subject: string;
    readonly target: Bytes | null;
  },
  { self, marks }: EntryContext,
): Span[] {
  if (target === null) return [dim(sanitizeLine(subject) || "an address")];
  if (equalBytes(target, self.fingerprint)) {
    return [{ alarm: true, text: "you" }];
  }
  marks.meet(target);
  return authorSpans({ name: subject, fingerprint: target }, marks, {
    dim: true,
  });
}

function keyLine(which: string, fingerprint: Author["fingerprint"]): Line[] {
  const text = fingerprintText(fingerprint);
  return [line([dim(`${" ".repeat(MARGIN)}${which} `), plain(text)])];
}

function line(spans: readonly Span[]): Line {
  return { spans, indent: MARGIN };
}

function dim(text: string): Span {
  return { dim: true, text };
}

function plain(text: string): Span {
  return { text };
}
