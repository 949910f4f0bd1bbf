import type { Conversation } from "../room/conversation.ts";
import { canRedraw } from "../ui/terminal/capabilities.ts";
import { runPlain } from "../ui/terminal/run_plain.ts";
import { runTerminal } from "../ui/terminal/run_terminal.ts";
import {
  systemPlain,
  systemTerminal,
  terminalEnvironment,
} from "../ui/terminal/system_io.ts";
import type { SceneOptions } from "../ui/scene.ts";
import type { Io } from "./io.ts";

/** How the user wants to take part. */
export interface ConverseOptions extends SceneOptions {
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
    const all = { ...options, signal };
    return await runTerminal(conversation, systemTerminal(), all);
  }
  const raw = options.json || !io.stdinIsTerminal; // a file holds no commands
  const all = { ...options, raw, signal };
  await runPlain(conversation, systemPlain(), all);
}

/** Whether a line to type in can be kept on the screen. */
export function isInteractive(
  io: Io,
  options: Pick<ConverseOptions, "json" | "plain"> = {},
): boolean {
  return io.stdinIsTerminal && io.stdoutIsTerminal && !options.json &&
    !options.plain && canRedraw(terminalEnvironment());
}
