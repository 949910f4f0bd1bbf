import type { Line, Span } from "./style.ts";
import { graphemes, textWidth } from "./width.ts";

/** A grapheme where it stands; several with one style make a span again. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly span: Span;
}

/** Narrower rows are left to the terminal to break. */
const MIN_ROOM = 8;
/** Web addresses, our own links, and fingerprints. */
const COPIED_WHOLE = /^(?:https?:\/\/|chat:\/\/|SHA256:)[!-~]+$/;

/**
 * Breaks `line` into rows of at most `columns`, at spaces and between wide
 * characters where possible, at grapheme borders always.
 *
 * An address or fingerprint longer than a row is the one exception: it stays
 * whole and the terminal wraps it, so that it can be clicked and copied. It
 * cannot imitate the start of another line, for it holds no spaces.
 */
export function wrapLine(line: Line, columns: number): Span[][] {
  const indent = Math.max(0, Math.min(line.indent, columns - MIN_ROOM));
  const rows = new Rows(Math.max(columns, MIN_ROOM), indent);
  for (const word of wordsOf(line.spans)) rows.add(word);
  return rows.finish();
}

/** Rows as they fill up. */
class Rows {
  readonly #done: Span[][] = [];
  #cells: Cell[] = [];
  #used = 0;
  /** Whether the row holds more than its indentation. */
  #begun = false;

  constructor(readonly columns: number, readonly indent: number) {}

  add(word: readonly Cell[]): void {
    const width = widthOf(word);
    if (this.#used + width <= this.columns) return this.#put(word, width);
    if (word[0]?.text === " ") return this.#break();
    const whole = this.indent + width <= this.columns;
    const flows = !whole && isCopiedWhole(word);
    if (this.#begun && (whole || flows)) this.#break();
    if (flows) {
      this.#put(word, width);
      this.#used = this.#used % this.columns || this.columns;
      return;
    }
    for (const cell of word) {
      if (this.#used + cell.width > this.columns) this.#break();
      this.#put([cell], cell.width);
    }
  }

  finish(): Span[][] {
    if (this.#begun || this.#done.length === 0) this.#done.push(this.#row());
    return this.#done;
  }

  #put(cells: readonly Cell[], width: number): void {
    for (const cell of cells) this.#cells.push(cell);
    this.#used += width;
    this.#begun = true;
  }

  #break(): void {
    this.#done.push(this.#row());
    this.#cells = [];
    this.#used = this.indent;
    this.#begun = false;
  }

  #row(): Span[] {
    const cells = this.#cells;
    while (cells.at(-1)?.text === " ") cells.pop();
    const margin = this.#done.length > 0 && this.indent > 0
      ? [{ text: " ".repeat(this.indent) }]
      : [];
    return [...margin, ...joined(cells)];
  }
}

/** Runs that are kept together: words, single spaces, single wide characters. */
function* wordsOf(spans: readonly Span[]): Generator<readonly Cell[]> {
  let word: Cell[] = [];
  for (const span of spans) {
    for (const text of graphemes(span.text)) {
      const cell = { text, width: textWidth(text), span };
      const alone = text === " " || cell.width > 1;
      if (alone && word.length > 0) {
        yield word;
        word = [];
      }
      if (alone) yield [cell];
      else word.push(cell);
    }
  }
  if (word.length > 0) yield word;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

function isCopiedWhole(cells: readonly Cell[]): boolean {
  return COPIED_WHOLE.test(cells.map(({ text }) => text).join(""));
}

function joined(cells: readonly Cell[]): Span[] {
  const spans: Span[] = [];
  let from: Span | undefined;
  for (const { text, span } of cells) {
    const last = spans.at(-1);
    if (last !== undefined && from === span) {
      spans[spans.length - 1] = { ...last, text: last.text + text };
    } else spans.push({ ...span, text });
    from = span;
  }
  return spans;
}
