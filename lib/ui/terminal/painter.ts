import type { Block, Row, Size } from "../block.ts";
import { type Line, toAnsi } from "../style.ts";
import { wrapLine } from "../wrap.ts";
import { rowsAboveCursor } from "./reflow.ts";
import type { Capabilities } from "./terminal_io.ts";

const BEGIN = "\x1b[?2026h\x1b[?25l"; // synchronized update, cursor hidden
const END = "\x1b[?25h\x1b[?2026l";
/**
 * Erases the row, then all below it from its second column on: tmux keeps what
 * is erased from the first column of the first row in its scrollback, and so
 * would keep a copy of the block for each key that is pressed there.
 */
const ERASE_BELOW = "\x1b[K\x1b[C\x1b[J\r";
const CLEAR_SCREEN = "\x1b[H\x1b[2J";
const WRAP_OFF = "\x1b[?7l";
const WRAP_ON = "\x1b[?7h";
const SAVE_CURSOR = "\x1b7";
const RESTORE_CURSOR = "\x1b8";

/**
 * Keeps a block, the text being written, at the end of what scrolls by: each
 * repaint erases the block, prints new lines where it stood, so that they are
 * part of the terminal's own scrollback, and draws it again below them.
 *
 * It does not trust its own idea of how wide characters are: no row can wrap, so
 * that nobody's text comes to stand where only we begin lines, and the cursor is
 * put where the terminal itself came to. What a terminal finds too wide it cuts.
 */
export class Painter {
  readonly #capabilities: Capabilities;
  /** What is on the screen, and how many columns it was drawn for. */
  #shown: { readonly block: Block; readonly columns: number } | undefined;

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
  }

  /** What to write so that `lines` follow those before and `block` is last. */
  paint(lines: readonly Line[], block: Block, size: Size): string {
    const out = this.#erased(size) + this.#printed(lines, size) +
      this.#drawn(block);
    this.#shown = { block, columns: size.columns };
    return BEGIN + out + END;
  }

  /** What to write so that `lines` are the last thing on the screen. */
  finish(lines: readonly Line[], size: Size): string {
    const out = this.#erased(size) + this.#printed(lines, size);
    this.#shown = undefined;
    return BEGIN + out + END;
  }

  /**
   * What to write to clear the screen; the block comes with the next paint. It
   * is erased first: some terminals keep what they clear in their scrollback.
   */
  clear(size: Size): string {
    const out = this.#erased(size) + CLEAR_SCREEN;
    this.#shown = undefined;
    return out;
  }

  /** Forgets what is on the screen, because others wrote to it. */
  forget(): void {
    this.#shown = undefined;
  }

  #erased(size: Size): string {
    if (this.#shown === undefined) return "\r" + ERASE_BELOW;
    const { block, columns } = this.#shown;
    const above = rowsAboveCursor(block, {
      from: columns,
      to: size.columns,
      reflow: this.#capabilities.reflow,
    });
    return "\r" + up(Math.min(above, size.rows - 1)) + ERASE_BELOW;
  }

  #printed(lines: readonly Line[], { columns }: Size): string {
    let out = "";
    for (const line of lines) {
      for (const { spans, flows } of wrapLine(line, columns)) {
        const row = this.#ansi(spans) + "\r\n";
        out += flows ? WRAP_ON + row + WRAP_OFF : row;
      }
    }
    return WRAP_OFF + out + WRAP_ON;
  }

  #drawn({ above, before, after, below }: Block): string {
    const rows = above.length + below.length;
    return "\r\n".repeat(rows) + up(rows) + // scroll now, not while drawing
      WRAP_OFF +
      above.map((row) => this.#ansi(row) + "\r\n").join("") +
      this.#ansi(before) + SAVE_CURSOR + this.#ansi(after) +
      below.map((row) => "\r\n" + this.#ansi(row)).join("") +
      RESTORE_CURSOR + WRAP_ON;
  }

  #ansi(row: Row): string {
    return toAnsi(row, this.#capabilities.colours);
  }
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}
