import type { Member } from "../protocol/entry.ts";
import type { SealedStatus } from "../room/sealed_rooms.ts";
import { trustSpan } from "./listing.ts";
import { fingerprintText } from "./marks.ts";
import { furtherLine, remarkLine, remarkLines } from "./remark.ts";
import { keysStatus } from "./sealed_phase.ts";
import type { Line, Span } from "./style.ts";
import type { Transcript } from "./transcript.ts";

/** Members that are listed at most; a group has no more. */
const MAX_LISTED = 200;
/** Digits of a group. */
const GROUP_DIGITS = 5;

/** The answer to `/who` where the server cannot read. */
export function sealedPeopleLines(
  members: readonly Member[],
  { status, label, transcript }: {
    readonly status: SealedStatus | undefined;
    readonly label: string;
    readonly transcript: Transcript;
  },
): Line[] {
  const count = members.length === 1 ? "1 member" : `${members.length} members`;
  const more = members.length - MAX_LISTED;
  return [
    ...members.length === 0 ? [] : [
      remarkLine([dim(`${count} with the keys of ${label}:`)]),
      ...members.slice(0, MAX_LISTED).flatMap((member) => [
        furtherLine([
          ...transcript.author(member),
          dim(member.online ? ", online, " : ", away, "),
          trustSpan(member, transcript),
        ]),
        furtherLine([{ text: `  ${fingerprintText(member.fingerprint)}` }]),
      ]),
      ...more > 0 ? [furtherLine([dim(`… and ${more} more`)])] : [],
    ],
    ...digitsLines(status, label),
  ];
}

/** The answer to `/digits`: what all members have alike. */
export function digitsLines(
  status: SealedStatus | undefined,
  label: string,
): Line[] {
  if (status === undefined) {
    return remarkLines(
      `${label} is an open room, which the server can read: there are no keys`,
    );
  }
  const { alarm, long } = keysStatus(status, label);
  const state = long === "" ? [] : remarkLines(`${label}: ${long}`, { alarm });
  const { digits, epoch } = status;
  if (digits === null) return state;
  const groups = digits.replaceAll(/\D/g, "").match(
    new RegExp(`.{1,${GROUP_DIGITS}}`, "g"),
  ) ?? [];
  return [
    ...state,
    remarkLine([dim(
      `Who has the same digits as you sees the same members and history ` +
        `(keys ${epoch ?? "?"}):`,
    )]),
    furtherLine([{ text: `  ${groups.join(" ")}` }]),
  ];
}

function dim(text: string): Span {
  return { dim: true, text };
}
