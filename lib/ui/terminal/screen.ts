import type { Block } from "../block.ts";
import type { Line } from "../style.ts";
import { Painter } from "./painter.ts";
import type { TerminalEvent, TerminalIo } from "./terminal_io.ts";

const PASTE_ON = "\x1b[?2004h"; // bracketed paste
/** Everything we ever switch, back as a shell expects it. */
const RESTORE = "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?2026l\x1b[m";

/**
 * A terminal taken over: raw, with bracketed paste. Hold it with `using`, for
 * disposal gives the terminal back as it was; so does the end of the process.
 */
export class Screen implements Disposable {
  readonly #io: TerminalIo;
  readonly #painter: Painter;
  readonly #watching: Disposable;
  #setup = PASTE_ON;

  /** @param onEvent Told what happens, after the screen has seen to it. */
  constructor(
    io: TerminalIo,
    onEvent: (event: TerminalEvent) => void = () => {},
  ) {
    this.#io = io;
    this.#painter = new Painter(io.capabilities);
    io.setRaw(true);
    this.#watching = io.watch((event) => {
      this.#handle(event);
      onEvent(event);
    });
  }

  /**
   * Prints `lines` and draws `block` below them, in one write.
   *
   * @returns `false` when the terminal is gone.
   */
  async paint(lines: readonly Line[], block: Block): Promise<boolean> {
    const setup = this.#setup;
    this.#setup = "";
    const size = this.#io.size();
    const text = setup + this.#painter.paint(lines, block, size);
    return await this.#io.write(text);
  }

  /**
   * Prints `lines` in place of the block.
   *
   * @returns `false` when the terminal is gone.
   */
  async finish(lines: readonly Line[]): Promise<boolean> {
    return await this.#io.write(this.#painter.finish(lines, this.#io.size()));
  }

  /** Clears the screen with the next repaint; the scrollback stays. */
  clear(): void {
    this.#setup += this.#painter.clear(this.#io.size());
  }

  /** Rings the bell with the next repaint. */
  ring(): void {
    this.#setup += "\x07";
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
    this.#restore();
  }

  #handle(event: TerminalEvent): void {
    if (event === "dying") {
      this.#io.writeSync(this.#painter.finish([], this.#io.size()));
      this.#restore();
    }
    if (event !== "continued") return;
    this.#io.setRaw(true);
    this.#painter.forget();
    this.#setup = PASTE_ON;
  }

  #restore(): void {
    this.#io.writeSync(RESTORE);
    this.#io.setRaw(false);
  }
}
