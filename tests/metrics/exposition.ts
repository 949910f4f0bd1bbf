// A strict reader of the text format of Prometheus 0.0.4, written from its
// description alone: https://prometheus.io/docs/instrumenting/exposition_formats/
import { checkHistogram } from "./histogram_rules.ts";

/** One metric as it was read. */
export interface Metric {
  readonly help: string;
  readonly type: string;
  /** Values by name and labels, as `name{label="value"}`. */
  readonly samples: ReadonlyMap<string, number>;
  /** The same, taken apart, in their order. */
  readonly rows: readonly Row[];
}

/** One line of a metric. */
export interface Row {
  /** What follows the name of the metric. */
  readonly suffix: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

interface Group extends Metric {
  readonly samples: Map<string, number>;
  readonly rows: Row[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"`;
const HELP = new RegExp(String.raw`^# HELP (${NAME}) ((?:[^\\]|\\[\\n])+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(
  String
    .raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)\})? (-?[0-9]+(?:\.[0-9]+)?(?:e[+-][0-9]+)?|NaN|[+-]Inf)$`,
);

/** Reads all metrics, or throws at the first line that is out of place. */
export function readExposition(text: string): ReadonlyMap<string, Metric> {
  const metrics = new Map<string, Group>();
  let helped: { name: string; help: string } | undefined;
  let current: { name: string; group: Group } | undefined;
  for (const line of linesOf(text)) {
    const [, name = "", rest = ""] = HELP.exec(line) ?? [];
    const [, typed, type = ""] = TYPE.exec(line) ?? [];
    if (name !== "") {
      if (helped !== undefined) throw new Error(`no type: ${helped.name}`);
      if (metrics.has(name)) throw new Error(`comes twice: ${name}`);
      helped = { name, help: unescape(rest) };
    } else if (typed !== undefined) {
      if (typed !== helped?.name) throw new Error(`no help: ${typed}`);
      const group = { help: helped.help, type, samples: new Map(), rows: [] };
      metrics.set(typed, group);
      [helped, current] = [undefined, { name: typed, group }];
    } else {
      if (!current || helped) throw new Error(`out of place: ${line}`);
      readSample(line, current);
    }
  }
  if (helped !== undefined) throw new Error(`no type: ${helped.name}`);
  for (const [name, group] of metrics) checkValues(name, group);
  return metrics;
}

function linesOf(text: string): readonly string[] {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  return text.slice(0, -1).split("\n");
}

function readSample(
  line: string,
  { name, group }: { name: string; group: Group },
): void {
  const [, sampled, pairs = "", ...others] = SAMPLE.exec(line) ?? [];
  if (!sampled?.startsWith(name)) throw new Error(`out of place: ${line}`);
  const suffix = sampled.slice(name.length);
  const allowed = group.type === "histogram" ? HISTOGRAM_SUFFIXES : [""];
  if (!allowed.includes(suffix)) throw new Error(`out of place: ${line}`);
  const value = Number(others.at(-1)?.replace("Inf", "Infinity"));
  const key = pairs === "" ? sampled : `${sampled}{${pairs}}`;
  if (group.samples.has(key)) throw new Error(`comes twice: ${key}`);
  group.samples.set(key, value);
  group.rows.push({ suffix, labels: readLabels(pairs), value });
}

const HISTOGRAM_SUFFIXES: readonly string[] = ["_bucket", "_sum", "_count"];

function readLabels(pairs: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const [, name = "", value = ""] of pairs.matchAll(RegExp(LABEL, "g"))) {
    if (labels.has(name)) throw new Error(`comes twice: ${name} in ${pairs}`);
    labels.set(name, unescape(value));
  }
  return labels;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, at) => at === "n" ? "\n" : at);
}

function checkValues(name: string, { type, rows }: Metric): void {
  if (rows.length === 0) throw new Error(`no sample: ${name}`);
  if (type === "histogram") return checkHistogram(name, rows);
  for (const { value } of rows) {
    if (type === "counter" && !(value >= 0)) throw new Error(`shrank: ${name}`);
  }
}
