import { ChatError } from "../errors.ts";
import type {
  Command,
  OptionSpec,
  OptionSpecs,
  OptionValues,
} from "./command.ts";
import { didYouMean } from "./did_you_mean.ts";

/**
 * Parses `argv` for `command`; refuses anything its spec does not name.
 *
 * The rules are GNU's: options and arguments in any order, `--name VALUE` or
 * `--name=VALUE`, nothing is an option after `--`. A value may start with `-`
 * unless it is itself an option of the command: then the value was forgotten,
 * and `--name=VALUE` tells them apart. No option may be given twice unless it
 * takes several values.
 *
 * @throws {ChatError} `CHAT_USAGE`.
 */
export function parseCommand<T extends OptionSpecs>(
  command: Command<T>,
  argv: readonly string[],
): { args: string[]; options: OptionValues<T> } {
  const { args, given } = split(command, argv);
  checkCount(command, args);
  const options = Object.entries(command.options).map(([name, spec]) =>
    [name, valueOf(command, `--${name}`, spec, given.get(name) ?? [])] as const
  );
  return { args, options: Object.fromEntries(options) as OptionValues<T> };
}

/** Sorts `argv` into arguments and the values given for each option. */
function split(
  command: Command,
  argv: readonly string[],
): { args: string[]; given: Map<string, string[]> } {
  const args: string[] = [];
  const given = new Map<string, string[]>();
  const rest = argv.values();
  for (const word of rest) {
    if (word === "--") {
      args.push(...rest);
    } else if (!word.startsWith("-") || word === "-") {
      args.push(word);
    } else {
      const [option, inline] = cut(word);
      const spec = specOf(command, option);
      if (spec === undefined) throw unknownOption(command, option);
      const name = option.slice(2);
      const values = given.get(name) ?? [];
      if (values.length > 0 && spec.kind !== "values") {
        throw usage(command, `${option} is given twice`);
      }
      given.set(name, [...values, valueFor(option, spec, inline)]);
    }
  }
  return { args, given };

  function valueFor(
    option: string,
    spec: OptionSpec,
    inline: string | undefined,
  ): string {
    if (spec.kind === "flag") {
      if (inline === undefined) return "";
      throw usage(command, `${option} takes no value`);
    }
    if (inline !== undefined) return inline;
    const next = rest.next().value;
    if (
      next === undefined || next === "--" ||
      specOf(command, cut(next)[0]) !== undefined
    ) {
      throw usage(command, `missing ${spec.placeholder} after ${option}`);
    }
    return next;
  }
}

/** `--name=VALUE` into its halves. */
function cut(word: string): [option: string, inline: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function specOf(command: Command, option: string): OptionSpec | undefined {
  const name = option.slice(2);
  if (!option.startsWith("--") || !Object.hasOwn(command.options, name)) {
    return undefined;
  }
  return command.options[name];
}

function checkCount(command: Command, args: readonly string[]): void {
  const required = command.args.filter((name) => !name.startsWith("["));
  if (args.length < required.length) {
    throw usage(command, `missing ${command.args[args.length]}`);
  }
  const isOpenEnded = command.args.at(-1)?.endsWith("...]") === true;
  if (args.length > command.args.length && !isOpenEnded) {
    const expected = command.args.join(" ") || "no arguments";
    throw usage(command, `expected ${expected}, found ${args.length}`);
  }
}

function valueOf(
  command: Command,
  option: string,
  spec: OptionSpec,
  values: readonly string[],
): boolean | number | string | readonly string[] | undefined {
  if (spec.kind === "flag") return values.length > 0;
  if (spec.kind === "values") return values;
  const [value] = values;
  if (value === undefined) {
    if (spec.required) {
      throw usage(command, `missing ${option} ${spec.placeholder}`);
    }
    return spec.default;
  }
  if (spec.kind === "value") return value;
  const { min, max } = spec;
  const number = Number(value);
  if (!/^-?[0-9]{1,15}$/.test(value) || number < min || number > max) {
    throw usage(command, `${option} must be a number from ${min} to ${max}`);
  }
  return number;
}

function unknownOption(command: Command, option: string): ChatError {
  const names = Object.keys(command.options).map((name) => `--${name}`);
  const hint = didYouMean(option, [...names, "--help"]);
  return usage(command, `unknown option ${option}${hint}`);
}

function usage(command: { name: string }, found: string): ChatError {
  return new ChatError("CHAT_USAGE", `Cannot run ${command.name}: ${found}`);
}
