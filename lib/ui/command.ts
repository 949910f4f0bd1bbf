import { MARK_SEPARATOR } from "./author_spans.ts";
import { parseDuration } from "./duration.ts";
import type { Action } from "./request.ts";

/** A command, described as data: parsing, help and completion come from it. */
export interface Command {
  /** What follows it, as help writes it; empty when nothing does. */
  readonly usage: string;
  readonly summary: string;
  /** What it does when this process hosts the rooms, if that differs. */
  readonly hostSummary?: string;
  /** Whether only operators have it. */
  readonly operator?: true;
  /** What it is in a sealed room, where everybody has it, if that differs. */
  readonly sealed?: Pick<Command, "usage" | "summary" | "action">;
  /** What Tab completes after it. */
  readonly completes?: "names" | "rooms";
  /**
   * @param rest What follows the command.
   * @returns undefined when that is not what it takes.
   */
  readonly action: (rest: string) => Action | undefined;
}

/** Commands by name, without their slash. */
export type Commands = Readonly<Record<string, Command>>;

/** An action of a command that takes nothing. */
export function alone(action: Action): Command["action"] {
  return (rest) => rest === "" ? action : undefined;
}

/** An action of a command that takes a text. */
export function withText(make: (text: string) => Action): Command["action"] {
  return (rest) => rest === "" ? undefined : make(rest);
}

/** An action of a command that takes one word, a name. */
export function withName(make: (name: string) => Action): Command["action"] {
  return (rest) => {
    const [name, more] = split(rest);
    return name === "" || more !== "" ? undefined : make(bareName(name));
  };
}

/** An action of a command that takes a whole number from 1, or nothing. */
export function withNumber(
  make: (number: number | null) => Action | undefined,
): Command["action"] {
  return (rest) => {
    if (rest === "") return make(null);
    return /^[1-9][0-9]{0,14}$/.test(rest) ? make(Number(rest)) : undefined;
  };
}

/** An action of a command that takes a name and perhaps a duration. */
export function withNameAndDuration(
  make: (name: string, seconds: number | null) => Action,
): Command["action"] {
  return (rest) => {
    const [name, duration] = split(rest);
    if (name === "") return undefined;
    if (duration === "") return make(bareName(name), null);
    const seconds = parseDuration(duration);
    return seconds === undefined ? undefined : make(bareName(name), seconds);
  };
}

/** The first word of `text`, and what follows it. */
export function split(text: string): readonly [string, string] {
  const [, first = "", rest = ""] = text.match(/^(\S*)\s*(.*)$/s) ?? [];
  return [first, rest];
}

/** A name as the server knows it, from one as it is shown or completed. */
export function bareName(text: string): string {
  if (/^SHA256:/i.test(text)) return text;
  const [name = ""] = text.split(MARK_SEPARATOR, 1);
  return name.replace(/^@/, "").replace(/[:,]$/, "");
}
