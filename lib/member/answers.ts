import { decodeEntries } from "../protocol/codec.ts";
import type { Answer } from "../protocol/messages.ts";
import type { EntryPage } from "../room/conversation.ts";
import { unexpected } from "./unexpected.ts";

/** What a list may have in all; a server that names more is lying. */
export const MAX_LISTED = 65_536;

/** Takes an answer of one kind; anything else breaks the protocol. */
export function expectAnswer<K extends Answer["kind"]>(
  answer: Answer,
  kind: K,
): Extract<Answer, { readonly kind: K }> {
  if (answer.kind !== kind) throw unexpected(answer.kind);
  return answer as Extract<Answer, { readonly kind: K }>;
}

/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** Whether another one follows. */
  readonly more: boolean;
}

/** Collects the pages of a list, each read from an answer by `read`. */
export function collectList<T>(
  read: (answer: Answer) => ListPage<T>,
): (answer: Answer) => readonly T[] | undefined {
  const all: T[] = [];
  return (answer) => {
    const { items, more } = read(answer);
    all.push(...items);
    if (all.length > MAX_LISTED || (more && items.length === 0)) {
      throw unexpected(`${answer.kind} of ${all.length}`);
    }
    return more ? undefined : all;
  };
}

/** What a page of a log was asked for. */
export interface PageRequest {
  readonly room: number;
  /** Only entries before this one; `null` for the newest. */
  readonly before: number | null;
  /** At most this many, without gaps; `null` for the hits of a search. */
  readonly limit: number | null;
}

/** Takes a page of a log, if it can be one of what was asked for. */
export function pageOf(answer: Answer, asked: PageRequest): EntryPage {
  const page = expectAnswer(answer, "page");
  const entries = decodeEntries(page.entries);
  if (page.room !== asked.room) throw unexpected("page");
  if (asked.limit !== null && entries.length > asked.limit) {
    throw unexpected("page");
  }
  let end = asked.before ?? Infinity;
  for (const [index, { room, seq }] of [...entries.entries()].reverse()) {
    const isLast = index === entries.length - 1;
    const isNext = asked.limit === null || isLast || seq === end - 1;
    if (room !== asked.room || seq < 1 || seq >= end || !isNext) {
      throw unexpected("page");
    }
    end = seq;
  }
  if (page.before !== null && !goesOn(page.before, { end, asked, entries })) {
    throw unexpected("page");
  }
  return { entries, before: page.before };
}

/** Whether a page may be gone on with there, and comes to an end some time. */
function goesOn(
  before: number,
  { end, asked, entries }: {
    readonly end: number;
    readonly asked: PageRequest;
    readonly entries: readonly unknown[];
  },
): boolean {
  if (before > end || before < 1) return false;
  return entries.length > 0 || asked.before === null || before < asked.before;
}
