// deno-lint-ignore-file no-console -- it prints its results
/** How much one member that stops reading delays what the others get. */
import { DurableProcess, temporaryFolder } from "./durable_process.ts";
import { Member, quantile } from "./member.ts";
import { Receiver } from "./receiver.ts";
import { median, table } from "./stats.ts";

/** Filling what is between the server and who does not read: 16 KB texts. */
const FILL = { text: "x".repeat(16_000), ahead: 8 };
const PADDING = "x".repeat(180);

/** What is measured. */
export interface StalledOptions {
  /** In all, the sender and the one that may stall included. */
  readonly members: number;
  /** Messages whose delivery is timed, and how many a second. */
  readonly messages: number;
  readonly perSecond: number;
  /** Messages of 16 KB before: more than there is between them. */
  readonly fill: number;
  /** Whether one of them stops reading. */
  readonly stalled: boolean;
}

/**
 * The time from saying something until others have it, below which 99 of 100
 * deliveries are, in milliseconds.
 */
export async function measureDelivery(
  { members, messages, perSecond, fill, stalled }: StalledOptions,
): Promise<number> {
  await using folder = await temporaryFolder();
  await using server = await DurableProcess.start(folder.path);
  using all = new DisposableStack();
  const delays: number[] = [];
  let filled = 0;
  let deliveries = 0;
  const readers = members - 1;
  const changed = new Change();
  for (let i = 0; i < readers; i++) {
    const member = all.use(await Member.enter(server, `member-${i}`));
    const isFirst = i === 0;
    void member.read({
      said: ({ text }) => {
        if (text.startsWith("x")) {
          if (isFirst) filled += 1;
          else return;
        } else {
          delays.push(performance.now() - parseFloat(text));
          deliveries += 1;
        }
        changed.happen();
      },
    });
  }
  const last = await Receiver.enter(server, "the last one");
  all.defer(() => last.duplex.close());
  if (!stalled) void last.count(() => {});
  const sender = all.use(await Member.enter(server, "sender"));
  void sender.read({});
  for (let sent = 1; sent <= fill; sent++) {
    sender.say(FILL.text);
    await changed.until(() => filled > sent - FILL.ahead);
  }
  await changed.until(() => filled === fill);
  const started = performance.now();
  for (let sent = 0; sent < messages; sent++) {
    const due = started + sent * 1000 / perSecond;
    while (performance.now() < due) await tick();
    sender.say(`${performance.now()} ${PADDING}`);
  }
  await changed.until(() => deliveries === messages * readers);
  return quantile(delays, 0.99);
}

/** Something that one waits for, among what happens. */
class Change {
  #wake: (() => void) | undefined;

  happen(): void {
    this.#wake?.();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}

async function tick(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 1);
  await promise;
}

if (import.meta.main) {
  const rounds = 7;
  const load = { members: 100, messages: 600, perSecond: 100, fill: 600 };
  const without: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    for (const stalled of [false, true]) {
      const p99 = await measureDelivery({ ...load, stalled });
      if (round > 0) (stalled ? beside : without).push(p99);
    }
  }
  const ratios = beside.map((p99, i) => p99 / (without[i] ?? NaN));
  const summary = {
    without: Number(median(without).toFixed(2)),
    beside: Number(median(beside).toFixed(2)),
    ratio: Number(median(ratios).toFixed(2)),
  };
  console.log(JSON.stringify({ ...summary, withoutAll: without, beside }));
  console.log(table(
    [
      `${load.members} members, ${load.perSecond} messages/s`,
      "p99 delivery, ms",
    ],
    [
      ["all read", `${summary.without}`],
      ["one does not", `${summary.beside}`],
      ["median of the ratios (wanted: <= 1.5)", `${summary.ratio}`],
    ],
  ));
  Deno.exit(0);
}
