import { utf8 } from "../../lib/bytes.ts";
import type { Size } from "../../lib/ui/block.ts";
import { Keyboard } from "../../lib/ui/terminal/keyboard.ts";
import type {
  Capabilities,
  TerminalEvent,
  TerminalIo,
} from "../../lib/ui/terminal/terminal_io.ts";
import { FakeInput } from "./fake_input.ts";
import { NOON } from "./people.ts";
import { VirtualScreen } from "./virtual_screen.ts";

/** A terminal with a person in front of it, who is the test. */
export class FakeTerminal extends FakeInput implements TerminalIo, Disposable {
  readonly capabilities: Capabilities = { colours: 0, reflow: "xterm_js" };
  readonly keyboard = new Keyboard(this);
  readonly screen: VirtualScreen;
  /** Everything written so far. */
  written = "";
  /** Writes so far: repaints, mostly. */
  writes = 0;
  raw = false;
  /** Once true, writing fails as on a terminal that was closed. */
  gone = false;
  #stalled: (() => Promise<void>) | undefined;
  #listeners = new Set<(event: TerminalEvent) => void>();

  constructor(size: Size = { columns: 60, rows: 12 }) {
    super();
    this.screen = new VirtualScreen(size);
  }

  async write(text: string): Promise<boolean> {
    if (this.gone) return false;
    this.writes += 1;
    this.written += text;
    await this.#stalled?.();
    await this.screen.write(text);
    return true;
  }

  writeSync(text: string): void {
    this.written += text;
    void this.screen.write(text);
  }

  size(): Size {
    return this.screen.size;
  }

  setRaw(raw: boolean): void {
    this.raw = raw;
  }

  watch(listener: (event: TerminalEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  override now(): number {
    return NOON;
  }

  /** Types text; control characters are keys. */
  type(text: string): void {
    this.feed(utf8(text));
  }

  /** Takes nothing from the next write on, until told to go on. */
  stall(): { readonly begun: Promise<void>; go(): void } {
    const begun = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    this.#stalled = (): Promise<void> => {
      begun.resolve();
      return gone.promise;
    };
    return { begun: begun.promise, go: gone.resolve };
  }

  /** Makes something happen to the terminal. */
  tell(event: TerminalEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  resize(size: Size): void {
    this.screen.resize(size);
    this.tell("resized");
  }

  /** Waits until the screen shows `text`. */
  async shows(text: string): Promise<void> {
    await this.until(() => this.screen.rows.some((row) => row.includes(text)));
  }

  /** Waits until `condition` holds, and fails with what the screen shows. */
  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 500; turn++) {
      if (condition()) return;
      await macrotask();
    }
    throw new Error(`It never became true:\n${this.screen.rows.join("\n")}`);
  }

  [Symbol.dispose](): void {
    this.screen[Symbol.dispose]();
  }
}

/** Lets everything that can run, run. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The bytes of one key that is no character. */
export const KEYS = {
  enter: "\r",
  ctrlC: "\x03",
  ctrlD: "\x04",
  ctrlL: "\x0c",
  left: "\x1b[D",
  up: "\x1b[A",
} as const;

/** `text` as a terminal sends a paste. */
export function pasted(text: string): string {
  return `\x1b[200~${text}\x1b[201~`;
}
