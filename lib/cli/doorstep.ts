import type { AskName } from "../room/ask_name.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";

/**
 * What is said and asked on the way in. Later, when a lost connection is made
 * again, the screen belongs to the conversation, and nothing is said here.
 */
export class Doorstep {
  readonly #io: Io;
  #left = false;

  constructor(io: Io) {
    this.#io = io;
  }

  /** We are in. */
  leave(): void {
    this.#left = true;
  }

  /** Says on the way what took place, so that waiting is not in the dark. */
  report(step: string): void {
    if (this.#left) return;
    if (step === "connected") {
      this.#io.err("Connected; checking the server's key ...");
    }
    if (step === "verified") this.#io.err("The server holds the pinned key.");
  }

  /** What can be asked of whoever sits at the terminal. */
  get questions(): { readonly askName?: AskName } {
    if (!this.#io.stdinIsTerminal) return {};
    return { askName: (wanted) => this.#askName(wanted) };
  }

  /** Asks the person for the name that the server wants. */
  async #askName(
    { why, text, suggestion }: Parameters<AskName>[0],
  ): Promise<string | undefined> {
    if (this.#left) return undefined;
    if (why !== "needed") this.#io.err(printable(text));
    const hint = suggestion === null ? "" : ` [${printable(suggestion)}]`;
    const answer = await this.#io.ask(`Your name on the server${hint}:`);
    if (answer === "" && suggestion !== null) return suggestion;
    return answer;
  }
}
