/** Texts entered before, and where in them we are. Never mutated. */
export interface History {
  /** Oldest first. */
  readonly entries: readonly string[];
  /** The entry shown; `entries.length` while writing a new text. */
  readonly index: number;
  /** The new text, kept while older ones are shown. */
  readonly fresh: string;
}

/** Texts remembered at most; the oldest is forgotten first. */
export const MAX_HISTORY = 500;

/** The history before anything was entered. */
export const NO_HISTORY: History = { entries: [], index: 0, fresh: "" };

/** Adds an entered text, unless it repeats the last one. */
export function remember(history: History, text: string): History {
  const known = text === "" || history.entries.at(-1) === text;
  const entries = known
    ? history.entries
    : [...history.entries, text].slice(-MAX_HISTORY);
  return { entries, index: entries.length, fresh: "" };
}

/**
 * Goes `step` entries on; `text` is what is written now.
 *
 * @returns The history and the text to show, or undefined at either end.
 */
export function recall(
  history: History,
  text: string,
  step: -1 | 1,
): { history: History; text: string } | undefined {
  const index = history.index + step;
  if (index < 0 || index > history.entries.length) return undefined;
  const writing = history.index === history.entries.length;
  const fresh = writing ? text : history.fresh;
  return {
    history: { ...history, index, fresh },
    text: history.entries[index] ?? fresh,
  };
}
