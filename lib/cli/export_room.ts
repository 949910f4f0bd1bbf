import type { Bytes } from "../bytes.ts";
import type { HistoryReader, RoomRecord } from "../room/history.ts";
import type { RegistryReader } from "../room/registry.ts";
import { fingerprintText } from "../ui/marks.ts";
import { safeJson } from "../ui/safe_json.ts";
import { sanitizeLine } from "../ui/sanitize.ts";

/** The form of a direct room: the fingerprints of the two, in hex. */
const PAIR = /^@([0-9a-f]{64})\+([0-9a-f]{64})$/;

/** Of the name of a group, as people are shown it: `&` and 8 digits. */
const SHOWN_OF_GROUP = 9;

/** What the owner of a fingerprint in hex is called, when that is known. */
export type NameOf = (owner: string) => string | undefined;

/** What stands above the lines of {@linkcode roomText}. */
export const ROOM_HEADINGS = "number  kind    messages  name, or who it is of";

/** The names of those who are in direct rooms, read once. */
export function namesInPairs(
  history: Pick<HistoryReader, "rooms"> & Pick<RegistryReader, "names">,
): NameOf {
  const owners = new Set([...history.rooms()].flatMap(pairOf));
  const names = new Map<string, string>();
  if (owners.size === 0) return () => undefined;
  for (const { owner, shown } of history.names()) {
    const hex = owner.toHex();
    if (owners.has(hex)) names.set(hex, shown);
  }
  return (owner) => names.get(owner);
}

/**
 * A room of a list, as one line of JSON; of a direct one, `members` are two.
 * `group` is what it is sealed for, in hex; open rooms are not.
 */
export function roomJson(room: RoomRecord, nameOf: NameOf): string {
  const { number, kind, name, topic, firstSeq, seq } = room;
  const members = pairOf(room).map((owner) => ({
    name: nameOf(owner) ?? null,
    fingerprint: fingerprintOf(owner),
  }));
  return safeJson({
    ...{ number, kind, name, topic, firstSeq, seq },
    ...kind === "direct" ? { members } : {},
    ...kind === "open" ? {} : { group: room.group?.id.toHex() ?? null },
  });
}

/** A room of a list, as one line for people. */
export function roomText(room: RoomRecord, nameOf: NameOf): string {
  const entries = room.seq - room.firstSeq + 1;
  const start = `${`${room.number}`.padStart(6)}  ${room.kind.padEnd(6)}  ${
    `${entries}`.padStart(8)
  }`;
  const pair = pairOf(room).map((owner) =>
    nameOf(owner) ?? fingerprintOf(owner)
  );
  const name = pair.length > 0 ? pair.join(" and ") : nameIn(room);
  return `${start}  ${sanitizeLine(name)}`.trimEnd();
}

/** A sealed room has no name that a server knows, but that of its group. */
function nameIn({ kind, name, form }: RoomRecord): string {
  return kind === "sealed" ? form.slice(0, SHOWN_OF_GROUP) : name;
}

function pairOf({ kind, form }: RoomRecord): string[] {
  return kind === "direct" ? (PAIR.exec(form)?.slice(1) ?? []) : [];
}

function fingerprintOf(owner: string): string {
  return fingerprintText(Uint8Array.fromHex(owner) as Bytes);
}
