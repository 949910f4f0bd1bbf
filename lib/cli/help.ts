import { ChatError } from "../errors.ts";
import {
  type Command,
  defineCommand,
  type OptionSpec,
  type Program,
} from "./command.ts";

/** Width that help is wrapped to, in columns. */
const COLUMNS = 79;

/** `chat help [COMMAND]` over the commands of `program`, itself included. */
export function withHelp(program: Program): Program {
  const helpCommand = defineCommand({
    name: "help",
    summary: "Explain chat, or one command",
    args: ["[COMMAND]", "[SUBCOMMAND]"],
    options: {},
    run(words, _options, io): Promise<void> {
      explain(whole, words).forEach((line) => io.out(line));
      return Promise.resolve();
    },
  });
  const whole = { ...program, commands: [...program.commands, helpCommand] };
  return whole;
}

/** The whole program in one screen. */
export function overview(program: Program): readonly string[] {
  return [
    `chat ${program.version}: a private chat room without accounts`,
    "",
    "Usage: chat COMMAND [ARGUMENTS]",
    "",
    "Commands:",
    ...table(program.commands.map(({ name, summary }) => [name, summary])),
    "",
    "`chat help COMMAND` explains a command, `chat --version` names this version.",
  ];
}

/**
 * Help on a command, on every command of a group, or on all of `chat`.
 *
 * @throws {ChatError} `CHAT_USAGE` when `words` name none of them.
 */
export function explain(
  program: Program,
  words: readonly string[],
): readonly string[] {
  const name = words.join(" ");
  if (name === "") return overview(program);
  const found = program.commands.filter((command) =>
    command.name === name || command.name.startsWith(`${name} `)
  );
  if (found.length === 0) {
    throw new ChatError("CHAT_USAGE", `Cannot explain: no command "${name}"`);
  }
  return found.flatMap((command, index) => [
    ...(index === 0 ? [] : [""]),
    ...commandHelp(command),
  ]);
}

/** All there is to know about one command. */
export function commandHelp(command: Command): readonly string[] {
  const options = Object.entries(command.options);
  const required = options.flatMap(([name, spec]) =>
    "required" in spec ? `--${name} ${spec.placeholder}` : []
  );
  const usage = ["chat", command.name, ...command.args, ...required];
  if (options.length > required.length) usage.push("[OPTIONS]");
  return [
    `${command.summary}.`,
    "",
    `Usage: ${usage.join(" ")}`,
    ...(command.details ?? []).flatMap((text) => ["", ...wrap(text, COLUMNS)]),
    ...(options.length === 0 ? [] : ["", "Options:"]),
    ...table(options.map(([name, spec]) => [
      spec.kind === "flag" ? `--${name}` : `--${name} ${spec.placeholder}`,
      notesOn(spec),
    ])),
  ];
}

/** An option's help with what its spec adds. */
function notesOn(spec: OptionSpec): string {
  const notes: string[] = [];
  if (spec.kind === "values") notes.push("may be given several times");
  if (spec.kind === "number") notes.push(`${spec.min} to ${spec.max}`);
  if ("required" in spec) notes.push("required");
  if ("default" in spec && spec.default !== "") {
    notes.push(`default ${spec.default}`);
  }
  return notes.length === 0 ? spec.help : `${spec.help} (${notes.join("; ")})`;
}

/** Two columns; the right one wraps within itself. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 4;
  return rows.flatMap(([left, right]) =>
    wrap(right, COLUMNS - width).map((line, index) =>
      `${(index === 0 ? `  ${left}` : "").padEnd(width)}${line}`
    )
  );
}

/** Breaks `text` at spaces into lines of at most `width` columns. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
