import type { Line, Span } from "./style.ts";
import { graphemes, textWidth, widestWidth } from "./width.ts";

/** Part of a line, as a row of its own. */
export interface WrappedRow {
  readonly spans: readonly Span[];
  /** Whether it is longer than a row: the terminal has to wrap it. */
  readonly flows: boolean;
}

/** A grapheme where it stands; several with one style make a span again. */
interface Cell {
  readonly text: string;
  /** In the terminal that draws it widest. */
  readonly width: number;
  readonly span: Span;
}

/** Columns a row has for text at least, even where the screen has fewer. */
const MIN_ROOM = 8;
/** Web addresses, our own links as a shell takes them, and fingerprints. */
const COPIED_WHOLE = /^'?(?:https?:\/\/|chat:\/\/|SHA256:)[!-~]+$/;

/**
 * Breaks `line` into rows of at most `columns`, at spaces and between wide
 * characters where possible, at grapheme borders always. Widths are those of the
 * terminal that draws a character widest, so that it shows all of each row.
 *
 * An address or fingerprint longer than a row is the one exception: it stays
 * whole in a row of its own and the terminal wraps it, so that it can be clicked
 * and copied. What comes to stand in the first column then cannot imitate
 * another line, for it is ASCII without spaces, as wide as every terminal says.
 */
export function wrapLine(line: Line, columns: number): WrappedRow[] {
  if (line.drawn) return [{ spans: line.spans, flows: false }];
  const indent = Math.max(0, Math.min(line.indent, columns - MIN_ROOM));
  const rows = new Rows(Math.max(columns, MIN_ROOM), indent);
  for (const word of wordsOf(line.spans)) rows.add(word);
  return rows.finish();
}

/** Rows as they fill up. */
class Rows {
  readonly #done: WrappedRow[] = [];
  #cells: Cell[] = [];
  #used = 0;
  /** Whether the row holds more than its indentation. */
  #begun = false;
  /** Whether it holds what is copied whole, and room for nothing else. */
  #flows = false;

  constructor(readonly columns: number, readonly indent: number) {}

  add(word: readonly Cell[]): void {
    const width = widthOf(word);
    if (this.#used + width <= this.columns) return this.#put(word, width);
    if (word[0]?.text === " ") return this.#break();
    const whole = this.indent + width <= this.columns;
    const flows = !whole && isCopiedWhole(word);
    if (this.#begun && (whole || flows) && !this.#indented) this.#break();
    if (flows) {
      this.#put(word, width);
      this.#flows = true;
      return;
    }
    for (const cell of word) {
      const full = this.#used + cell.width > this.columns;
      if (full && this.#begun) this.#break();
      this.#put([cell], cell.width);
    }
  }

  finish(): WrappedRow[] {
    if (this.#begun || this.#done.length === 0) this.#done.push(this.#row());
    return this.#done;
  }

  /** Whether the row holds an indentation and nothing else, as text. */
  get #indented(): boolean {
    return this.#used === this.indent &&
      this.#cells.every(({ text }) => text === " ");
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
    this.#flows = false;
  }

  #row(): WrappedRow {
    const cells = this.#cells;
    while (cells.at(-1)?.text === " ") cells.pop();
    const margin = this.#done.length > 0 && this.indent > 0
      ? [{ text: " ".repeat(this.indent) }]
      : [];
    return { spans: [...margin, ...joined(cells)], flows: this.#flows };
  }
}

/** Runs that are kept together: words, single spaces, single wide characters. */
function* wordsOf(spans: readonly Span[]): Generator<readonly Cell[]> {
  let word: Cell[] = [];
  for (const span of spans) {
    for (const text of graphemes(span.text)) {
      const cell = { text, width: widestWidth(text), span };
      const alone = text === " " || textWidth(text) > 1;
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
