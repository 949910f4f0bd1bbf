import type { Author } from "../protocol/entry.ts";
import type {
  SealedChange,
  SealedNews,
  SharedLine,
} from "../room/sealed_rooms.ts";
import { shownName } from "./author_spans.ts";
import { type EntryPlace, isOwn } from "./entry_line.ts";
import { fingerprintText } from "./marks.ts";
import { MARGIN, withLeftOut } from "./remark.ts";
import { sanitizeLine, sanitizeText } from "./sanitize.ts";
import type { Line, Span } from "./style.ts";
import type { Trust } from "./verification.ts";

/** What news of a sealed room are shown with. */
export interface SealedContext {
  readonly self: Author;
  /** How a moment is written before a line. */
  readonly stamp: (at: number) => string;
  /** How a moment of any day may be written. */
  readonly moment: (at: number) => string;
  /** Lines that one member shares shown at most. */
  readonly maxLines: number;
  /** A name with its mark. */
  readonly author: (
    author: Author,
    style: { readonly dim?: boolean },
  ) => Span[];
  readonly judge: (author: Author) => Trust;
  /** How the room is called. */
  readonly room: string;
}

/** Between the margin and what a member says that others have said. */
const SAYS = "│ ";

const WHO_YOU_VERIFIED: Readonly<Record<Trust, string>> = {
  verified: "verified",
  unverified: "not verified",
  changed: "NOT the key that you verified under this name",
};

/**
 * The lines that tell what happens to the keys of a sealed or direct room: every
 * change of who can read it, with fingerprint.
 */
export function sealedLines(
  { change, at }: SealedNews,
  context: SealedContext,
  { label = [] }: EntryPlace = {},
): Line[] {
  const start = (sign: string): Span[] => [
    dim(`${context.stamp(at)} ${sign} `),
    ...label.length > 0 ? [...label, plain(" ")] : [],
  ];
  const tell = (sign: string, ...rest: readonly Span[]): Line[] => [
    { indent: MARGIN, spans: [...start(sign), ...rest] },
  ];
  const who = (author: Author): Span[] => (
    isOwn(author, context)
      ? [plain("you")]
      : context.author(author, { dim: true })
  );
  const alarm = (...rest: readonly Span[]): Line[] => tell("!", ...rest);
  switch (change.kind) {
    case "entered":
      return tell("*", dim(enteredText(change.members, context.room)));
    case "joined":
      return tell(
        "+",
        ...who(change.member),
        dim(" joined, "),
        ...proofSpans(change.member, context),
      );
    case "rejoined":
      return tell(
        "*",
        ...who(change.member),
        dim(`${formerly(change)} took the keys anew, `),
        ...proofSpans(change.member, context),
      );
    case "left":
      return tell("-", ...who(change.member), dim(" left"));
    case "removed":
      return tell(
        "-",
        ...who(change.member),
        dim(" was removed by "),
        ...who(change.by),
      );
    case "rekeyed":
      return tell("*", ...who(change.by), dim(" renewed the keys"));
    case "excluded":
      if (isOwn(change.by, context)) {
        return alarm(loud(
          `Another device of yours has taken your place in ${context.room}: here, nothing is read from now on, and /resync takes it back`,
        ));
      }
      return alarm(
        loud("You were removed by "),
        ...context.author(change.by, {}),
        loud(` and read nothing that is said in ${context.room} from now on`),
      );
    case "restarted":
      return change.by === null
        ? tell("*", dim("You began this conversation anew, with fresh keys"))
        : tell(
          "*",
          ...who(change.by),
          dim(" began this conversation anew, with fresh keys, "),
          ...proofSpans(change.by, context),
        );
    case "missing":
      return alarm(
        loud(`${messages(change.count)} of `),
        ...who(change.member),
        loud(change.count === 1 ? " was" : " were"),
        loud(" not delivered; ask for what is missing"),
      );
    case "unreadable":
      return alarm(loud(unreadableText(change)));
    case "unsealed":
      return alarm(
        loud("The server put something here that is not sealed, as if by "),
        ...context.author(change.author, {}),
        loud(": anybody could have written it, so it is not shown"),
      );
    case "shared":
      return sharedLines(change, tell, context);
  }
}

function enteredText(members: number, room: string): string {
  const others = members === 1
    ? "you are the only member"
    : `as one of ${members} members`;
  return `You have the keys of ${room} from here on, ${others}`;
}

/** The whole fingerprint, and whether it was verified. */
function proofSpans(
  author: Author,
  { judge, self }: SealedContext,
): Span[] {
  const fingerprint = fingerprintText(author.fingerprint);
  if (isOwn(author, { self })) return [dim(fingerprint)];
  const trust = judge(author);
  return [
    dim(`${fingerprint}, `),
    trust === "changed"
      ? loud(WHO_YOU_VERIFIED[trust])
      : { text: WHO_YOU_VERIFIED[trust] },
  ];
}

/** What a member was called before, if that was something else. */
function formerly(
  { member, before }: { readonly member: Author; readonly before: Author },
): string {
  const was = shownName(before);
  return was === shownName(member) ? "" : ` (called ${was} before)`;
}

function unreadableText(
  { what, reason, text }: Extract<SealedChange, { kind: "unreadable" }>,
): string {
  const subject = what === "message" ? "A message" : "A change of keys";
  const why = sanitizeLine(text);
  const code = sanitizeLine(reason);
  return `${subject} could not be read (${code})${
    why === "" ? "" : `: ${why}`
  }`;
}

/**
 * What a member says that was said before: set apart, and without the marks of
 * those who are said to have said it, which would look like a proof.
 */
function sharedLines(
  { by, lines }: Extract<SealedChange, { kind: "shared" }>,
  tell: (sign: string, ...rest: readonly Span[]) => Line[],
  context: SealedContext,
): Line[] {
  const name = isOwn(by, context) ? "you" : shownName(by);
  const author = isOwn(by, context)
    ? [plain("you")]
    : context.author(by, { dim: true });
  const verb = name === "you" ? " share" : " shares";
  const rows = lines.flatMap((line) => sharedRows(line, context));
  return [
    ...tell("*", ...author, dim(`${verb} what was said before:`)),
    ...withLeftOut(rows.slice(0, context.maxLines), rows.length),
    {
      indent: MARGIN,
      spans: [dim(
        `${
          " ".repeat(MARGIN)
        }(that others said so is the word of ${name} alone)`,
      )],
    },
  ];
}

function sharedRows(
  line: SharedLine,
  { moment }: SealedContext,
): Line[] {
  const between = line.kind === "said" ? ": " : " ";
  const start = `${moment(line.at)} ${line.kind === "did" ? "* " : ""}` +
    `${shownName(line)}${between}`;
  return sanitizeText(line.text).trimEnd().split("\n").map((part, index) => ({
    indent: MARGIN + SAYS.length,
    spans: [
      dim(`${" ".repeat(MARGIN)}${SAYS}${index === 0 ? start : ""}`),
      plain(part),
    ],
  }));
}

function messages(count: number): string {
  return count === 1 ? "A message" : `${count} messages`;
}

function dim(text: string): Span {
  return { dim: true, text };
}

function plain(text: string): Span {
  return { text };
}

function loud(text: string): Span {
  return { alarm: true, text };
}
