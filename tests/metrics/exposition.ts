/** A strict reader of the text format of Prometheus 0.0.4. */

/** One metric as it was read. */
export interface Metric {
  readonly help: string;
  readonly type: string;
  /** Values by name and labels, as `name{label="value"}`. */
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(
  String
    .raw`^(${NAME})(\{${LABEL}(?:,${LABEL})*\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)$`,
);

/** Reads all metrics, or throws at the first line that is out of place. */
export function readExposition(text: string): ReadonlyMap<string, Metric> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const metrics = new Map<string, Metric & { samples: Map<string, number> }>();
  let name = "";
  let help = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, helped, words] = HELP.exec(line) ?? [];
    const [, typed, type] = TYPE.exec(line) ?? [];
    const [, sampled, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (helped !== undefined && words !== undefined) {
      if (metrics.has(helped)) throw new Error(`${helped} comes twice`);
      [name, help] = [helped, words];
    } else if (typed !== undefined && type !== undefined) {
      if (typed !== name) throw new Error(`no help for ${typed}`);
      metrics.set(name, { help, type, samples: new Map() });
    } else {
      const metric = metrics.get(name);
      if (sampled === undefined || !metric || !belongs(sampled, name, metric)) {
        throw new Error(`out of place: ${line}`);
      }
      const key = sampled + labels;
      if (metric.samples.has(key)) throw new Error(`${key} comes twice`);
      metric.samples.set(key, Number(value?.replace("Inf", "Infinity")));
    }
  }
  return metrics;
}

function belongs(sampled: string, name: string, { type }: Metric): boolean {
  if (type !== "histogram") return sampled === name;
  return ["_bucket", "_sum", "_count"].some((end) => sampled === name + end);
}
