import { MARK_SEPARATOR } from "./author_spans.ts";
import { nearest } from "./nearest.ts";
import { sanitizeLine } from "./sanitize.ts";

/** What a submitted line asks the server for. */
export type Request =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "act"; readonly text: string }
  | { readonly kind: "whois"; readonly name: string }
  | { readonly kind: "kick"; readonly name: string }
  | { readonly kind: "who" };

/** What a submitted line asks for. */
export type Action =
  | Request
  | { readonly kind: "help" }
  | { readonly kind: "quit" }
  /** A line with nothing in it. */
  | { readonly kind: "nothing" }
  /** Not understood; never sent. `text` says why and what to do. */
  | { readonly kind: "mistake"; readonly text: string };

/** A command, described as data: parsing, help and completion come from it. */
interface Command {
  /** How the argument is called, or null when there is none. */
  readonly argument: "TEXT" | "NAME" | null;
  readonly summary: string;
  /** What it does when the operator of the server uses it, if that differs. */
  readonly operatorSummary?: string;
  /** Whether only the operator of the server has it. */
  readonly operator?: true;
  readonly action: (argument: string) => Action;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  help: {
    argument: null,
    summary: "this list",
    action: () => ({ kind: "help" }),
  },
  who: {
    argument: null,
    summary: "who is here",
    action: () => ({ kind: "who" }),
  },
  me: {
    argument: "TEXT",
    summary: "say what you do",
    action: (text) => ({ kind: "act", text }),
  },
  whois: {
    argument: "NAME",
    summary: "their fingerprint",
    action: (name) => ({ kind: "whois", name: bareName(name) }),
  },
  kick: {
    argument: "NAME",
    summary: "show them out; they may come back",
    operator: true,
    action: (name) => ({ kind: "kick", name: bareName(name) }),
  },
  quit: {
    argument: null,
    summary: "leave the room",
    operatorSummary: "close the room for everybody",
    action: () => ({ kind: "quit" }),
  },
};

/** Who is typing decides which commands exist. */
export interface CommandOptions {
  /** Whether the conversation offers what only operators may do. */
  readonly operator: boolean;
}

/** Understands a submitted line; text that starts with `//` is said with one. */
export function parseInput(line: string, options: CommandOptions): Action {
  const text = line.replace(/^\n+/, "").trimEnd();
  if (text.trim() === "") return { kind: "nothing" };
  if (text.startsWith("//")) return { kind: "say", text: text.slice(1) };
  if (!text.startsWith("/")) return { kind: "say", text };

  const [, word = "", rest = ""] = text.match(/^\/(\S*)\s*(.*)$/s) ?? [];
  const name = word.toLowerCase();
  const command = available(options).find(([known]) => known === name)?.[1];
  if (command === undefined) return unknown(word, options);
  if (command.argument === null && rest !== "") {
    return mistake(`/${name} takes nothing after it`);
  }
  if (command.argument !== null && rest === "") {
    return mistake(`Usage: /${name} ${command.argument}`);
  }
  return command.action(rest);
}

/** What may be typed, a line each. */
export function helpText(options: CommandOptions): string {
  const rows = available(options).map(([name, command]) => {
    const { argument, summary, operatorSummary = summary } = command;
    return [
      `/${name}${argument === null ? "" : ` ${argument}`}`,
      options.operator ? operatorSummary : summary,
    ] as const;
  });
  rows.push(["//TEXT", "say it, with a slash"]);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return rows.map(([usage, summary]) => `${usage.padEnd(width)}  ${summary}`)
    .join("\n");
}

/** The commands there are, with their slash. */
export function commandNames(options: CommandOptions): readonly string[] {
  return available(options).map(([name]) => `/${name}`);
}

function available({ operator }: CommandOptions): [string, Command][] {
  return Object.entries(COMMANDS).filter(([, command]) => (
    operator || !command.operator
  ));
}

function unknown(word: string, options: CommandOptions): Action {
  const shown = `/${sanitizeLine(word).slice(0, 32)}`;
  const guess = nearest(`/${word.toLowerCase()}`, commandNames(options));
  if (COMMANDS[word.toLowerCase()]?.operator) {
    return mistake(`Only the operator of the server may ${shown}`);
  }
  return mistake(
    guess === undefined
      ? `There is no ${shown}; see /help, or type // to say a text with /`
      : `There is no ${shown}; did you mean ${guess}?`,
  );
}

function mistake(text: string): Action {
  return { kind: "mistake", text };
}

/** A name as the server knows it, from one as it is shown or completed. */
function bareName(text: string): string {
  const [name = ""] = text.split(MARK_SEPARATOR, 1);
  return name.replace(/^@/, "").replace(/[:,]?\s*$/, "");
}
