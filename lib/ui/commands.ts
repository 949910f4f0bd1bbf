import type { Standing } from "../protocol/entry.ts";
import type { RoomKind } from "../protocol/words.ts";
import type { Command } from "./command.ts";
import { ALIASES, COMMANDS } from "./command_table.ts";
import { isBareLink } from "./link_secret.ts";
import { nearest } from "./nearest.ts";
import type { Action } from "./request.ts";
import { sanitizeLine } from "./sanitize.ts";

const BARE_LINK =
  "Not sent: whoever reads that link can join the room; /open LINK joins it";

const SPACED =
  "Not sent: that looks like a command with a space before it; take the space away, or type // to say it";

/** Who is typing decides which commands exist. */
export interface CommandOptions {
  readonly standing: Standing;
  /** Whether this process hosts the rooms, so that leaving closes them. */
  readonly hosting?: boolean;
  /** What kind of room it is typed in; an open one when left out. */
  readonly room?: RoomKind;
}

/** Understands a submitted line; text that starts with `//` is said with one. */
export function parseInput(line: string, options: CommandOptions): Action {
  const text = line.replace(/^\n+/, "").trimEnd();
  if (text.trim() === "") return { kind: "nothing" };
  if (isBareLink(text)) return mistake(BARE_LINK);
  if (text.startsWith("//")) return { kind: "say", text: text.slice(1) };
  if (/^\s+\//.test(text)) return mistake(SPACED);
  if (!text.startsWith("/")) return { kind: "say", text };

  const [, word = "", rest = ""] = text.match(/^\/(\S*)\s*(.*)$/s) ?? [];
  const [name, command] = find(word, options) ?? [];
  if (name === undefined || command === undefined) {
    return unknown(word, options);
  }
  const action = command.action(rest);
  if (action !== undefined) return action;
  return mistake(
    command.usage === ""
      ? `/${name} takes nothing after it`
      : `Usage: /${name} ${command.usage}`,
  );
}

/** What may be typed, a line each. */
export function helpText(options: CommandOptions): string {
  const rows = available(options).map(([name, command]) => {
    const { usage, summary, hostSummary = summary } = command;
    return [
      `/${name} ${usage}`.trimEnd(),
      options.hosting ? hostSummary : summary,
    ] as const;
  });
  rows.push(["//TEXT", "say it, with a slash"]);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return rows.map(([usage, summary]) => `${usage.padEnd(width)}  ${summary}`)
    .join("\n");
}

/** The commands there are, with their slash, and what Tab completes after. */
export function commandNames(
  options: CommandOptions,
): ReadonlyMap<string, Command["completes"]> {
  return new Map(
    available(options).map(([name, { completes }]) => [`/${name}`, completes]),
  );
}

/** Whether somebody of that standing has the commands of operators. */
export function isOperator(standing: Standing): boolean {
  return standing === "owner" || standing === "operator";
}

function find(
  word: string,
  options: CommandOptions,
): readonly [string, Command] | undefined {
  const typed = word.toLowerCase();
  const name = Object.hasOwn(ALIASES, typed) ? ALIASES[typed] : typed;
  return available(options).find(([known]) => known === name);
}

function available(
  { standing, room }: CommandOptions,
): [string, Command][] {
  return Object.entries(COMMANDS).flatMap(([name, command]) => {
    if (room === "sealed" && command.sealed !== undefined) {
      return [[name, { ...command, ...command.sealed }]];
    }
    const isThere = isOperator(standing) || !command.operator;
    return isThere ? [[name, command]] : [];
  });
}

function unknown(word: string, options: CommandOptions): Action {
  const shown = `/${sanitizeLine(word).slice(0, 32)}`;
  const typed = word.toLowerCase();
  if (Object.hasOwn(COMMANDS, typed) && COMMANDS[typed]?.operator) {
    return mistake(`Only operators may ${shown}`);
  }
  const guess = nearest(`/${typed}`, [...commandNames(options).keys()]);
  return mistake(
    guess === undefined
      ? `There is no ${shown}; see /help, or type // to say a text with /`
      : `There is no ${shown}; did you mean ${guess}?`,
  );
}

function mistake(text: string): Action {
  return { kind: "mistake", text };
}
