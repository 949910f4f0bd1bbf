import type { Author } from "../protocol/entry.ts";
import type {
  SealedChange,
  SealedNews,
  SharedLine,
} from "../room/sealed_rooms.ts";
import { isDate } from "./clock_face.ts";
import { fingerprintText } from "./marks.ts";

/** What programs know each change by. */
const NAMES = {
  entered: "sealed_entered",
  joined: "sealed_joined",
  rejoined: "sealed_rejoined",
  left: "sealed_left",
  removed: "sealed_removed",
  rekeyed: "sealed_rekeyed",
  excluded: "sealed_excluded",
  restarted: "sealed_restarted",
  shared: "sealed_shared",
  missing: "sealed_missing",
  unreadable: "sealed_unreadable",
  unsealed: "sealed_unsealed",
} as const satisfies Readonly<Record<SealedChange["kind"], string>>;

/** Name of what happens to the keys of a sealed or direct room. */
export function sealedEventName({ change }: SealedNews): string {
  return NAMES[change.kind];
}

/** What belongs to it, besides its name and room. */
export function sealedFields({ change, entry, at }: SealedNews): object {
  return { seq: entry, at: moment(at), ...changeFields(change) };
}

/** Who a change is about has `name` and `fingerprint`; who did it is in `by`. */
function changeFields(change: SealedChange): object {
  switch (change.kind) {
    case "entered":
      return { members: change.members };
    case "joined":
      return authorFields(change.member);
    case "rejoined":
      return {
        ...authorFields(change.member),
        before: change.before.name,
      };
    case "left":
    case "removed":
      return { ...authorFields(change.member), by: authorFields(change.by) };
    case "rekeyed":
    case "excluded":
      return { by: authorFields(change.by) };
    case "restarted":
      return { by: change.by === null ? null : authorFields(change.by) };
    case "shared":
      return {
        by: authorFields(change.by),
        lines: change.lines.map(lineFields),
      };
    case "missing":
      return { ...authorFields(change.member), count: change.count };
    case "unreadable":
      return {
        what: change.what,
        reason: change.reason,
        text: change.text,
      };
    case "unsealed":
      return authorFields(change.author);
  }
}

function lineFields(line: SharedLine): object {
  const { kind, at, text } = line;
  return { event: kind, at: moment(at), ...authorFields(line), text };
}

/** Who somebody is, for programs. */
export function authorFields({ name, fingerprint }: Author): object {
  return { name, fingerprint: fingerprintText(fingerprint) };
}

/** A moment as RFC 3339 writes it, or null when no calendar knows it. */
export function moment(at: number): string | null {
  return isDate(at) ? new Date(at).toISOString() : null;
}
