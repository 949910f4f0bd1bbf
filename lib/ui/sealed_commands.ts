import {
  alone,
  bareName,
  type Commands,
  split,
  withName,
  withNumber,
} from "./command.ts";

/** Most lines that are shared with newcomers at a time. */
export const MAX_SHARED_LINES = 1_000;

/** What may be typed about rooms that the server cannot read. */
export const SEALED_COMMANDS: Commands = {
  seal: {
    usage: "NAME",
    summary: "make a room the server cannot read",
    action: withName((name) => ({ kind: "seal", name: bareSealed(name) })),
  },
  open: {
    usage: "LINK",
    summary: "join a sealed room by its link",
    action: (link) => (
      /^\S+$/.test(link) ? { kind: "open", link } : undefined
    ),
  },
  verify: {
    usage: "NAME [ok|CODE]",
    summary: "is this really them?",
    completes: "names",
    action: (rest) => {
      const [name, claim] = split(rest);
      const subject = bareName(name);
      return subject === "" ? undefined : { kind: "verify", subject, claim };
    },
  },
  digits: {
    usage: "",
    summary: "compare them: all see one history",
    action: alone({ kind: "digits" }),
  },
  remove: {
    usage: "NAME",
    summary: "take somebody's keys to this room",
    completes: "names",
    action: withName((subject) => ({ kind: "remove", subject })),
  },
  rekey: {
    usage: "",
    summary: "fresh keys for this room, now",
    action: alone({ kind: "rekey" }),
  },
  resync: {
    usage: "",
    summary: "take the current keys anew",
    action: alone({ kind: "resync" }),
  },
  "share-history": {
    usage: "N",
    summary: "show newcomers the last N lines",
    action: withNumber((count) => (
      count === null || count > MAX_SHARED_LINES
        ? undefined
        : { kind: "share", count }
    )),
  },
};

/** A room's name without the sign it is shown with. */
function bareSealed(text: string): string {
  return text.replace(/^[&#]/, "");
}
