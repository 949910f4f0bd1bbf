import type { Colours } from "../style.ts";
import type { Capabilities, Reflow } from "./terminal_io.ts";

/** The environment variables that tell terminals apart. */
export const TERMINAL_VARIABLES = [
  "TERM",
  "COLORTERM",
  "NO_COLOR",
  "TERM_PROGRAM",
  "XTERM_VERSION",
  "STY",
  "TMUX",
  "WT_SESSION",
] as const;

/** Their values; those that are not set are left out. */
export type TerminalEnvironment = {
  readonly [K in typeof TERMINAL_VARIABLES[number]]?: string;
};

/** Whether lines can be redrawn; a dumb terminal gets plain lines. */
export function canRedraw({ TERM }: TerminalEnvironment): boolean {
  return TERM !== undefined && TERM !== "" && TERM !== "dumb";
}

/** What the terminal behind `env` can do. */
export function capabilitiesOf(env: TerminalEnvironment): Capabilities {
  return { colours: coloursOf(env), reflow: reflowOf(env) };
}

/** See https://no-color.org: set and not empty means none. */
function coloursOf(env: TerminalEnvironment): Colours {
  if (env.NO_COLOR) return 0;
  const many = /truecolor|24bit/i.test(env.COLORTERM ?? "") ||
    /256col|direct|kitty|ghostty|alacritty|foot|wezterm/.test(env.TERM ?? "") ||
    env.WT_SESSION !== undefined;
  return many ? 256 : 16;
}

/** Nearly all terminals wrap anew; these are the known ones that differ. */
function reflowOf(env: TerminalEnvironment): Reflow {
  if (env.TMUX) return "all"; // whatever it runs in
  if (env.STY || env.TERM === "linux" || env.XTERM_VERSION) return "none";
  return env.TERM_PROGRAM === "vscode" ? "xterm_js" : "all";
}
