import {
  runTerminal,
  type TerminalOptions,
} from "../../../lib/ui/terminal/run_terminal.ts";
import { FakeConversation } from "../../support/fake_conversation.ts";
import { FakeTerminal } from "../../support/fake_terminal.ts";

/** A conversation on a terminal, until the test quits it. */
export class Stage implements AsyncDisposable {
  readonly conversation = new FakeConversation();
  readonly terminal = new FakeTerminal({ columns: 60, rows: 12 });
  #running: Promise<void> | undefined;

  start(options: TerminalOptions = {}): this {
    this.#running = runTerminal(this.conversation, this.terminal, {
      timeZone: "UTC",
      ...options,
    });
    this.#running.catch(() => {}); // `over` tells
    return this;
  }

  /** Resolves or rejects as the session does. */
  async over(): Promise<void> {
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.conversation.close();
    await this.#running?.catch(() => {});
    this.terminal[Symbol.dispose]();
  }
}
