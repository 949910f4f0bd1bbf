// deno-lint-ignore-file no-console -- it prints its results
/** How long it takes to join a room in which very much was said. */
import { openHistory } from "../lib/store/open_history.ts";
import { frameMessage } from "../server/framing.ts";
import { DurableProcess, temporaryFolder } from "./durable_process.ts";
import { Member } from "./member.ts";
import { median, table } from "./stats.ts";

/** Lines that a newcomer gets. */
const LINES = 50;
const BATCH = 2_000;

/** What came of it. */
export interface JoinResult {
  /** Milliseconds from dialing until the newest lines are there, each time. */
  readonly joins: readonly number[];
  /** Milliseconds until the server listens. */
  readonly start: number;
}

/** Joins a room with so many messages, again and again. */
export async function measureJoin(
  { messages, joins }: { readonly messages: number; readonly joins: number },
): Promise<JoinResult> {
  await using folder = await temporaryFolder();
  fill(folder.path, messages);
  const started = performance.now();
  await using server = await DurableProcess.start(folder.path);
  const start = performance.now() - started;
  const times: number[] = [];
  for (let i = 0; i < joins; i++) times.push(await joinOnce(server, i));
  return { joins: times, start };
}

async function joinOnce(server: DurableProcess, i: number): Promise<number> {
  const before = performance.now();
  using member = await Member.enter(server, `newcomer-${i}`);
  const { promise, resolve } = Promise.withResolvers<void>();
  let lines = 0;
  void member.read({
    said: () => {
      if (++lines === LINES) resolve();
    },
  });
  await promise;
  return performance.now() - before;
}

function fill(folder: string, messages: number): void {
  using history = openHistory(folder);
  const fingerprint = new Uint8Array(32).fill(7);
  for (let first = 1; first <= messages; first += BATCH) {
    const count = Math.min(BATCH, messages - first + 1);
    history.append(Array.from({ length: count }, (_, i) => {
      const [seq, at] = [first + i, 1_700_000_000_000 + first + i];
      const text = `message ${seq} ${"x".repeat(180)}`;
      const entry = { kind: "said", room: 0, seq, at, name: "bob" } as const;
      const payload = frameMessage({ ...entry, fingerprint, text });
      return { room: 0, seq, at, payload, text };
    }));
    while (history.index());
  }
}

if (import.meta.main) {
  const [few, many] = [
    await measureJoin({ messages: 1_000, joins: 21 }),
    await measureJoin({ messages: 1_000_000, joins: 21 }),
  ];
  const round = (values: readonly number[]): string =>
    median(values).toFixed(1);
  const worst = (values: readonly number[]): string =>
    Math.max(...values).toFixed(1);
  console.log(JSON.stringify({ few, many }));
  console.log(table(
    ["joining, ms", "1,000 messages", "1,000,000 messages (wanted: < 100)"],
    [
      ["median", round(few.joins), round(many.joins)],
      ["slowest", worst(few.joins), worst(many.joins)],
      ["start of the server", few.start.toFixed(0), many.start.toFixed(0)],
    ],
  ));
  Deno.exit(0);
}
