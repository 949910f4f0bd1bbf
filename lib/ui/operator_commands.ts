import type { Verb } from "../protocol/entry.ts";
import {
  alone,
  type Command,
  type Commands,
  withName,
  withNameAndDuration,
} from "./command.ts";
import { parseDuration } from "./duration.ts";
import type { Action } from "./request.ts";

/** How long an invitation lasts when nothing is said about it: a day. */
export const INVITATION_SECONDS = 86_400;

/** What only operators may type. */
export const OPERATOR_COMMANDS: Commands = {
  kick: named("kick", "show them out; they may come back"),
  mute: named("mute", "let them listen only, for 10m, 2h, 7d", "NAME [2h]"),
  unmute: named("unmute", "let them speak again"),
  ban: named("ban", "name, fingerprint or address", "WHO [2h]"),
  unban: named("unban", "let them come back", "WHO"),
  bans: {
    usage: "",
    summary: "who is muted or banned",
    operator: true,
    action: alone({ kind: "bans" }),
  },
  op: named("op", "make them an operator"),
  deop: named("deop", "an operator no more"),
  invite: {
    usage: "[7d]",
    summary: "a link that admits one new person",
    operator: true,
    action: (rest) => invite(rest === "" ? INVITATION_SECONDS : rest),
    sealed: {
      usage: "[7d]",
      summary: "the link of this room, and a QR code",
      action: (rest) => (
        rest === "" ? { kind: "room_link" } : invite(rest)
      ),
    },
  },
};

function invite(time: string | number): Action | undefined {
  const seconds = typeof time === "number" ? time : parseDuration(time);
  return seconds === undefined ? undefined : { kind: "invite", seconds };
}

/** A command that does `verb` to somebody, for a while where usage says so. */
function named(verb: Verb, summary: string, usage = "NAME"): Command {
  const action: Command["action"] = usage.includes("[")
    ? withNameAndDuration((subject, seconds) => (
      { kind: "moderate", verb, subject, seconds }
    ))
    : withName((subject) => (
      { kind: "moderate", verb, subject, seconds: null }
    ));
  return { usage, summary, operator: true, completes: "names", action };
}
