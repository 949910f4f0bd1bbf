import type { Standing, Verb } from "../protocol/entry.ts";

/** What somebody may do after `verb` was used on it. */
export function standingAfter(standing: Standing, verb: Verb): Standing {
  if (standing === "owner") return standing; // no verb reaches an owner
  switch (verb) {
    case "op":
      return "operator";
    case "deop":
      return standing === "operator" ? "member" : standing;
    case "mute": // whoever has a role cannot be muted
      return standing === "member" ? "muted" : standing;
    case "unmute":
      return standing === "muted" ? "member" : standing;
    case "kick":
    case "ban":
    case "unban":
      return standing;
  }
}
