import type { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ErrorCode } from "../errors.ts";
import type { RefusalCode } from "../protocol/words.ts";
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

/** What is only known outside of the server: asked for at each scrape. */
export interface ProcessStatus {
  /** Memory of this process that is in RAM, in bytes. */
  readonly residentBytes: number;
}

/**
 * What a server counts, for Prometheus. Counters are plain numbers until
 * somebody asks.
 */
export class ServerMetrics implements ServerMeter {
  readonly #registry: Registry;
  readonly #counters: Readonly<Record<CounterName, Counter>>;
  readonly #gauges: Readonly<Record<GaugeName, Gauge>>;
  readonly #histograms: Readonly<Record<HistogramName, Histogram>>;
  readonly #handshakes = new Map<string, number>([["ok", 0]]);
  readonly #refused = new Map<string, number>();
  #accepted = 0;
  #deliveredBytes = 0;

  private constructor(prometheus: typeof import("prom-client")) {
    const { Counter, Gauge, Histogram, Registry } = prometheus;
    const registry = new Registry();
    this.#registry = registry;
    const options = <T extends { readonly labels: readonly string[] }>(
      name: string,
      { labels, ...others }: T,
    ): Omit<T, "labels"> & {
      name: string;
      labelNames: string[];
      registers: Registry[];
    } => ({ name, ...others, labelNames: [...labels], registers: [registry] });
    this.#counters = mapTable(
      COUNTERS,
      (name, spec) => new Counter(options(name, spec)),
    );
    this.#gauges = mapTable(
      GAUGES,
      (name, spec) => new Gauge(options(name, spec)),
    );
    this.#histograms = mapTable(
      HISTOGRAMS,
      (name, { buckets, ...spec }) =>
        new Histogram({ ...options(name, spec), buckets: [...buckets] }),
    );
  }

  /** Loads the library, which a server without metrics does without. */
  static async create(): Promise<ServerMetrics> {
    return new ServerMetrics(await import("prom-client"));
  }

  /** The type of the text that {@linkcode render} returns. */
  get contentType(): string {
    return this.#registry.contentType;
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
    this.#histograms.chat_commit_seconds.observe(ms / 1000);
    this.#histograms.chat_commit_entries.observe(entries);
  }

  delivered(bytes: number): void {
    this.#deliveredBytes += bytes;
  }

  /** A timer was so late, in milliseconds: others had the thread meanwhile. */
  delayed(ms: number): void {
    this.#histograms.chat_event_loop_delay_seconds.observe(ms / 1000);
  }

  /** Everything, in the text format of Prometheus 0.0.4. */
  async render(status: ServerStatus, process: ProcessStatus): Promise<string> {
    this.#writeCounters();
    this.#writeGauges(status, process);
    return await this.#registry.metrics();
  }

  #writeCounters(): void {
    const counters = this.#counters;
    for (const counter of Object.values(counters)) counter.reset();
    for (const [result, count] of this.#handshakes) {
      counters.chat_handshakes_total.inc({ result }, count);
    }
    counters.chat_messages_total.inc({ result: "accepted" }, this.#accepted);
    for (const [code, count] of this.#refused) {
      counters.chat_messages_total.inc({ result: code }, count);
    }
    counters.chat_delivered_bytes_total.inc(this.#deliveredBytes);
  }

  #writeGauges(status: ServerStatus, process: ProcessStatus): void {
    const gauges = this.#gauges;
    const { established, halfOpen } = status.connections;
    gauges.chat_connections.set({ state: "established" }, established);
    gauges.chat_connections.set({ state: "half_open" }, halfOpen);
    gauges.chat_members.set(status.members);
    gauges.chat_rooms.set(status.rooms);
    gauges.chat_outbox_bytes.set(status.waitingBytes);
    gauges.chat_lagging_readers.set(status.laggingReaders);
    gauges.chat_history_bytes.set(status.historyBytes);
    gauges.chat_serving.set(status.state === "serving" ? 1 : 0);
    gauges.process_resident_memory_bytes.set(process.residentBytes);
  }
}

function add(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}

function mapTable<K extends string, S, T>(
  table: Readonly<Record<K, S>>,
  make: (name: K, spec: S) => T,
): Readonly<Record<K, T>> {
  const entries = Object.entries(table) as [K, S][];
  return Object.fromEntries(
    entries.map(([name, spec]) => [name, make(name, spec)]),
  ) as Record<K, T>;
}
