import type { Child } from "../child.ts";
import type { Laboratory, Person } from "../laboratory.ts";
import { noTerminal, startInTerminal } from "../this_program.ts";

/** Wide enough for every line that is looked for, with a link in it. */
const COLUMNS = 300;

/** Time that something may take to show on a screen, in milliseconds. */
const SOON_MS = 10_000;

/** When a line was shown, and where its room is not the current one, which. */
const DATE = /^\d{4}-\d\d-\d\d \d\d:\d\d /;

/** A real `chat connect` in a terminal, and what stands on its screen. */
export class Talker {
  readonly person: Person;
  /** Where it keeps its files. */
  readonly home: string;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  readonly #child: Child;
  readonly #soonMs: number;

  private constructor(
    person: Person,
    home: string,
    running: {
      readonly child: Child;
      readonly signal: AbortSignal;
      readonly soonMs: number;
    },
  ) {
    this.person = person;
    this.home = home;
    this.#child = running.child;
    this.signal = running.signal;
    this.#soonMs = running.soonMs;
  }

  /**
   * Starts it.
   *
   * @param args Where to connect to, and how.
   * @param soonMs What soon is, in milliseconds.
   * @throws {Error} where no terminal can be opened.
   */
  static start(
    lab: Laboratory,
    person: Person,
    args: readonly string[],
    soonMs = SOON_MS,
  ): Talker {
    const home = lab.path(`home_of_${person.name}_${lab.children.length}`);
    const child = startInTerminal([
      "connect",
      "--plain",
      `--name=${person.name}`,
      `--identity=${person.keyFile}`,
      ...args,
    ], { name: person.name, home, columns: COLUMNS });
    if (child === undefined) {
      throw new Error(`Cannot open terminals here: ${noTerminal()}`);
    }
    const { signal } = lab;
    lab.start(child);
    return new Talker(person, home, { child, signal, soonMs });
  }

  /** Lines shown so far. */
  get lines(): number {
    return this.#child.stdout.lines.length;
  }

  /** Types a line: something to say, or a command. */
  async type(line: string): Promise<void> {
    await this.#child.type(line);
  }

  /** What was shown, line by line, without dates. */
  get words(): readonly string[] {
    return this.#child.stdout.lines.map(wordsOf);
  }

  /**
   * Waits for a line, without its date, that has not been shown before the first
   * `after` ones.
   *
   * @throws The reason of the signal; {@linkcode Error} when the program ends.
   */
  async shows(
    wanted: RegExp,
    { after = 0, signal = this.signal }: {
      readonly after?: number;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<string> {
    let at = 0;
    const what = `${this.person.name} to see ${wanted}`;
    return await this.#child.stdout.find(what, (line) => {
      if (at++ < after) return undefined;
      const words = wordsOf(line);
      return wanted.test(words) ? words : undefined;
    }, signal).catch((error) => {
      if (signal.aborted) throw error;
      throw new Error(`${error.message}: ${this.words.slice(-3).join(" / ")}`);
    });
  }

  /** The same, but `undefined` when it is not shown soon. */
  async showsSoon(wanted: RegExp, after = 0): Promise<string | undefined> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#soonMs);
    const signal = AbortSignal.any([this.signal, late.signal]);
    try {
      return await this.shows(wanted, { after, signal });
    } catch (error) {
      this.signal.throwIfAborted();
      if (late.signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A line of a screen as its reader would quote it. */
function wordsOf(line: string): string {
  return line.replaceAll("\r", "").replace(DATE, "").trim();
}
