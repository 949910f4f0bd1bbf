import { ChatError } from "../errors.ts";
import type { Command, Program } from "./command.ts";
import { didYouMean } from "./did_you_mean.ts";

/** The command of exactly this name. */
export function commandNamed(
  program: Program,
  name: string,
): Command | undefined {
  return program.commands.find((command) => command.name === name);
}

/**
 * The command that `argv` starts with, and what follows its name.
 *
 * @throws {ChatError} `CHAT_USAGE`, with the nearest name if one is near.
 */
export function findCommand(
  program: Program,
  argv: readonly string[],
): { command: Command; rest: readonly string[] } {
  const [first = "", second] = argv;
  const exact = commandNamed(program, `${first} ${second}`); // as "id rotate"
  if (exact !== undefined) return { command: exact, rest: argv.slice(2) };
  const command = commandNamed(program, first);
  if (command !== undefined) return { command, rest: argv.slice(1) };
  const group = program.commands
    .map((command) => command.name.split(" "))
    .flatMap(([head, tail]) => head === first && tail ? [tail] : []);
  if (group.length === 0) {
    const names = program.commands.map(({ name }) => name.split(" ")[0] ?? "");
    throw unknown("chat", first, names);
  }
  if (second === undefined || second.startsWith("-")) {
    throw new ChatError(
      "CHAT_USAGE",
      `Cannot run ${first}: expected ${group.join(", ")}`,
    );
  }
  throw unknown(first, second, group);
}

function unknown(
  what: string,
  word: string,
  names: readonly string[],
): ChatError {
  return new ChatError(
    "CHAT_USAGE",
    `Cannot run ${what}: no command "${word}"${didYouMean(word, names)}`,
  );
}
