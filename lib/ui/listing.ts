import type { Author, Member } from "../protocol/entry.ts";
import type {
  ListedRoom,
  ListedSanction,
  MemberIdentity,
  Outgoing,
} from "../room/conversation.ts";
import { shownName } from "./author_spans.ts";
import { quoted } from "./event_line.ts";
import { fingerprintText } from "./marks.ts";
import { furtherLine, remarkLine } from "./remark.ts";
import { roomLabel } from "./room_label.ts";
import type { RoomView } from "./room_view.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Line, Span } from "./style.ts";
import type { Transcript } from "./transcript.ts";
import { textWidth } from "./width.ts";

/** Names or lines that an answer lists at most. */
const MAX_LISTED = 200;

/** The answer to `/who`. */
export function peopleLines(
  members: readonly Member[],
  label: string,
  transcript: Transcript,
): Line[] {
  const here = members.filter(({ online }) => online).length;
  const more = members.length - MAX_LISTED;
  return [remarkLine([
    dim(`${count(here, "person", "people")} in ${label}: `),
    ...members.slice(0, MAX_LISTED).flatMap((member, index) => [
      ...index === 0 ? [] : [dim(", ")],
      ...transcript.author(member),
      ...noteOn(member),
    ]),
    ...more > 0 ? [dim(` and ${more} more`)] : [],
  ])];
}

/** The answer to `/whois`. */
export function identityLines(
  member: MemberIdentity,
  transcript: Transcript,
): Line[] {
  const { clock } = transcript;
  const since = `${clock.time(member.since)}, ${clock.day(member.since)}`;
  const address = member.address === null
    ? []
    : [furtherLine([dim(`from ${sanitizeLine(member.address)}`)])];
  return [
    remarkLine([
      ...transcript.author(member),
      dim(`, ${member.standing}, here since ${since}`),
    ]),
    furtherLine([{ text: fingerprintText(member.fingerprint) }]),
    furtherLine([trustSpan(member, transcript)]),
    ...address,
  ];
}

/** Whether somebody was verified, and what to do about it. */
export function trustSpan(person: Author, transcript: Transcript): Span {
  const name = shownName(person);
  switch (transcript.judge(person)) {
    case "verified":
      return { text: "verified" };
    case "changed":
      return {
        alarm: true,
        text: `NOT the key that you verified as ${name}; /verify ${name}`,
      };
    case "unverified":
      return dim(
        transcript.isSelf(person)
          ? "you"
          : `not verified; /verify ${name} shows how`,
      );
  }
}

/** The answer to `/rooms`: those we are in, and the others. */
export function roomLines(
  listed: readonly ListedRoom[],
  ours: readonly RoomView[],
  current: RoomView,
): Line[] {
  const hidden = ours.filter((view) => view.sealed);
  const rows = [
    ...listed.map((room) => ({
      label: roomLabel({ ...room, type: "open" }),
      sign: signOf(room.room, room.joined, current),
      about: `${count(room.present, "person", "people")}  ${
        sanitizeLine(room.topic)
      }`,
    })),
    ...hidden.map((view) => ({
      label: view.label,
      sign: signOf(view.room, true, current),
      about: view.direct
        ? "sealed, just you two"
        : `sealed  ${sanitizeLine(view.info?.topic ?? "")}`,
    })),
  ];
  const shown = rows.slice(0, MAX_LISTED);
  const width = Math.max(...shown.map(({ label }) => textWidth(label)));
  return withMore(rows.length, [
    remarkLine([dim("Rooms; + marks yours, > the one you are in:")]),
    ...shown.map(({ label, sign, about }) => (
      furtherLine([
        dim(`${sign} `),
        { text: label },
        dim(`${" ".repeat(width - textWidth(label))}  ${about}`.trimEnd()),
      ])
    )),
  ]);
}

/** The answer to `/bans`. */
export function banLines(
  sanctions: readonly ListedSanction[],
  transcript: Transcript,
): Line[] {
  if (sanctions.length === 0) {
    return [remarkLine([dim("Nobody is muted or banned")])];
  }
  const { clock } = transcript;
  return withMore(sanctions.length, [
    remarkLine([dim("Muted or banned:")]),
    ...sanctions.slice(0, MAX_LISTED).map((sanction) => {
      const { name, subject, by, at, until } = sanction;
      const who = sanitizeLine(name);
      const end = until === null ? "for good" : `until ${clock.date(until)}`;
      return furtherLine([
        { text: `${sanction.sanction === "ban" ? "banned" : "muted"} ` },
        { text: who === "" ? "" : `${who} ` },
        { text: sanitizeLine(subject) },
        dim(` ${end}, by ${sanitizeLine(by)} on ${clock.date(at)}`),
      ]);
    }),
  ]);
}

/** The answer to `/outbox`. */
export function outboxLines(
  messages: readonly Outgoing[],
  label: (room: number) => string,
  waitsFor: (room: number) => string = (): string => "",
): Line[] {
  if (messages.length === 0) {
    return [remarkLine([dim("Everything you wrote is sent")])];
  }
  return withMore(messages.length, [
    remarkLine([dim("Not sent yet; /retry N, /discard N:")]),
    ...messages.slice(0, MAX_LISTED).map((message) => {
      const { number, room, text, state, why } = message;
      const reason = state !== "failed"
        ? waitsFor(room) || "waits"
        : `failed${why === null ? "" : `: ${sanitizeLine(why)}`}`;
      return furtherLine([
        { text: `${number} ` },
        dim(`${label(room)} `),
        { text: quoted(text) },
        {
          ...state === "failed" ? { alarm: true } : { dim: true },
          text: ` ${reason}`,
        },
      ]);
    }),
  ]);
}

function signOf(room: number, joined: boolean, current: RoomView): string {
  if (room === current.room) return ">";
  return joined ? "+" : " ";
}

function noteOn({ standing, online }: Member): Span[] {
  const notes = [
    standing === "member" ? "" : standing,
    online ? "" : "away",
  ].filter((note) => note !== "");
  return notes.length === 0 ? [] : [dim(` (${notes.join(", ")})`)];
}

function withMore(count: number, lines: readonly Line[]): Line[] {
  const more = count - MAX_LISTED;
  if (more <= 0) return [...lines];
  return [...lines, furtherLine([dim(`… and ${more} more`)])];
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function dim(text: string): Span {
  return { dim: true, text };
}
