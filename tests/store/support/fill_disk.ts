// deno-lint-ignore-file no-console -- it says what it has found
/**
 * Fills a small disk with a history, and checks what is left: part of a test
 * that mounts one.
 *
 *     deno run --allow-all fill_disk.ts DIRECTORY
 */
import { ChatError, type ErrorCode } from "../../../lib/errors.ts";
import type { History } from "../../../lib/room/history.ts";
import { openHistory, readHistory } from "../../../lib/store/open_history.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { assertRefuses } from "../../support/refusal.ts";
import { assertSound } from "./database.ts";
import { commit, sealedRoom } from "./groups.ts";
import { entries, sender } from "./histories.ts";

const BATCH = 20;
const MAX_BATCHES = 10_000;

const [disk = ""] = Deno.args;
const data = `${disk}/data`;
const ballast = `${disk}/ballast`;
Deno.writeFileSync(ballast, new Uint8Array(1024 * 1024).fill(1));

let acknowledged: number;
{
  using history = openHistory(data);
  history.createRoom(sealedRoom(7));
  acknowledged = fill(history);
  check(history);
  assertEquals(history.search(0, "fox").hits.length, 100);
  const again = (): void => append(history, acknowledged);
  assertRefuses("CHAT_STORE_FULL", again);
  Deno.removeSync(ballast);
  append(history, acknowledged);
  acknowledged += BATCH;
  check(history);
  acknowledged = fill(history, acknowledged);
  check(history);
}
{
  using history = openHistory(data);
  check(history);
}
assertSound(`${data}/history.db`);
mount("ro");
assertEquals(codeOf(() => openHistory(data)), "CHAT_FILE");
assertEquals(codeOf(() => openHistory(`${disk}/other`)), "CHAT_FILE");
mount("rw");
{
  using history = readHistory(data);
  assertEquals([...history.entries(0)].length, acknowledged);
}
console.log(`kept ${acknowledged}`);

/** Appends until the disk is full; returns how far that came. */
function fill(history: History, from = 0): number {
  for (let last = from; last < MAX_BATCHES * BATCH; last += BATCH) {
    const code = codeOf(() => append(history, last));
    if (code === undefined) continue;
    assertEquals(code, "CHAT_STORE_FULL");
    assert(last > from, "nothing fits");
    return last;
  }
  throw new Error("the disk is never full");
}

function append(history: History, last: number): void {
  const payload = new Uint8Array(200).fill(7);
  const turn = last / BATCH + 1;
  history.append([
    ...entries(last + 1, last + BATCH, { payload, text: "fox and dog" })
      .map((entry) => ({
        ...entry,
        sent: { sender: sender(1), number: entry.seq },
      })),
    commit(1, turn, turn, infoOf(turn)),
  ]);
}

/** A GroupInfo of some pages. */
function infoOf(turn: number): Uint8Array {
  return new Uint8Array(9_000).fill(turn);
}

/** Asserts that exactly what was acknowledged is there. */
function check(history: History): void {
  assertEquals(history.room(0)?.seq, acknowledged);
  const seqs = [...history.entries(0)].map(({ seq }) => seq);
  assertEquals(seqs, Array.from({ length: acknowledged }, (_, i) => i + 1));
  assertEquals(history.lastNumber(sender(1)), acknowledged);
  const turn = acknowledged / BATCH;
  assertEquals(history.room(1)?.seq, turn);
  assertEquals(history.group(1)?.turn, turn);
  assertEquals(history.group(1)?.info, infoOf(turn));
}

function codeOf(body: () => unknown): ErrorCode | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
}

function mount(how: "ro" | "rw"): void {
  const args = ["-o", `remount,${how}`, disk];
  const { success } = new Deno.Command("mount", { args }).outputSync();
  assert(success, `cannot remount ${how}`);
}
