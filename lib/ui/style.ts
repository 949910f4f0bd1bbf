/** How a stretch of text looks; what a terminal cannot do is left out. */
export interface Style {
  /** Index into the colours of names, any whole number. */
  readonly hue?: number;
  /** Needs the reader's attention: a refusal, a goodbye. */
  readonly alarm?: boolean;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly reverse?: boolean;
  /**
   * Black on white paper, or black ink all over, whatever the terminal's colours
   * are: what cameras read. It is content, and so not left out with `NO_COLOR`.
   */
  readonly print?: "paper" | "ink";
}

/** Text in one style; safe for a terminal, without line breaks. */
export interface Span extends Style {
  readonly text: string;
}

/** One line of the transcript, before it is wrapped to a width. */
export interface Line {
  readonly spans: readonly Span[];
  /** Columns by which rows after the first are indented. */
  readonly indent: number;
  /** Whether it is a row of a drawing: shown as it is, never wrapped or trimmed. */
  readonly drawn?: boolean;
}

/** The colours at hand: none, the sixteen of ECMA-48, or 256. */
export type Colours = 0 | 16 | 256;

/** Twelve hues that read well on dark and on light backgrounds. */
const HUES_256 = [203, 208, 178, 107, 71, 37, 38, 69, 99, 135, 170, 168];
const HUES_16 = [31, 33, 32, 36, 34, 35];
const RESET = "\x1b[m";

/** Black and white of the 256 are fixed; of the sixteen, themes may shift them. */
const PRINT_256 = { paper: "38;5;16;48;5;231", ink: "38;5;16;48;5;16" };
/** White is 47, not the brighter 107, which some terminals do not know. */
const PRINT_16 = { paper: "30;47", ink: "30;40" };

/** The text of `spans` alone. */
export function toPlain(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join("");
}

/** Text with ECMA-48 SGR sequences; every styled span ends with a reset. */
export function toAnsi(spans: readonly Span[], colours: Colours): string {
  return spans.map((span) => {
    const codes = sgr(span, colours);
    if (codes.length === 0 || span.text === "") return span.text;
    return `\x1b[${codes.join(";")}m${span.text}${RESET}`;
  }).join("");
}

function sgr(style: Style, colours: Colours): readonly (number | string)[] {
  const codes: (number | string)[] = [];
  if (style.bold) codes.push(1);
  if (style.dim) codes.push(2);
  if (style.reverse) codes.push(7);
  if (style.print !== undefined) {
    codes.push((colours === 256 ? PRINT_256 : PRINT_16)[style.print]);
  }
  if (colours === 0) return codes;
  if (style.alarm) codes.push(33);
  if (style.hue !== undefined) {
    codes.push(
      colours === 256
        ? `38;5;${HUES_256[style.hue % HUES_256.length]}`
        : String(HUES_16[style.hue % HUES_16.length]),
    );
  }
  return codes;
}
