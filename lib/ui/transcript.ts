import type { Author, Member } from "../protocol/entry.ts";
import type {
  ConversationEvent,
  MemberIdentity,
} from "../room/conversation.ts";
import { authorSpans } from "./author_spans.ts";
import { type ClockFace, clockFace } from "./clock_face.ts";
import {
  dayLine,
  type EntryContext,
  entryLines,
  MARGIN,
  remarkLines,
} from "./entry_line.ts";
import { fingerprintText, Marks } from "./marks.ts";
import { mentionPattern } from "./mention.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Line, Span } from "./style.ts";

/** What a transcript needs to know beyond the conversation. */
export interface TranscriptOptions {
  readonly self: Author;
  /** The present, in milliseconds since the epoch: today needs no day line. */
  readonly now: number;
  /** IANA name; the zone of this computer when left out. */
  readonly timeZone?: string;
  /** Writes the date before every entry, in place of day lines. */
  readonly dated?: boolean;
  /** Lines of one message or notice shown at most; all of them when left out. */
  readonly maxLines?: number;
}

/** Names an answer to `/who` lists at most. */
const MAX_LISTED = 200;

/** Turns what happens into lines; remembers whom it met and which day it is. */
export class Transcript {
  readonly #marks = new Marks();
  readonly #clock: ClockFace;
  readonly #context: EntryContext;
  readonly #dated: boolean;
  #day: string;

  constructor({ self, now, timeZone, dated, maxLines }: TranscriptOptions) {
    const clock = clockFace(timeZone);
    this.#clock = clock;
    this.#dated = dated ?? false;
    this.#day = clock.day(now);
    this.#marks.meet(self.fingerprint);
    this.#context = {
      self,
      marks: this.#marks,
      stamp: dated ? clock.date : clock.time,
      mention: mentionPattern(self),
      maxLines: maxLines ?? Infinity,
    };
  }

  /** The lines an event is shown as. */
  show(event: ConversationEvent): Line[] {
    const { maxLines } = this.#context;
    switch (event.kind) {
      case "notice":
        return remarkLines(event.text, { maxLines });
      case "goodbye":
        return remarkLines(goodbyeText(event.text), {
          alarm: event.why !== "shutdown",
          maxLines,
        });
      default: {
        this.#marks.meet(event.fingerprint);
        const lines = entryLines(event, this.#context);
        const day = this.#clock.day(event.at);
        if (this.#dated || day === this.#day) return lines;
        this.#day = day;
        return [dayLine(day), ...lines];
      }
    }
  }

  /** The first line: who we are, and what to do. */
  welcome(server: string): Line[] {
    const name = sanitizeLine(server);
    return [{
      indent: MARGIN,
      spans: [
        { dim: true, text: "   -- You are " },
        ...this.author(this.#context.self, { bold: true }),
        { dim: true, text: name === "" ? "" : ` on ${name}` },
        { dim: true, text: "; /help lists commands" },
      ],
    }];
  }

  /** A name with its mark, as it stands in the lines. */
  author(author: Author, style: { readonly bold?: boolean } = {}): Span[] {
    return authorSpans(author, this.#marks, style);
  }

  /** The answer to `/who`. */
  people(members: readonly Member[]): Line[] {
    for (const { fingerprint } of members) this.#marks.meet(fingerprint);
    const count = members.length === 1
      ? "1 person"
      : `${members.length} people`;
    const more = members.length - MAX_LISTED;
    return [{
      indent: MARGIN,
      spans: [
        { dim: true, text: `   -- ${count} here: ` },
        ...members.slice(0, MAX_LISTED).flatMap((member, index) => [
          ...index === 0 ? [] : [{ dim: true, text: ", " }],
          ...this.author(member),
        ]),
        ...more > 0 ? [{ dim: true, text: ` and ${more} more` }] : [],
      ],
    }];
  }

  /** The answer to `/whois`. */
  identity(member: MemberIdentity): Line[] {
    this.#marks.meet(member.fingerprint);
    const since = `${this.#clock.time(member.since)}, ` +
      this.#clock.day(member.since);
    return [
      {
        indent: MARGIN,
        spans: [
          { dim: true, text: "   -- " },
          ...this.author(member),
          { dim: true, text: `, here since ${since}` },
        ],
      },
      {
        indent: MARGIN,
        spans: [{
          text: " ".repeat(MARGIN) + fingerprintText(member.fingerprint),
        }],
      },
    ];
  }
}

function goodbyeText(text: string): string {
  return text.trim() === ""
    ? "The server ended the conversation"
    : `The server ended the conversation: ${text}`;
}
