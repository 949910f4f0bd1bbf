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
  return new Child(Deno.execPath(), [...leading(), ...args], {
    name,
    env: { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
  });
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
