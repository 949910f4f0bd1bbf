import { utf8 } from "../../../lib/bytes.ts";
import { Child } from "../../../lib/lab/child.ts";
import type { History } from "../../../lib/room/history.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { soon } from "../../support/program.ts";
import { sender, text } from "./histories.ts";

/** The room of which each entry is a commit. */
export const SEALED = 2;

const PROGRAM = `${import.meta.dirname}/append_forever.ts`;

/** What an entry of `append_forever.ts` says of itself and its batch. */
export interface Note {
  /** Room and number of each entry of the batch. */
  readonly positions: readonly (readonly [number, number])[];
  /** Which of them this is. */
  readonly i: number;
  readonly who: number;
  readonly number: number;
}

/** A process that appends to a history until it is killed. */
export class Appender implements AsyncDisposable {
  readonly #child: Child;

  constructor(directory: string, seed: number) {
    const args = ["run", "--quiet", "--allow-all", PROGRAM];
    this.#child = new Child(Deno.execPath(), [...args, directory, `${seed}`], {
      name: "append_forever",
    });
  }

  /** A line for each batch that it has acknowledged so far. */
  get lines(): readonly string[] {
    return this.#child.stdout.lines;
  }

  /** How far it has acknowledged each room so far. */
  get reach(): readonly number[] {
    return JSON.parse(this.lines.at(-1) ?? "[]");
  }

  /** Resolves when it has acknowledged `count` batches. */
  async acknowledged(count: number): Promise<void> {
    let seen = 0;
    const pick = (): true | undefined => ++seen >= count ? true : undefined;
    try {
      await this.#child.stdout.find(`batch ${count}`, pick, soon());
    } catch (error) {
      const { lines } = this.#child.stderr;
      throw new Error(lines.join("\n"), { cause: error });
    }
  }

  /** Kills it at once; resolves when all that it printed has arrived. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}

/**
 * Asserts that a history has everything up to `acknowledged` of each room, no
 * gap, and of each batch everything or nothing.
 */
export function checkLeft(
  history: History,
  acknowledged: readonly number[],
): void {
  const reach = [...history.rooms()].map(({ seq }) => seq);
  for (const [room, seq] of acknowledged.entries()) {
    assert((reach[room] ?? 0) >= seq, `room ${room}: ${reach[room]} < ${seq}`);
  }
  for (const { number: room, seq, firstSeq } of history.rooms()) {
    let next = firstSeq;
    for (const entry of history.entries(room)) {
      assertEquals(entry.seq, next++);
      const note: Note = JSON.parse(text(entry.payload));
      assertEquals(note.positions[note.i], [room, entry.seq]);
      for (const [other, needed] of note.positions) {
        assert((reach[other] ?? 0) >= needed, "a part of a batch is missing");
      }
      const receipt = { room, seq: entry.seq, at: entry.at };
      assertEquals(history.sent(sender(note.who), note.number), receipt);
    }
    assertEquals(next, seq + 1);
    if (room === SEALED) checkGroup(history, seq);
    const newest = history.search(room, `word${room}x${seq}`).hits;
    assertEquals(newest.map((hit) => hit.seq), seq === 0 ? [] : [seq]);
  }
}

/** Asserts that a group is exactly where the newest entry has left it. */
function checkGroup(history: History, turn: number): void {
  const group = history.group(SEALED);
  assertEquals(group?.turn, turn);
  if (turn > 0) assertEquals(text(group?.info ?? utf8("")), `info ${turn}`);
}
