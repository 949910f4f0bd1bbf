import { openHistory } from "../../lib/store/open_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertSound } from "./support/database.ts";
import { commit, INTRODUCTION, sealedRoom } from "./support/groups.ts";
import { entries, Folder } from "./support/histories.ts";
import { randomNumbers } from "./support/random.ts";

/** What a power cut could leave of the files, at one moment. */
interface Image {
  /** Newest entry that was acknowledged. */
  readonly seq: number;
  readonly file: Uint8Array;
  /** The write-ahead log, which commits are appended to and synced. */
  readonly log: Uint8Array;
}

/** A history after each of its first commits. */
function images(folder: Folder): Image[] {
  using history = openHistory(folder.path);
  history.createRoom(sealedRoom(7));
  const path = `${folder.path}/history.db`;
  return [3, 1, 20, 7, 40, 2].map((count) => {
    const { seq = 0 } = history.room(0) ?? {};
    const payload = new Uint8Array(300).fill(seq);
    const turn = (history.room(1)?.seq ?? 0) + 1;
    const info = new Uint8Array(9_000).fill(turn);
    history.append([
      commit(1, turn, turn, info),
      ...entries(seq + 1, seq + count, { payload, text: "fox" }),
    ]);
    const file = Deno.readFileSync(path);
    const log = Deno.readFileSync(`${path}-wal`);
    return { seq: seq + count, file, log };
  });
}

/** The newest entry after recovery, when this is what there is. */
function recovered(file: Uint8Array, log: Uint8Array): number {
  using folder = new Folder();
  const path = `${folder.path}/history.db`;
  Deno.writeFileSync(path, file);
  Deno.writeFileSync(`${path}-wal`, log);
  let reached: number;
  {
    using history = openHistory(folder.path);
    reached = history.room(0)?.seq ?? NaN;
    const seqs = [...history.entries(0)].map(({ seq }) => seq);
    assertEquals(seqs, entries(1, reached).map(({ seq }) => seq));
    const { seq = 0 } = history.room(1) ?? {};
    assertEquals(history.group(1)?.turn, seq);
    const info = new Uint8Array(9_000).fill(seq);
    assertEquals(history.group(1)?.info, seq > 0 ? info : INTRODUCTION.info);
    history.append([
      ...entries(reached + 1, reached + 2),
      commit(1, seq + 1, seq + 1),
    ]);
  }
  assertSound(path);
  return reached;
}

// A commit is acknowledged once fsync has brought all of its part of the log to
// the disk. What a power cut tears is therefore a part that was not acknowledged:
// each case here damages the log somewhere behind what was acknowledged last.
for (const tear of ["cut off", "overwritten", "zeroed", "flipped"] as const) {
  Deno.test(`SqliteHistory recovers what was acknowledged when the log's end is ${tear}`, () => {
    using folder = new Folder();
    const states = images(folder);
    const random = randomNumbers(tear.length);
    const last = states.at(-1);
    assert(last !== undefined);
    for (const [i, before] of states.slice(0, -1).entries()) {
      const after = states[i + 1] ?? last;
      assert(after.log.length > before.log.length);
      assertEquals(last.file, before.file, "all is in the log");
      for (let round = 0; round < 6; round++) {
        const span = after.log.length - before.log.length;
        const at = before.log.length + random(span);
        const log = torn(last.log, at, { tear, random });
        assertEquals(recovered(last.file, log), before.seq);
      }
    }
    assertEquals(recovered(last.file, last.log), last.seq);
  });
}

/** The log, damaged from byte `at` on. */
function torn(
  log: Uint8Array,
  at: number,
  { tear, random }: {
    readonly tear: "cut off" | "overwritten" | "zeroed" | "flipped";
    readonly random: (below: number) => number;
  },
): Uint8Array {
  const bytes = log.slice();
  switch (tear) {
    case "cut off":
      return bytes.slice(0, at);
    case "overwritten":
      return bytes.map((byte, i) => i < at ? byte : random(256));
    case "zeroed":
      return bytes.fill(0, at);
    case "flipped":
      return bytes.map((byte, i) => i === at ? byte ^ 1 << random(8) : byte);
  }
}
