import type { Conversation, EntryPage } from "../room/conversation.ts";
import { dividerLine, remarkLines } from "./remark.ts";
import type { RoomView } from "./room_view.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Scene } from "./scene.ts";
import type { Line } from "./style.ts";

/** What `/history` and `/search` ask for. */
export type PastRequest =
  | { readonly kind: "history"; readonly count: number | null }
  | { readonly kind: "search"; readonly words: string };

/** Entries that `/history` shows when it is not told how many. */
const DEFAULT_COUNT = 20;

/**
 * Reads in the past of a room, where the last time ended.
 *
 * @returns The lines that answer it.
 * @throws {ChatError} when the server refuses it.
 */
export async function pastLines(
  request: PastRequest,
  view: RoomView,
  scene: Scene,
): Promise<Line[]> {
  return request.kind === "history"
    ? await history(request.count ?? DEFAULT_COUNT, view, scene)
    : await search(request.words, view, scene);
}

async function history(
  limit: number,
  view: RoomView,
  { conversation, transcript }: Scene,
): Promise<Line[]> {
  const { label } = view;
  const end = `Nothing older is kept of ${label}; ` +
    "/history again begins with the newest";
  if (view.pastBefore === null) {
    view.pastBefore = undefined;
    return remarkLines(end);
  }
  const begun = view.pastBefore !== undefined || view.shownFrom !== undefined;
  const page = await older(limit, view, conversation);
  view.shownFrom = undefined;
  view.pastBefore = page.before;
  const lines = transcript.past(page.entries);
  if (lines.length === 0 && page.before === null) {
    view.pastBefore = undefined;
    return remarkLines(begun ? end : `Nothing is kept of ${label}`);
  }
  return framed(
    `earlier in ${label}`,
    lines,
    page.before === null ? "nothing older is kept" : "/history goes on",
  );
}

/** The next page, without what is on the screen already. */
async function older(
  limit: number,
  { room, pastBefore, shownFrom }: RoomView,
  conversation: Conversation,
): Promise<EntryPage> {
  let before = pastBefore ?? null;
  for (;;) {
    const page = await conversation.history(room, { before, limit });
    if (shownFrom === undefined) return page;
    const entries = page.entries.filter(({ seq }) => seq < shownFrom);
    if (entries.length > 0 || page.before === null) return { ...page, entries };
    before = page.before;
  }
}

async function search(
  words: string,
  view: RoomView,
  { conversation, transcript }: Scene,
): Promise<Line[]> {
  const { label, room } = view;
  const shown = sanitizeLine(words);
  const last = view.search?.words === words ? view.search : null;
  if (last !== null && last.before === null) {
    view.search = null; // and from the newest again
    return remarkLines(`No more of "${shown}" in ${label}`);
  }
  const page = await conversation.search(words, {
    room,
    before: last?.before ?? null,
  });
  view.search = { words, before: page.before };
  const lines = transcript.past(page.entries);
  if (lines.length === 0) {
    return remarkLines(
      page.before === null
        ? `"${shown}" was not found in ${label}`
        : `"${shown}" was not found in the newest of ${label}; ` +
          "the same again goes on",
    );
  }
  return framed(
    `"${shown}" in ${label}`,
    lines,
    page.before === null ? "no more was found" : "the same again goes on",
  );
}

/** Sets lines of the past apart from what is said now. */
function framed(
  title: string,
  lines: readonly Line[],
  then: string,
): Line[] {
  return [dividerLine(title), ...lines, dividerLine(`now; ${then}`)];
}
