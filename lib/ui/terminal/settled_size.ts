import type { Size } from "../block.ts";
import type { TerminalIo } from "./terminal_io.ts";

/**
 * Milliseconds for which a size must last before it is believed: tmux tells of
 * a resize up to 250 ms after it has moved the rows.
 */
const RESIZE_DELAY_MS = 300;

/** Waits until the size stays the same: each step of a resize moves rows. */
export async function settledSize(
  io: Pick<TerminalIo, "size" | "delay">,
  { known, resized, signal }: {
    readonly known: Size;
    /** Whether we were told since the last call that it has changed. */
    readonly resized: () => boolean;
    readonly signal: AbortSignal;
  },
): Promise<Size> {
  let size = known;
  for (;;) {
    const { columns, rows } = io.size();
    const same = columns === size.columns && rows === size.rows;
    if ((same && !resized()) || signal.aborted) return size;
    size = { columns, rows };
    await io.delay(RESIZE_DELAY_MS, signal);
  }
}
