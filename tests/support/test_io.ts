import type { Io } from "../../lib/cli/io.ts";

/** What a {@linkcode TestIo} is told to pretend. */
export interface TestIoOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the person at the terminal answers, in order; then the input ends. */
  readonly answers?: readonly string[];
  /** Asks the process to end. */
  readonly signal?: AbortSignal;
}

/** A process for commands under test: it keeps what they print. */
export class TestIo implements Io {
  readonly signal: AbortSignal;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal = false;
  /** Columns of a terminal behind standard error. */
  columns: number | undefined;
  /** Lines of standard output. */
  readonly stdout: string[] = [];
  /** Lines of standard error, without questions. */
  readonly stderr: string[] = [];
  /** Questions that were asked; secret ones end with `(secret)`. */
  readonly questions: string[] = [];
  readonly #answers: string[];
  readonly #env: Readonly<Record<string, string>>;

  /** Without `answers` there is nobody to be asked. */
  constructor(options: TestIoOptions = {}) {
    this.stdinIsTerminal = options.answers !== undefined;
    this.#answers = [...options.answers ?? []];
    this.#env = options.env ?? {};
    this.signal = options.signal ?? new AbortController().signal;
  }

  errorColumns(): number | undefined {
    return this.columns;
  }

  out(line: string): void {
    this.stdout.push(line);
  }

  outAll(lines: Iterable<string>): Promise<void> {
    for (const line of lines) this.out(line);
    return Promise.resolve();
  }

  err(line: string): void {
    this.stderr.push(line);
  }

  log(line: string): void {
    this.stderr.push(line);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  env(name: string): string | undefined {
    return this.#env[name];
  }

  ask(
    question: string,
    options: { readonly secret?: boolean } = {},
  ): Promise<string | undefined> {
    if (!this.stdinIsTerminal) return Promise.resolve(undefined);
    this.questions.push(options.secret ? `${question} (secret)` : question);
    return Promise.resolve(this.#answers.shift());
  }
}
