import { decodeEntries } from "../protocol/codec.ts";
import type { Answer, MessageOfKind } from "../protocol/messages.ts";
import type { EntryPage } from "../room/conversation.ts";
import { unexpected } from "./unexpected.ts";

/** What a list may have in all; a server that names more is lying. */
export const MAX_LISTED = 65_536;

/** Kinds of answers that come in pages, of which the last says so. */
type PageKind = "members" | "rooms" | "bans";

/** Takes an answer of one kind; anything else breaks the protocol. */
export function expectAnswer<K extends Answer["kind"]>(
  answer: Answer,
  kind: K,
): MessageOfKind<K> {
  if (answer.kind !== kind) throw unexpected(answer.kind);
  return answer as MessageOfKind<K>;
}

/** Collects the pages of a list. */
export function collectList<K extends PageKind, T>(
  kind: K,
  itemsOf: (page: MessageOfKind<K>) => readonly T[],
): (answer: Answer) => readonly T[] | undefined {
  const all: T[] = [];
  return (answer) => {
    const page = expectAnswer(answer, kind);
    const items = itemsOf(page);
    all.push(...items);
    if (all.length > MAX_LISTED || (page.more && items.length === 0)) {
      throw unexpected(`${all.length} ${kind}`);
    }
    return page.more ? undefined : all;
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
