// The few lines of the text format of Prometheus that a server needs. The usual
// library for it, prom-client, is not used: it depends on a package (bintrees)
// on which `deno compile` of Deno 2.9.6 overflows its stack.

/** The type of a text of {@linkcode encodeMetric}, as HTTP tells it. */
export const TEXT_FORMAT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What a metric is, for whoever reads it. */
export interface MetricHead {
  /** Letters, digits and `_`, not beginning with a digit. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
}

/** One value of a metric. */
export interface Sample {
  /** What follows the name of the metric, in a histogram; by default nothing. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
  /** What tells it from the other values of the metric; any text. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * One metric in the text format of Prometheus 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/); the texts of
 * several follow each other.
 */
export function encodeMetric(
  { name, type, help }: MetricHead,
  samples: readonly Sample[],
): string {
  const lines = samples.map(({ suffix = "", labels, value }) =>
    `${name}${suffix}${encodeLabels(labels)} ${encodeNumber(value)}\n`
  );
  return `# HELP ${name} ${escape(help)}\n# TYPE ${name} ${type}\n${
    lines.join("")
  }`;
}

/** A number as Prometheus reads it. */
export function encodeNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function encodeLabels(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}="${escape(value).replaceAll('"', '\\"')}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** For help, where a quotation mark stands for itself. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
