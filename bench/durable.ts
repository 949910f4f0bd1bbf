// deno-lint-ignore-file no-console -- it prints its results
/** How many messages a second are stored and acknowledged, and how soon. */
import { DurableProcess, temporaryFolder } from "./durable_process.ts";
import { Member, quantile } from "./member.ts";
import { median, table } from "./stats.ts";

const TEXT = "x".repeat(200);
const MIB = 1024 * 1024;

/** What is measured. */
export interface DurableOptions {
  readonly senders: number;
  /** Messages of a sender that may wait for their acknowledgement. */
  readonly window: number;
  readonly messages: number;
  /** Messages between two looks at the memory. */
  readonly every: number;
}

/** What came of it. */
export interface DurableResult {
  readonly perSecond: number;
  /** Milliseconds from saying to the acknowledgement. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the server, microseconds a message. */
  readonly cpu: number;
  /** Memory of the server in MiB, after each `every` messages. */
  readonly rss: readonly number[];
}

/** All say and read: everybody gets everything. */
export async function measureDurable(
  { senders, window, messages, every }: DurableOptions,
): Promise<DurableResult> {
  await using folder = await temporaryFolder();
  await using server = await DurableProcess.start(folder.path);
  using members = new DisposableStack();
  const latencies: number[] = [];
  const rss: number[] = [];
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    rss.push(Math.round((await server.usage()).rss / MIB));
  };
  const done = Promise.withResolvers<void>();
  let said = 0;
  let stored = 0;
  const entered: (() => void)[] = [];
  for (let i = 0; i < senders; i++) {
    const member = members.use(await Member.enter(server, `sender-${i}`));
    const at: number[] = [];
    const say = (): void => {
      if (said >= messages) return;
      said += 1;
      at.push(performance.now());
      member.say(TEXT);
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    void member.read({
      following: () => resolve(),
      ack: () => {
        latencies.push(performance.now() - (at.shift() ?? 0));
        if (++stored % every === 0) looking = looking.then(look);
        if (stored === messages) done.resolve();
        say();
      },
    });
    await promise;
    entered.push(() => {
      for (let i = 0; i < window; i++) say();
    });
  }
  const before = await server.usage();
  const started = performance.now();
  for (const begin of entered) begin();
  await done.promise;
  const seconds = (performance.now() - started) / 1000;
  await looking;
  const after = await server.usage();
  return {
    perSecond: messages / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpu: (after.cpu - before.cpu) / messages * 1e6,
    rss,
  };
}

if (import.meta.main) {
  const rounds = 5;
  const results: DurableResult[] = [];
  for (let round = 0; round <= rounds; round++) {
    const result = await measureDurable({
      ...{ senders: 50, window: 2, messages: 40_000, every: 10_000 },
    });
    if (round > 0) results.push(result); // the first one warms up
  }
  const long = await measureDurable({
    ...{ senders: 50, window: 2, messages: 300_000, every: 30_000 },
  });
  const middle = (pick: (result: DurableResult) => number): number =>
    Number(median(results.map(pick)).toFixed(1));
  const summary = {
    perSecond: middle(({ perSecond }) => perSecond),
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    cpu: middle(({ cpu }) => cpu),
    rss: long.rss,
  };
  console.log(JSON.stringify(summary));
  console.log(table(
    ["50 senders, 200 B, on disk, all read all", "measured", "wanted"],
    [
      ["acknowledged/s", `${summary.perSecond}`, ">= 5000"],
      ["p50 acknowledgement, ms", `${summary.p50}`, ""],
      ["p99 acknowledgement, ms", `${summary.p99}`, "< 50"],
      ["server CPU, us/message", `${summary.cpu}`, ""],
      ["RSS, MiB, every 30,000 messages", long.rss.join(" "), "level"],
    ],
  ));
  Deno.exit(0);
}
