import { ChatError, ERRORS } from "../errors.ts";
import type { Command, Program } from "./command.ts";
import { errorLines } from "./error_lines.ts";
import { findCommand } from "./find_command.ts";
import { commandHelp, explain, overview, withHelp } from "./help.ts";
import type { Io } from "./io.ts";
import { parseCommand } from "./parse_command.ts";

/** Exit status of a command that was interrupted before it had begun. */
export const INTERRUPTED = 130;

/**
 * Runs `chat` and returns its exit status. The only place errors print: a
 * `ChatError` in two lines, anything else is a bug and leaves with its stack.
 *
 * @param argv What follows the program's name.
 */
export async function main(
  argv: readonly string[],
  io: Io,
  program: Program,
): Promise<number> {
  try {
    return await run(argv, io, withHelp(program));
  } catch (error) {
    if (io.signal.aborted && error === io.signal.reason) return INTERRUPTED;
    if (!(error instanceof ChatError)) throw error;
    errorLines(error, io.errorColumns()).forEach((line) => io.err(line));
    return ERRORS[error.code].exit;
  }
}

async function run(
  argv: readonly string[],
  io: Io,
  program: Program,
): Promise<number> {
  const [first] = argv;
  if (first === undefined) {
    overview(program).forEach((line) => io.err(line));
    return ERRORS.CHAT_USAGE.exit;
  }
  if (first === "--version" || first === "-V") {
    io.out(`chat ${program.version}`);
    return 0;
  }
  if (first === "--help" || first === "-h") {
    overview(program).forEach((line) => io.out(line));
    return 0;
  }
  if (argv.length === 2 && asksForHelp(argv)) { // of a group, too
    explain(program, [first]).forEach((line) => io.out(line));
    return 0;
  }
  const { command, rest } = findCommand(program, argv);
  if (asksForHelp(rest)) {
    commandHelp(command).forEach((line) => io.out(line));
    return 0;
  }
  await namingHelp(command, async () => {
    const { args, options } = parseCommand(command, rest);
    await command.run(args, options, io);
  });
  return 0;
}

/** A usage error that knows nothing better leads to the help of its command. */
async function namingHelp(
  { name }: Command,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    const isBare = error instanceof ChatError && error.code === "CHAT_USAGE" &&
      error.hint === ERRORS.CHAT_USAGE.hint;
    if (!isBare) throw error;
    const hint = `Run \`chat help ${name}\` for usage`;
    throw new ChatError(error.code, error.message, { cause: error, hint });
  }
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end)
    .some((word) => word === "--help" || word === "-h");
}
