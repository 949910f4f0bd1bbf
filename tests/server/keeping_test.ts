import { ChatError } from "../../lib/errors.ts";
import type { ServerEvent } from "../../lib/metrics/server_event.ts";
import type { ServerMeter } from "../../lib/metrics/server_meter.ts";
import type { Retention } from "../../lib/room/history.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { Keeping } from "../../server/keeping.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

const ENTRY = { room: 0, at: 1, payload: Uint8Array.of(1) };

/** A history that fails when told to, and notes what it is asked to remove. */
class Fickle extends MemoryHistory {
  failure: Error | undefined;
  readonly pruned = Promise.withResolvers<Retention>();
  constructor() {
    super({ keepLast: 10 });
  }
  override append(...args: Parameters<MemoryHistory["append"]>): void {
    if (this.failure !== undefined) throw this.failure;
    super.append(...args);
  }
  override prune(retention: Retention): boolean {
    this.pruned.resolve(retention);
    return super.prune(retention);
  }
}

const NOTHING = (): void => {};

function meter(committed: ServerMeter["committed"]): ServerMeter {
  return {
    handshake: NOTHING,
    handshakeFailed: NOTHING,
    accepted: NOTHING,
    refused: NOTHING,
    delivered: NOTHING,
    committed,
  };
}

Deno.test("Keeping.history is the history, and every commit is counted and timed", () => {
  const commits: number[] = [];
  const history = new Fickle();
  using keeping = new Keeping(history, {
    meter: meter(({ entries, ms }) => {
      assert(ms >= 0);
      commits.push(entries);
    }),
  });
  keeping.history.append([{ ...ENTRY, seq: 1 }, { ...ENTRY, seq: 2 }]);
  keeping.history.append([], []);
  assertEquals(commits, [2, 0]);
  assertEquals(keeping.history.room(0)?.seq, 2);
  assertEquals(keeping.history.logId, history.logId);
});

Deno.test("Keeping tells once that nothing can be stored, and that it can be again", () => {
  const events: ServerEvent[] = [];
  const history = new Fickle();
  using keeping = new Keeping(history, {
    onEvent: (event) => void events.push(event),
  });
  for (
    const [failure, kind] of [
      [new ChatError("CHAT_STORE_FULL", "Cannot append: full"), "store_full"],
      [new ChatError("CHAT_STORE_DAMAGED", "Cannot append"), "store_failed"],
      [new Error("a bug"), "store_failed"],
    ] as const
  ) {
    const seq = (history.room(0)?.seq ?? 0) + 1;
    history.failure = failure;
    for (let i = 0; i < 3; i++) {
      assertThrows(() => keeping.history.append([{ ...ENTRY, seq }]), Error);
    }
    assert(keeping.failing);
    history.failure = undefined;
    keeping.history.append([], []); // proves nothing: it may be small enough
    assert(keeping.failing);
    keeping.history.append([{ ...ENTRY, seq }]);
    assertEquals(keeping.failing, false);
    assertEquals(events.splice(0).map(({ kind }) => kind), [
      kind,
      "store_recovered",
    ]);
  }
});

Deno.test("Keeping removes what is too old, in quiet moments", async () => {
  const history = new Fickle();
  const before = Date.now();
  using _keeping = new Keeping(history, {
    retention: { maxAgeMs: 1_000, maxBytes: 7 },
  });
  const { olderThan = 0, maxBytes, sendersIdleSince = 0 } = await history
    .pruned.promise;
  assert(olderThan >= before - 1_000 && olderThan <= Date.now());
  assertEquals(maxBytes, 7);
  assert(sendersIdleSince < before - 80 * 86_400_000);
});
