import type { Bytes } from "../../bytes.ts";
import type { Size } from "../block.ts";
import type { Colours } from "../style.ts";
import type { Keyboard } from "./keyboard.ts";

/**
 * What a terminal does to rows on the screen when it becomes narrower: wraps
 * them anew, as nearly all do, wraps them as xterm.js does, or cuts them off.
 */
export type Reflow = "all" | "xterm_js" | "none";

/** What a terminal can do, as its environment tells. */
export interface Capabilities {
  readonly colours: Colours;
  readonly reflow: Reflow;
}

/** Something that happened to the terminal rather than was typed. */
export type TerminalEvent =
  /** The size may have changed. */
  | "resized"
  /** We were stopped and go on: nothing about the screen is certain. */
  | "continued"
  /** Whoever sat there is gone. */
  | "hung_up"
  /** The process is about to end without us: put the terminal right. */
  | "dying";

/** Input that is shared: what one reader did not take, the next one gets. */
export interface Input {
  /**
   * Bytes as they come, or null at the end. One call at a time.
   *
   * @param signal Gives up waiting: the call gives undefined, and the bytes go
   * to the next one.
   */
  read(signal: AbortSignal): Promise<Bytes | null | undefined>;
}

/** Time, so that tests need no clock. */
export interface Timer {
  /** Resolves after `ms` milliseconds, or when `signal` aborts. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A terminal; tests pass their own. */
export interface TerminalIo extends Timer {
  readonly capabilities: Capabilities;
  /** What is typed. */
  readonly keyboard: Keyboard;
  /**
   * Resolves when the terminal has taken all of `text`.
   *
   * @returns `false` when the terminal is gone.
   */
  write(text: string): Promise<boolean>;
  /** For the last words of a process; may block. Never throws. */
  writeSync(text: string): void;
  /** The size now. */
  size(): Size;
  /** Whether each key comes at once and unechoed. Never throws. */
  setRaw(raw: boolean): void;
  /** Tells `listener` what happens until disposed. */
  watch(listener: (event: TerminalEvent) => void): Disposable;
}

/** Input and output that are taken for no terminal; tests pass their own. */
export interface PlainIo extends Input, Pick<Timer, "now"> {
  /**
   * Writes to the standard output.
   *
   * @returns `false` when nobody reads it any more.
   */
  out(text: string): Promise<boolean>;
  /** Writes to the standard error; what nobody reads is lost. */
  err(text: string): Promise<void>;
  /** Columns of the terminal that `stream` goes to after all, if it does. */
  columns(stream: "out" | "err"): number | undefined;
}
