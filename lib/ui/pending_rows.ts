import type { Row, Size } from "./block.ts";
import type { Outgoing } from "../room/conversation.ts";
import { sanitizeLine } from "./sanitize.ts";
import { textWidth, truncate } from "./width.ts";

/** Milliseconds after which a message that is not sent yet is shown so. */
export const PENDING_DELAY_MS = 400;

/** Messages shown at most; the others are counted in the status. */
const MAX_PENDING = 3;
/** Rows a screen has at least for them to be shown. */
const MIN_ROWS = 10;
/** Columns of the text below which the reason is left out. */
const MIN_TEXT = 12;

/**
 * What we wrote and the server has not stored yet, above the line being typed:
 * a message is never out of sight. Those that have just been entered wait for a
 * moment, so that nothing flickers.
 */
export function pendingRows(
  outgoing: readonly Outgoing[],
  { now, size, label, waitsFor = (): string => "" }: {
    readonly now: number;
    readonly size: Size;
    readonly label: (room: number) => string;
    /** What it waits for in its room; empty when for nothing of its own. */
    readonly waitsFor?: (room: number) => string;
  },
): Row[] {
  if (size.rows < MIN_ROWS) return [];
  return outgoing
    .filter((message) => isPending(message, now))
    .slice(-MAX_PENDING)
    .map(({ room, text }) => {
      const why = waitsFor(room);
      const reason = why === "" ? "" : ` (${why})`;
      const left = size.columns - 1 - textWidth(reason);
      const shown = `     … ${label(room)} ${sanitizeLine(text)}`;
      return left < MIN_TEXT
        ? [{ dim: true, text: truncate(shown, size.columns - 1) }]
        : [{ dim: true, text: truncate(shown, left) + reason }];
    });
}

/** Whether a message has been on its way for so long that it is worth telling. */
export function isPending({ state, at }: Outgoing, now: number): boolean {
  return state === "sending" && now - at >= PENDING_DELAY_MS;
}
