import { MAX_PAGE_ENTRIES } from "../protocol/limits.ts";
import {
  alone,
  bareName,
  type Commands,
  split,
  withName,
  withNumber,
  withText,
} from "./command.ts";
import { OPERATOR_COMMANDS } from "./operator_commands.ts";
import { SEALED_COMMANDS } from "./sealed_commands.ts";

/** Everything that may be typed with a slash, in the order of help. */
export const COMMANDS: Commands = {
  help: {
    usage: "",
    summary: "this list",
    action: alone({ kind: "help" }),
  },
  join: {
    usage: "ROOM",
    summary: "go to a room; makes it if there is none",
    completes: "rooms",
    action: withName((name) => (
      // A sealed room is not an open one of the same name.
      name.startsWith("&")
        ? { kind: "rejoin", name: name.slice(1) }
        : { kind: "join", name: roomName(name) }
    )),
  },
  room: {
    usage: "ROOM",
    summary: "go to your room: dev, &plans, @bob",
    completes: "rooms",
    action: (rest) => (
      /^\S+$/.test(rest) ? { kind: "room", name: rest } : undefined
    ),
  },
  rooms: {
    usage: "",
    summary: "all rooms",
    action: alone({ kind: "rooms" }),
  },
  leave: {
    usage: "",
    summary: "leave this room for good",
    action: alone({ kind: "leave" }),
  },
  topic: {
    usage: "[TEXT]",
    summary: "what this room is about",
    action: (text) => (
      text === "" ? { kind: "topic" } : { kind: "title", text }
    ),
  },
  msg: {
    usage: "NAME [TEXT]",
    summary: "just for them; without TEXT, go there",
    completes: "names",
    action: (rest) => {
      const [name, text] = split(rest);
      const subject = bareName(name);
      if (subject === "") return undefined;
      return text === ""
        ? { kind: "direct", subject }
        : { kind: "tell", subject, text };
    },
  },
  me: {
    usage: "TEXT",
    summary: "say what you do",
    action: withText((text) => ({ kind: "act", text })),
  },
  who: {
    usage: "",
    summary: "who is here",
    action: alone({ kind: "who" }),
  },
  whois: {
    usage: "NAME",
    summary: "their fingerprint",
    completes: "names",
    action: withName((subject) => ({ kind: "whois", subject })),
  },
  history: {
    usage: "[N]",
    summary: "what was said before; again goes on",
    action: withNumber((count) => {
      if (count !== null && count > MAX_PAGE_ENTRIES) return undefined;
      return { kind: "history", count };
    }),
  },
  search: {
    usage: "WORDS",
    summary: "find what was said here; again goes on",
    action: withText((words) => ({ kind: "search", words })),
  },
  outbox: {
    usage: "",
    summary: "your messages that are not sent yet",
    action: alone({ kind: "outbox" }),
  },
  retry: {
    usage: "[N]",
    summary: "send again what failed",
    action: withNumber((number) => ({ kind: "retry", number })),
  },
  discard: {
    usage: "N",
    summary: "give up a message that is not sent",
    action: withNumber((number) => (
      number === null ? undefined : { kind: "discard", number }
    )),
  },
  link: {
    usage: "",
    summary: "the line that leads to this server",
    action: alone({ kind: "link" }),
  },
  ...SEALED_COMMANDS,
  ...OPERATOR_COMMANDS,
  quit: {
    usage: "",
    summary: "leave the server; your rooms are kept",
    hostSummary: "close the rooms for everybody",
    action: alone({ kind: "quit" }),
  },
};

/** What people who know other programs type. */
export const ALIASES: Readonly<Record<string, string>> = {
  exit: "quit",
  j: "join",
  names: "who",
  part: "leave",
  query: "msg",
  switch: "room",
};

/** A room's name without the sign it is shown with. */
function roomName(text: string): string {
  return text.replace(/^#/, "");
}
