import type { Author, Entry } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";
import type { SealedNews } from "../room/sealed_rooms.ts";
import { authorSpans } from "./author_spans.ts";
import { type ClockFace, clockFace } from "./clock_face.ts";
import {
  type EntryContext,
  entryLines,
  type EntryPlace,
  isOwn,
} from "./entry_line.ts";
import { eventLines } from "./event_line.ts";
import { isNews } from "./is_news.ts";
import { Marks } from "./marks.ts";
import { mentionPattern } from "./mention.ts";
import { dividerLine, remarkLine } from "./remark.ts";
import { unknownRoomLabel } from "./room_label.ts";
import { sanitizeLine } from "./sanitize.ts";
import { sealedLines } from "./sealed_line.ts";
import type { Line, Span } from "./style.ts";
import type { Trust } from "./verification.ts";

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
  /** Who was verified; nobody when left out. */
  readonly judge?: (person: Author) => Trust;
}

/** How rooms are called in what is shown. */
export interface Labels {
  readonly label: (room: number) => string;
  /** Where an entry belongs. */
  readonly place?: EntryPlace;
}

const NO_LABELS: Labels = { label: unknownRoomLabel };

/** Turns what happens into lines; remembers whom it met and which day it is. */
export class Transcript {
  readonly clock: ClockFace;
  readonly #marks: Marks;
  readonly #context: EntryContext;
  readonly #dated: boolean;
  #day: string;

  constructor(options: TranscriptOptions) {
    const { self, now, timeZone, dated, maxLines, judge } = options;
    const clock = clockFace(timeZone);
    // Of ourselves there is nothing to verify.
    this.#marks = new Marks((person) =>
      judge === undefined || isOwn(person, { self })
        ? "unverified"
        : judge(person)
    );
    this.clock = clock;
    this.#dated = dated ?? false;
    this.#day = clock.day(now);
    this.#marks.meet(self.fingerprint);
    this.#context = {
      self,
      marks: this.#marks,
      stamp: dated ? clock.date : clock.time,
      moment: (at) => (
        clock.day(at) === this.#day ? clock.time(at) : clock.date(at)
      ),
      mention: mentionPattern(self),
      maxLines: maxLines ?? Infinity,
    };
  }

  /** The lines an event is shown as. */
  show(event: ConversationEvent, labels: Labels = NO_LABELS): Line[] {
    if (isNews(event)) {
      return this.#dayed(event.at, this.#news(event, labels));
    }
    if (!("seq" in event)) {
      const { maxLines } = this.#context;
      return eventLines(event, { ...labels, maxLines });
    }
    return this.#dayed(event.at, this.#entry(event, labels.place));
  }

  /** With a line of the day before what is of another one. */
  #dayed(at: number, lines: Line[]): Line[] {
    const day = this.clock.day(at);
    if (this.#dated || day === this.#day || lines.length === 0) return lines;
    this.#day = day;
    return [dividerLine(day), ...lines];
  }

  #news(news: SealedNews, { label, place = {} }: Labels): Line[] {
    return sealedLines(news, {
      ...this.#context,
      author: (author, style) => this.author(author, style),
      judge: (author) => this.#marks.judge(author),
      room: label(news.room),
    }, place);
  }

  /** Entries of the past, with their days; the present stays what it is. */
  past(entries: readonly Entry[]): Line[] {
    let day = this.#day;
    return entries.flatMap((entry) => {
      const lines = this.#entry(entry);
      const other = this.clock.day(entry.at);
      if (this.#dated || other === day) return lines;
      day = other;
      return [dividerLine(day), ...lines];
    });
  }

  /** What is known of somebody. */
  judge(person: Author): Trust {
    return this.#marks.judge(person);
  }

  /** Whether somebody is us. */
  isSelf(person: Author): boolean {
    return isOwn(person, this.#context);
  }

  /** Whether a message of somebody else speaks of us. */
  mentions({ text }: { readonly text: string }): boolean {
    return text.search(this.#context.mention) >= 0;
  }

  /** The first line: who we are, and what to do. */
  welcome(server: string): Line[] {
    const name = sanitizeLine(server);
    return [remarkLine([
      { dim: true, text: "You are " },
      ...this.author(this.#context.self, { bold: true }),
      { dim: true, text: name === "" ? "" : ` on ${name}` },
      { dim: true, text: "; /help lists commands" },
    ])];
  }

  /** A name with its mark, as it stands in the lines. */
  author(
    author: Author,
    style: { readonly bold?: boolean; readonly dim?: boolean } = {},
  ): Span[] {
    this.#marks.meet(author.fingerprint);
    return authorSpans(author, this.#marks, style);
  }

  #entry(entry: Entry, place: EntryPlace = {}): Line[] {
    this.#marks.meet(entry.fingerprint);
    return entryLines(entry, this.#context, place);
  }
}
