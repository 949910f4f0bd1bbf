/** One metric: its help text and labels; docs/operation.md lists them all. */
interface MetricSpec {
  readonly help: string;
  readonly labels: readonly string[];
}

/** What only grows while the server runs. */
export const COUNTERS = {
  chat_handshakes_total: {
    help: "Connections by how their handshake ended: ok, or an error code",
    labels: ["result"],
  },
  chat_messages_total: {
    help: "Requests by what became of them: accepted, or an error code",
    labels: ["result"],
  },
  chat_delivered_bytes_total: {
    help: "Bytes of rooms handed to the connections of members",
    labels: [],
  },
} as const satisfies Record<string, MetricSpec>;

/** Name of a counter. */
export type CounterName = keyof typeof COUNTERS;

/** What is looked up when it is asked for. */
export const GAUGES = {
  chat_serving: {
    help: "1 when the server takes messages, 0 when it drains or cannot store",
    labels: [],
  },
  chat_connections: {
    help: "Connections by state: established or half_open",
    labels: ["state"],
  },
  chat_members: { help: "Identities present", labels: [] },
  chat_rooms: { help: "Rooms there are, rooms of two included", labels: [] },
  chat_outbox_bytes: {
    help: "Bytes that members present have not been sent yet, in all",
    labels: [],
  },
  chat_lagging_readers: {
    help: "Members present that have not been sent everything yet",
    labels: [],
  },
  chat_history_bytes: { help: "Bytes that the history takes", labels: [] },
  process_resident_memory_bytes: {
    help: "Memory of the process that is in RAM",
    labels: [],
  },
} as const satisfies Record<string, MetricSpec>;

/** Name of a gauge. */
export type GaugeName = keyof typeof GAUGES;

/** What is counted by size; the buckets are upper bounds, inclusive. */
export const HISTOGRAMS = {
  chat_commit_seconds: {
    help: "How long storing a batch took, its fsync included",
    labels: [],
    buckets: [
      0.0005,
      0.001,
      0.0025,
      0.005,
      0.01,
      0.025,
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      5,
    ],
  },
  chat_commit_entries: {
    help: "Entries that were stored with one fsync",
    labels: [],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
  },
  chat_event_loop_delay_seconds: {
    help: "How late a timer was, which waits as everything does",
    labels: [],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  },
} as const satisfies Record<
  string,
  MetricSpec & { readonly buckets: readonly number[] }
>;

/** Name of a histogram. */
export type HistogramName = keyof typeof HISTOGRAMS;
