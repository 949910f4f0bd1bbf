import { Flood, MAX_UNREAD } from "../../lib/sealing/flood.ts";
import {
  news,
  unreadable,
  type WhyUnreadable,
} from "../../lib/sealing/lines.ts";
import type { KeptLine } from "../../lib/sealing/sealed_store.ts";
import { assertEquals } from "../support/assert.ts";

const FINGERPRINT = new Uint8Array(32);

/** What is shown of entries that cannot be read for a reason, then of one that can. */
function shown(
  reason: WhyUnreadable,
  count: number,
  isPast = true,
): readonly string[] {
  const flood = new Flood();
  const told: KeptLine[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const lines = [news(unreadable(reason), { room: 1, seq, at: seq })];
    const first = flood.take(seq, lines, { isPast });
    assertEquals(flood.take(seq, lines, { isPast }), first); // however often it is asked
    told.push(...first);
  }
  told.push(...flood.take(count + 1, [{
    ...{ kind: "said", room: 1, seq: count + 1, at: 0, text: "read" },
    ...{ name: "alice", fingerprint: FINGERPRINT },
  }]));
  return told.map((line) => {
    if (line.kind !== "sealed") return line.kind;
    return line.change.kind === "unreadable" ? line.change.reason : "";
  });
}

for (
  const reason of ["too_old", "replayed", "own_unknown", "before_us"] as const
) {
  Deno.test(`Flood.take() tells a row of ${reason} once, and how many when it ends`, () => {
    assertEquals(shown(reason, 1), [reason, "said"]);
    assertEquals(shown(reason, 2), [reason, "flood", "said"]);
    assertEquals(shown(reason, 50), [reason, "flood", "said"]);
    assertEquals(shown(reason, 130), [reason, "flood", "flood", "said"]);
    assertEquals(shown(reason, 3, false), [reason, reason, reason, "said"]);
  });
}

Deno.test("Flood.take() tells what is somebody's doing one by one, up to a bound", () => {
  assertEquals(shown("forged", 50), [...Array(50).fill("forged"), "said"]);
  const each: string[] = Array(MAX_UNREAD).fill("forged");
  assertEquals(shown("forged", 100), [...each, "flood", "said"]);
});
