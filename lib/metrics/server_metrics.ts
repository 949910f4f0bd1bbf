import type { ErrorCode } from "../errors.ts";
import type { RefusalCode } from "../protocol/words.ts";
import { Histogram } from "./histogram.ts";
import {
  type CounterName,
  COUNTERS,
  type GaugeName,
  GAUGES,
  type HistogramName,
  HISTOGRAMS,
} from "./metric_table.ts";
import type { ServerMeter } from "./server_meter.ts";
import type { ServerStatus } from "./server_status.ts";
import {
  encodeMetric,
  type MetricHead,
  type Sample,
  TEXT_FORMAT_TYPE,
} from "./text_format.ts";

/** What is only known outside of the server: asked for at each scrape. */
export interface ProcessStatus {
  /** Memory of this process that is in RAM, in bytes. */
  readonly residentBytes: number;
}

/** What a server counts, for Prometheus: plain numbers until somebody asks. */
export class ServerMetrics implements ServerMeter {
  readonly #handshakes = new Map<string, number>([["ok", 0]]);
  readonly #refused = new Map<string, number>();
  readonly #commitSeconds = histogram("chat_commit_seconds");
  readonly #commitEntries = histogram("chat_commit_entries");
  readonly #delaySeconds = histogram("chat_event_loop_delay_seconds");
  #accepted = 0;
  #deliveredBytes = 0;

  private constructor() {}

  /** Counts from zero. */
  static create(): Promise<ServerMetrics> {
    return Promise.resolve(new ServerMetrics());
  }

  /** The type of the text that {@linkcode render} returns. */
  get contentType(): string {
    return TEXT_FORMAT_TYPE;
  }

  handshake(): void {
    add(this.#handshakes, "ok", 1);
  }

  handshakeFailed(code: ErrorCode): void {
    add(this.#handshakes, code, 1);
  }

  accepted(messages: number): void {
    this.#accepted += messages;
  }

  refused(code: RefusalCode): void {
    add(this.#refused, code, 1);
  }

  committed({ entries, ms }: { entries: number; ms: number }): void {
    this.#commitSeconds.observe(ms / 1000);
    this.#commitEntries.observe(entries);
  }

  delivered(bytes: number): void {
    this.#deliveredBytes += bytes;
  }

  /** A timer was so late, in milliseconds: others had the thread meanwhile. */
  delayed(ms: number): void {
    this.#delaySeconds.observe(ms / 1000);
  }

  /** Everything, in the text format of Prometheus 0.0.4. */
  render(status: ServerStatus, process: ProcessStatus): Promise<string> {
    const text = encodeTable("counter", COUNTERS, this.#counters()) +
      encodeTable("gauge", GAUGES, gaugesOf(status, process)) +
      encodeTable("histogram", HISTOGRAMS, this.#histograms());
    return Promise.resolve(text);
  }

  #counters(): Samples<CounterName> {
    return {
      chat_handshakes_total: byLabel("result", this.#handshakes),
      chat_messages_total: byLabel("result", [
        ["accepted", this.#accepted],
        ...this.#refused,
      ]),
      chat_delivered_bytes_total: one(this.#deliveredBytes),
    };
  }

  #histograms(): Samples<HistogramName> {
    return {
      chat_commit_seconds: this.#commitSeconds.samples(),
      chat_commit_entries: this.#commitEntries.samples(),
      chat_event_loop_delay_seconds: this.#delaySeconds.samples(),
    };
  }
}

/** The values of every metric of a table. */
type Samples<Name extends string> = Readonly<Record<Name, readonly Sample[]>>;

function gaugesOf(
  status: ServerStatus,
  process: ProcessStatus,
): Samples<GaugeName> {
  return {
    chat_serving: one(status.state === "serving" ? 1 : 0),
    chat_connections: byLabel("state", [
      ["established", status.connections.established],
      ["half_open", status.connections.halfOpen],
    ]),
    chat_members: one(status.members),
    chat_rooms: one(status.rooms),
    chat_outbox_bytes: one(status.waitingBytes),
    chat_lagging_readers: one(status.laggingReaders),
    chat_history_bytes: one(status.historyBytes),
    process_resident_memory_bytes: one(process.residentBytes),
  };
}

function encodeTable<Name extends string>(
  type: MetricHead["type"],
  table: Readonly<Record<Name, { readonly help: string }>>,
  samples: Samples<Name>,
): string {
  const names = Object.keys(table) as Name[];
  return names.map((name) =>
    encodeMetric({ name, type, help: table[name].help }, samples[name])
  ).join("");
}

function histogram(name: HistogramName): Histogram {
  return new Histogram(HISTOGRAMS[name].buckets);
}

function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

function byLabel(
  label: string,
  counts: Iterable<readonly [string, number]>,
): readonly Sample[] {
  return Array.from(
    counts,
    ([text, value]) => ({ labels: { [label]: text }, value }),
  );
}

function add(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
