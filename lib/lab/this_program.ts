import { Child } from "./child.ts";

/** How to start {@linkcode startThisProgram}. */
export interface ThisProgramOptions {
  /** What it is called in errors. */
  readonly name: string;
  /** Where it keeps its files: identity, pins, what it remembers. */
  readonly home: string;
}

/**
 * Starts another process of this very program, `chat` with `args`: of the
 * executable if this is one, else of the source code, with the permissions that
 * deno.json gives to `chat` and no others.
 */
export function startThisProgram(
  args: readonly string[],
  { name, home }: ThisProgramOptions,
): Child {
  const [program, ...rest] = commandLine(args);
  return new Child(program, rest, { name, env: environment(home) });
}

/** What a terminal is like unless it is told otherwise. */
const COLUMNS = 80;

/**
 * Starts it in a terminal of its own, of so many columns, whose `stdout` is what
 * the user sees; `undefined` where there is no `script` of util-linux.
 */
export function startInTerminal(
  args: readonly string[],
  { name, home, columns = COLUMNS }: ThisProgramOptions & {
    readonly columns?: number;
  },
): Child | undefined {
  if (!hasScript()) return undefined;
  const command = commandLine(args).map(quoted).join(" ");
  const shell = `stty rows 40 cols ${columns}; exec ${command}`;
  return new Child("script", ["-qefc", shell, "/dev/null"], {
    name,
    env: { ...environment(home), TERM: "dumb" },
  });
}

function commandLine(args: readonly string[]): [string, ...string[]] {
  return [Deno.execPath(), ...leading(), ...args];
}

function environment(home: string): Record<string, string> {
  return { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Why {@linkcode startInTerminal} opens none here, if it does not. */
export function noTerminal(): string | undefined {
  return hasScript() ? undefined : "there is no `script` of util-linux";
}

/** `script` of other systems takes other arguments. */
function hasScript(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    return Deno.statSync("/usr/bin/script").isFile;
  } catch {
    return false;
  }
}

/** What stands in front of the arguments of `chat`. */
function leading(): string[] {
  if (Deno.build.standalone) return [];
  const root = `${import.meta.dirname}/../..`;
  return [
    "run",
    "--quiet",
    "--no-prompt",
    `--config=${root}/deno.json`,
    "--permission-set=chat",
    `${root}/mod.ts`,
  ];
}
