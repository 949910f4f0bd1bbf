/**
 * What becomes of each request of a moderator, written down without a look at how
 * it is decided. A row is for one verb of one who asks; a column is for whom it is
 * about:
 *
 * - `+` carried out, and everybody told
 * - `=` done already: accepted, and nobody told
 * - `F` CHAT_FORBIDDEN
 * - `?` CHAT_NO_SUCH_MEMBER
 * - `P` the session ends with protocol_error
 * - `.` nothing: the session is over
 */
import type { Verb } from "../../lib/protocol/entry.ts";

/** Who asks. */
export const ACTORS = [
  "owner",
  "console",
  "operator",
  "member",
  "muted",
  "banned",
  "stranger",
] as const;

/** One of {@linkcode ACTORS}. */
export type Actor = typeof ACTORS[number];

/** What somebody may be. */
export const ROLES = [
  "owner",
  "operator",
  "member",
  "muted",
  "banned",
] as const;

/** One of {@linkcode ROLES}. */
export type RoleName = typeof ROLES[number];

/** Online, known by name only, or never here but for its fingerprint. */
export const STATES = ["present", "absent", "unknown"] as const;

/** One of {@linkcode STATES}. */
export type State = typeof STATES[number];

/** Whom a request is about, in the order of the columns. */
export const COLUMNS = [
  ...ROLES.flatMap((role) =>
    STATES.filter((state) => role !== "banned" || state !== "present")
      .map((state) => `${role} ${state}` as const)
  ),
  "self",
  "nobody",
  "address",
  "own address",
  "banned address",
] as const;

/** One of {@linkcode COLUMNS}. */
export type Column = typeof COLUMNS[number];

/** owner, operator, member, muted: each present, absent, unknown; banned: both
 * latter; then self, nobody; then an address, one's own, a banned one. */
const OWNER: Readonly<Record<Verb, string>> = {
  op: "FFF === +++ +++ FF F? ???",
  deop: "FFF +++ ??? ??? ?? F? ???",
  mute: "FFF +++ +++ +++ ++ F? ???",
  unmute: "??? ??? ??? +++ ?? ?? ???",
  kick: "FFF +?? +?? +?? ?? F? ???",
  ban: "FFF +++ +++ +++ ++ F? +F+",
  unban: "??? ??? ??? ??? ++ ?? ??+",
};

const OPERATOR: Readonly<Record<Verb, string>> = {
  ...OWNER,
  op: "FFF FFF FFF FFF FF FF FFF",
  deop: "FFF FFF FFF FFF FF FF FFF",
  mute: "FFF FFF +++ +++ ++ F? ???",
  kick: "FFF FFF +?? +?? ?? F? ???",
  ban: "FFF FFF +++ +++ ++ F? +F+",
};

const OTHERS = {
  member: "F",
  muted: "F",
  banned: ".",
  stranger: "P",
} as const;

/** What becomes of a request. */
export function expected(actor: Actor, verb: Verb, column: Column): string {
  switch (actor) {
    case "owner":
    case "console":
      return cell(OWNER[verb], column);
    case "operator":
      return cell(OPERATOR[verb], column);
    default:
      return OTHERS[actor];
  }
}

/** What somebody is once a verb has been carried out. */
export function afterwards(verb: Verb, before: RoleName): RoleName {
  switch (verb) {
    case "op":
      return "operator";
    case "deop":
    case "unmute":
    case "unban":
      return "member";
    case "mute":
      return before === "banned" ? "banned" : "muted";
    case "ban":
      return "banned";
    case "kick":
      return before;
  }
}

function cell(row: string, column: Column): string {
  return row.replaceAll(" ", "")[COLUMNS.indexOf(column)] ?? "";
}
