import type { Author, Entry } from "../protocol/entry.ts";
import type { ConversationEvent } from "../room/conversation.ts";
import { authorSpans } from "./author_spans.ts";
import { type ClockFace, clockFace } from "./clock_face.ts";
import {
  type EntryContext,
  entryLines,
  type EntryPlace,
} from "./entry_line.ts";
import { eventLines } from "./event_line.ts";
import { Marks } from "./marks.ts";
import { mentionPattern } from "./mention.ts";
import { dividerLine, remarkLine } from "./remark.ts";
import { unknownRoomLabel } from "./room_label.ts";
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
  readonly #marks = new Marks();
  readonly #context: EntryContext;
  readonly #dated: boolean;
  #day: string;

  constructor({ self, now, timeZone, dated, maxLines }: TranscriptOptions) {
    const clock = clockFace(timeZone);
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
    if (!("seq" in event)) {
      const { maxLines } = this.#context;
      return eventLines(event, { ...labels, maxLines });
    }
    const lines = this.#entry(event, labels.place);
    const day = this.clock.day(event.at);
    if (this.#dated || day === this.#day || lines.length === 0) return lines;
    this.#day = day;
    return [dividerLine(day), ...lines];
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
  author(author: Author, style: { readonly bold?: boolean } = {}): Span[] {
    this.#marks.meet(author.fingerprint);
    return authorSpans(author, this.#marks, style);
  }

  #entry(entry: Entry, place: EntryPlace = {}): Line[] {
    this.#marks.meet(entry.fingerprint);
    return entryLines(entry, this.#context, place);
  }
}
