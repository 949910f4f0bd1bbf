import { type Bytes, concat } from "../../bytes.ts";

/** A line of input, or what stands for one that cannot be said. */
export type InputLine =
  | { readonly kind: "line"; readonly text: string }
  /** Longer than the bound; its bytes were dropped. */
  | { readonly kind: "overlong" }
  /** Not well-formed UTF-8. */
  | { readonly kind: "not_utf8" };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Splits bytes into lines that end with LF or CRLF, keeping at most one line of
 * at most `maxBytes`.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #parts: Bytes[] = [];
  #length = 0;

  /** @param maxBytes Longest line, without its end. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes bytes, gives the lines that end in them. */
  feed(bytes: Bytes): InputLine[] {
    const lines: InputLine[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      if (end === -1) break;
      this.#keep(bytes.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return lines;
  }

  /** The last line, when it has no end of its own. */
  finish(): InputLine[] {
    return this.#length === 0 ? [] : [this.#take()];
  }

  #keep(bytes: Bytes): void {
    this.#length += bytes.length;
    // One more, for the CR of a line that is just as long as it may be.
    if (this.#length > this.#maxBytes + 1) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes.slice());
  }

  #take(): InputLine {
    const [parts, length] = [this.#parts, this.#length];
    [this.#parts, this.#length] = [[], 0];
    if (length > this.#maxBytes + 1) return { kind: "overlong" };
    let line = concat(...parts);
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1);
    if (line.length > this.#maxBytes) return { kind: "overlong" };
    try {
      return { kind: "line", text: this.#utf8.decode(line) };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { kind: "not_utf8" };
    }
  }
}
