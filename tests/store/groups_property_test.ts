import fc from "fast-check";
import type { GroupChange, GroupRecord } from "../../lib/room/group_record.ts";
import type { History } from "../../lib/room/history.ts";
import type { Change } from "../../lib/room/registry.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { assertEquals } from "../support/assert.ts";
import { DIRECT_ROOM, groupId, groups, sealedRoom } from "./support/groups.ts";
import { entry, Folder } from "./support/histories.ts";

/** Room 0 is open, 1 is sealed, 2 and 3 are direct. */
const KINDS = ["open", "sealed", "direct", "direct"] as const;

/** What is tried; a turn counts from the next one that a group has. */
type Try =
  | GroupChange & { readonly room: number }
  | { readonly kind: "info"; readonly room: number; readonly info: Uint8Array }
    & { readonly which: number; readonly turn: number };

const room = fc.integer({ min: 0, max: 3 });
const which = fc.integer({ min: 1, max: 3 });
const info = fc.uint8Array({ maxLength: 8 });
const turn = fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1);

const tries: fc.Arbitrary<Try> = fc.oneof(
  fc.record({ room, which, title: info, info, hello: info }).map(
    ({ which, ...more }) => ({
      kind: "founded" as const,
      id: groupId(which),
      ...more,
    }),
  ),
  ...[1, 2].map(() =>
    fc.record({ kind: fc.constant("committed" as const), room, turn, info })
  ),
  fc.record({ kind: fc.constant("info" as const), room, turn, which, info }),
);

/** The rules, as simple as can be: what a group is after a try. */
function after(
  now: GroupRecord | undefined,
  one: Try,
): GroupRecord | undefined {
  switch (one.kind) {
    case "founded": {
      const { id, title, info, hello } = one;
      const isNew = now?.id.toHex() !== id.toHex();
      if (KINDS[one.room] !== "direct" || !isNew) return now;
      return { id, turn: 0, title, info, hello };
    }
    case "committed":
      if (now === undefined || one.turn !== 0) return now;
      return { ...now, turn: now.turn + 1, info: one.info };
    case "info": {
      const isIt = now?.id.toHex() === groupId(one.which).toHex();
      return now && isIt && one.turn === 0 ? { ...now, info: one.info } : now;
    }
  }
}

/** Tries it; whether that was not refused. */
function attempt(history: History, one: Try): boolean {
  const { room } = one;
  const { group, seq = 0 } = history.room(room) ?? {};
  const now = group?.turn ?? 0;
  try {
    if (one.kind === "info") {
      const { info, which } = one;
      const at = { group: groupId(which), turn: now + one.turn };
      const change: Change = { kind: "group info", room, info, ...at };
      history.append([], [change]);
    } else {
      const group = one.kind === "founded"
        ? one
        : { ...one, turn: now + 1 + one.turn };
      history.append([entry(seq + 1, { room, group })]);
    }
    return true;
  } catch {
    return false;
  }
}

Deno.test("A group changes by its rules alone, in both histories, whatever is tried", () => {
  const plan = fc.array(
    fc.oneof({ weight: 15, arbitrary: tries }, fc.constant("reopen" as const)),
    { maxLength: 40, size: "max" },
  );
  fc.assert(
    fc.property(plan, (steps) => {
      using folder = new Folder();
      using memory = new MemoryHistory({ keepLast: 2 });
      let sqlite = openHistory(folder.path);
      try {
        for (const history of [memory, sqlite]) {
          history.createRoom(sealedRoom(1));
          history.createRoom(DIRECT_ROOM);
          history.createRoom({ ...DIRECT_ROOM, form: "@1+3" });
        }
        const model = KINDS.map((_, room) => memory.group(room));
        for (const step of steps) {
          if (step === "reopen") {
            sqlite[Symbol.dispose]();
            sqlite = openHistory(folder.path);
            continue;
          }
          assertEquals(attempt(sqlite, step), attempt(memory, step));
          model[step.room] = after(model[step.room], step);
          assertEquals(groups(sqlite), model);
          assertEquals(groups(memory), model);
        }
        assertEquals(
          [...sqlite.rooms()].map(({ seq, group }) => [seq, group]),
          [
            ...memory.rooms(),
          ].map(({ seq, group }) => [seq, group]),
        );
      } finally {
        sqlite[Symbol.dispose]();
      }
    }),
    { numRuns: 40 },
  );
});
