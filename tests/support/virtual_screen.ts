import xterm from "@xterm/headless";
import type { Size } from "../../lib/ui/block.ts";

/** A terminal emulator without a window: shows what bytes would look like. */
export class VirtualScreen implements Disposable {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;

  constructor(size: Size) {
    this.#terminal = new xterm.Terminal({
      cols: size.columns,
      rows: size.rows,
      scrollback: 10_000,
      allowProposedApi: true,
    });
  }

  /** Resolves when `text` is shown. */
  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }

  resize({ columns, rows }: Size): void {
    this.#terminal.resize(columns, rows);
  }

  get size(): Size {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** What is on the screen, without empty rows at its end. */
  get rows(): string[] {
    return this.#rows(this.#terminal.buffer.active.baseY);
  }

  /** What is on the screen and what has scrolled off it. */
  get everything(): string[] {
    return this.#rows(0);
  }

  /** The row the cursor is in, with `|` where it is. */
  get cursorRow(): string {
    const { cursorX, cursorY, baseY } = this.#terminal.buffer.active;
    const line = this.#terminal.buffer.active.getLine(baseY + cursorY);
    const before = line?.translateToString(false, 0, cursorX) ?? "";
    return `${before}|${line?.translateToString(true, cursorX) ?? ""}`;
  }

  /** Whether pastes are told from typing, as we ask of the terminal. */
  get bracketedPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }

  /** Whether long lines wrap, as every program expects. */
  get wraps(): boolean {
    return this.#terminal.modes.wraparoundMode;
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }

  #rows(from: number): string[] {
    const { active } = this.#terminal.buffer;
    const rows: string[] = [];
    for (let row = from; row < active.length; row++) {
      rows.push(active.getLine(row)?.translateToString(true) ?? "");
    }
    while (rows.at(-1) === "") rows.pop();
    return rows;
  }
}
