import {
  COUNTERS,
  GAUGES,
  HISTOGRAMS,
} from "../../lib/metrics/metric_table.ts";
import { ServerMetrics } from "../../lib/metrics/server_metrics.ts";
import type { ServerStatus } from "../../lib/metrics/server_status.ts";
import { listenForStatus } from "../../lib/net/status_listener.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { type Metric, readExposition } from "./exposition.ts";

const status: ServerStatus = {
  state: "serving",
  connections: { established: 3, halfOpen: 2 },
  members: 5,
  rooms: 7,
  waitingBytes: 11,
  laggingReaders: 1,
  historyBytes: 13,
};
const process = { residentBytes: 17 };

/** What a scrape finds. */
async function scraped(
  metrics: ServerMetrics,
  at: ServerStatus = status,
): Promise<(key: string) => number | undefined> {
  const found = readExposition(await metrics.render(at, process));
  return (key) => {
    const base = key.replace(/\{.*|_(bucket|sum|count)(\{.*)?$/, "");
    return found.get(base)?.samples.get(key);
  };
}

Deno.test("ServerMetrics.render() has every metric of its table, with help, type and labels", async () => {
  const metrics = await ServerMetrics.create();
  const found = readExposition(await metrics.render(status, process));
  const tables = { counter: COUNTERS, gauge: GAUGES, histogram: HISTOGRAMS };
  const expected = Object.entries(tables).flatMap(([type, table]) =>
    Object.entries(table).map(([name, { help, labels }]) => ({
      name,
      type,
      help,
      labels: [...labels],
    }))
  );
  assertEquals(found.size, expected.length);
  for (const { name, type, help, labels } of expected) {
    const metric = found.get(name);
    assertEquals([metric?.type, metric?.help], [type, help], name);
    assert(metric !== undefined && metric.rows.length > 0, `none of ${name}`);
    for (const row of metric.rows) {
      const own = [...row.labels.keys()].filter((label) => label !== "le");
      assertEquals(own, labels, name);
    }
  }
});

Deno.test("ServerMetrics counts handshakes, messages and bytes, also over several scrapes", async () => {
  const metrics = await ServerMetrics.create();
  metrics.handshake();
  metrics.handshakeFailed("CHAT_TIMEOUT");
  metrics.handshakeFailed("CHAT_TIMEOUT");
  metrics.accepted(40);
  metrics.refused("CHAT_RATE_LIMITED");
  metrics.delivered(1_000);
  await scraped(metrics);
  metrics.handshake();
  metrics.accepted(2);
  const value = await scraped(metrics);
  assertEquals(value('chat_handshakes_total{result="ok"}'), 2);
  assertEquals(value('chat_handshakes_total{result="CHAT_TIMEOUT"}'), 2);
  assertEquals(value('chat_messages_total{result="accepted"}'), 42);
  assertEquals(value('chat_messages_total{result="CHAT_RATE_LIMITED"}'), 1);
  assertEquals(value("chat_delivered_bytes_total"), 1_000);
});

Deno.test("ServerMetrics sorts commits and delays into buckets of seconds", async () => {
  const metrics = await ServerMetrics.create();
  metrics.committed({ entries: 3, ms: 4 });
  metrics.committed({ entries: 64, ms: 60_000 });
  metrics.delayed(30);
  const value = await scraped(metrics);
  const bucket = (name: string, le: string): number | undefined =>
    value(`${name}_bucket{le="${le}"}`);
  assertEquals(bucket("chat_commit_seconds", "0.0025"), 0);
  assertEquals(bucket("chat_commit_seconds", "0.005"), 1);
  assertEquals(bucket("chat_commit_seconds", "5"), 1);
  assertEquals(bucket("chat_commit_seconds", "+Inf"), 2);
  assertEquals(value("chat_commit_seconds_count"), 2);
  assertEquals(value("chat_commit_seconds_sum"), 60.004);
  assertEquals(bucket("chat_commit_entries", "2"), 0);
  assertEquals(bucket("chat_commit_entries", "4"), 1);
  assertEquals(value("chat_commit_entries_sum"), 67);
  assertEquals(bucket("chat_event_loop_delay_seconds", "0.025"), 0);
  assertEquals(bucket("chat_event_loop_delay_seconds", "0.05"), 1);
});

Deno.test("ServerMetrics tells how the server is at the moment of each scrape", async () => {
  const metrics = await ServerMetrics.create();
  const value = await scraped(metrics);
  assertEquals(value('chat_connections{state="established"}'), 3);
  assertEquals(value('chat_connections{state="half_open"}'), 2);
  assertEquals(value("chat_members"), 5);
  assertEquals(value("chat_rooms"), 7);
  assertEquals(value("chat_outbox_bytes"), 11);
  assertEquals(value("chat_lagging_readers"), 1);
  assertEquals(value("chat_history_bytes"), 13);
  assertEquals(value("process_resident_memory_bytes"), 17);
  assertEquals(value("chat_serving"), 1);
  for (const state of ["draining", "store_failed"] as const) {
    const later = await scraped(metrics, { ...status, state, members: 0 });
    assertEquals([later("chat_serving"), later("chat_members")], [0, 0], state);
  }
});

Deno.test("ServerMetrics of two servers do not know each other", async () => {
  const [one, other] = [
    await ServerMetrics.create(),
    await ServerMetrics.create(),
  ];
  one.accepted(1);
  const value = await scraped(other);
  assertEquals(value('chat_messages_total{result="accepted"}'), 0);
});

Deno.test("a scrape over the network yields the same metrics, with their type", async () => {
  const metrics = await ServerMetrics.create();
  metrics.accepted(1);
  await using listener = listenForStatus({
    host: "127.0.0.1",
    port: 0,
    anywhere: false,
    metrics: () => metrics.render(status, process),
    metricsType: metrics.contentType,
    health: () => status.state,
    onDelay: () => {},
  });
  const response = await fetch(`http://127.0.0.1:${listener.port}/metrics`);
  assertEquals(
    response.headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  const found = readExposition(await response.text());
  const expected = readExposition(await metrics.render(status, process));
  assertEquals(samplesOf(found), samplesOf(expected));
});

function samplesOf(metrics: ReadonlyMap<string, Metric>): unknown {
  return [...metrics].map(([name, { samples }]) => [name, [...samples]]);
}
