import type { KeptEntry } from "../protocol/entry.ts";
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
 */
export function entryJson(room: RoomRecord, entry: KeptEntry): string {
  return safeJson({
    room: room.name,
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
  for (const { spans } of transcript.show(entry)) yield toPlain(spans);
}

function contentOf(entry: KeptEntry): object {
  switch (entry.kind) {
    case "said":
    case "did":
    case "titled":
      return { text: entry.text };
    case "renewed":
      return { next: fingerprintText(entry.next) };
  }
}
