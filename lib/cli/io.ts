/** The process as commands see it; tests pass their own. */
export interface Io {
  /** Writes a line to standard output: what the command was run for. */
  out(line: string): void;
  /**
   * Writes many lines to standard output, as few as `lines` makes at a time. Ends
   * early when whoever read them has left; rejects with the reason of `signal`.
   */
  outAll(lines: Iterable<string>): Promise<void>;
  /** Writes a line to standard error: everything else. */
  err(line: string): void;
  /**
   * Writes a line to standard error when it can be written, for what others
   * cause: never waits, never throws, and drops lines when too many wait.
   */
  log(line: string): void;
  /** Resolves when the lines logged so far are written, or after a second. */
  flush(): Promise<void>;
  /** Aborted when the process is asked to end (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
  /** An environment variable, or `undefined` when it is not set. */
  env(name: string): string | undefined;
  /** Whether somebody can be asked. */
  readonly stdinIsTerminal: boolean;
  /** Columns of the terminal that standard error goes to, if it does. */
  errorColumns(): number | undefined;
  /** Whether somebody reads along. */
  readonly stdoutIsTerminal: boolean;
  /**
   * Asks whoever sits at the terminal. The question goes to the terminal, not
   * into a redirected standard output; a secret answer is not shown.
   *
   * @returns The answer without its line end, or `undefined` when nobody can be
   * asked, the input ended, or the process is asked to end.
   */
  ask(
    question: string,
    options?: { readonly secret?: boolean },
  ): Promise<string | undefined>;
}
