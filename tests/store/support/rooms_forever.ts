// deno-lint-ignore-file no-console -- what it prints is what it keeps
/**
 * A member's part, for tests that kill it: keeps one line after the other, each with
 * a message of ours in place of the one before, and prints each when it is kept.
 *
 *     deno run --allow-all rooms_forever.ts DIRECTORY
 */
import { lineOf, openFixed, ownOf, THREAD } from "./fixed_rooms.ts";

const [directory = ""] = Deno.args;
using rooms = await openFixed(directory);
for (let entry = rooms.lastEntry(THREAD) + 1;; entry++) {
  rooms.transaction(() => {
    rooms.keepLines(THREAD, entry, [lineOf(entry)]);
    rooms.dropOwn(entry - 1);
    rooms.keepOwn(ownOf(entry));
  });
  console.log(entry);
}
