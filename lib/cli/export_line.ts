import {
  isSealedEntry,
  type KeptEntry,
  type SealedEntry,
} from "../protocol/entry.ts";
import type { RoomRecord } from "../room/history.ts";
import { isDate } from "../ui/clock_face.ts";
import { fingerprintText } from "../ui/marks.ts";
import { safeJson } from "../ui/safe_json.ts";
import { toPlain } from "../ui/style.ts";
import type { Transcript } from "../ui/transcript.ts";

/**
 * One entry as one line of JSON. Every line has `room`, `seq`, `at`, `kind`,
 * `name` and `fingerprint`; then
 *
 * | `kind`        | other fields                             |
 * | ------------- | ---------------------------------------- |
 * | `said`, `did` | `text`                                   |
 * | `titled`      | `text`, the topic                        |
 * | `renewed`     | `next`, the fingerprint of the other key |
 * | `sealed`      | `bytes`, how many, and `body`, in base64 |
 * | `committed`   | the same, and `turn`, which change it is |
 * | `founded`     | `group`, in hex                          |
 *
 * The last three are what this server keeps of rooms that it cannot read.
 */
export function entryJson(room: RoomRecord, entry: KeptEntry): string {
  return safeJson({
    room: nameOf(room),
    seq: entry.seq,
    at: isDate(entry.at) ? new Date(entry.at).toISOString() : null,
    kind: entry.kind,
    name: entry.name,
    fingerprint: fingerprintText(entry.fingerprint),
    ...contentOf(entry),
  });
}

/** One entry as lines for a terminal or a file. */
export function* entryText(
  transcript: Transcript,
  entry: KeptEntry,
): Generator<string> {
  if (isSealedEntry(entry)) return yield sealedText(transcript, entry);
  for (const { spans } of transcript.show(entry)) yield toPlain(spans);
}

/** Whose it is and how much: nobody can read more without the room's keys. */
function sealedText({ clock }: Transcript, entry: SealedEntry): string {
  const who = fingerprintText(entry.fingerprint);
  return `${clock.date(entry.at)} -- ${who} ${sealedDeed(entry)}`;
}

function sealedDeed(entry: SealedEntry): string {
  switch (entry.kind) {
    case "sealed":
      return `sealed a message, ${entry.body.length} bytes`;
    case "committed":
      return `changed the keys, turn ${entry.turn}, ${entry.body.length} bytes`;
    case "founded":
      return `began group ${entry.group.toHex()}`;
  }
}

/** A sealed room has no name that a server knows: the one of its group, in hex. */
function nameOf({ kind, name, form }: RoomRecord): string {
  return kind === "sealed" ? form : name;
}

function contentOf(entry: KeptEntry): object {
  switch (entry.kind) {
    case "said":
    case "did":
    case "titled":
      return { text: entry.text };
    case "renewed":
      return { next: fingerprintText(entry.next) };
    case "sealed":
      return { bytes: entry.body.length, body: entry.body.toBase64() };
    case "committed": {
      const { turn, body } = entry;
      return { turn, bytes: body.length, body: body.toBase64() };
    }
    case "founded":
      return { group: entry.group.toHex() };
  }
}
