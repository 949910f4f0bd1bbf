import type { Conversation } from "../room/conversation.ts";
import { canRedraw } from "../ui/terminal/capabilities.ts";
import { runPlain } from "../ui/terminal/run_plain.ts";
import { runTerminal } from "../ui/terminal/run_terminal.ts";
import {
  systemPlain,
  systemTerminal,
  terminalEnvironment,
} from "../ui/terminal/system_io.ts";
import type { Io } from "./io.ts";

/** How the user wants to take part. */
export interface ConverseOptions {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly stay?: boolean;
}

/**
 * Hands a conversation to the person at the terminal, or to the lines of a
 * pipe. Ends when either side does.
 *
 * @throws what the conversation ends with.
 */
export async function converse(
  conversation: Conversation,
  io: Io,
  options: ConverseOptions,
): Promise<void> {
  const { signal } = io;
  if (isInteractive(io, options)) {
    return await runTerminal(conversation, systemTerminal(), { signal });
  }
  const { json = false, stay = false } = options;
  const raw = json || !io.stdinIsTerminal; // a file holds no commands
  await runPlain(conversation, systemPlain(), { json, raw, stay, signal });
}

/** Whether a line to type in can be kept on the screen. */
export function isInteractive(io: Io, options: ConverseOptions = {}): boolean {
  return io.stdinIsTerminal && io.stdoutIsTerminal && !options.json &&
    !options.plain && canRedraw(terminalEnvironment());
}
