import { ChatError } from "../errors.ts";
import type { Io } from "./io.ts";

/** Where this user's identity and pins are kept (XDG base directories). */
export function configDir(io: Pick<Io, "env">): string {
  return `${base(io, "XDG_CONFIG_HOME", ".config")}/chat`;
}

/** Where what a server remembers is kept (XDG base directories). */
export function stateDir(io: Pick<Io, "env">): string {
  return `${base(io, "XDG_STATE_HOME", ".local/state")}/chat`;
}

function base(
  io: Pick<Io, "env">,
  variable: string,
  underHome: string,
): string {
  const named = io.env(variable);
  // The specification asks for relative paths to be ignored.
  if (named !== undefined && isAbsolute(named)) return named;
  const home = io.env("HOME") ?? io.env("USERPROFILE");
  if (home === undefined || home === "") {
    throw new ChatError(
      "CHAT_FILE",
      `Cannot find your files: neither ${variable} nor HOME is set`,
    );
  }
  return `${home}/${underHome}`;
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
