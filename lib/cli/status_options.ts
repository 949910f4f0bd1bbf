import { ChatError } from "../errors.ts";
import { parseAddress } from "../identity/address.ts";
import { ServerMetrics } from "../metrics/server_metrics.ts";
import type { App, HostedRoom, StatusPage } from "./app.ts";
import type { OptionSpecs, OptionValues } from "./command.ts";

/** Options of `chat serve` that let programs watch it. */
export const statusOptions = {
  metrics: {
    kind: "value",
    placeholder: "ADDRESS:PORT",
    help: "Answer /metrics (Prometheus) and /health there, as 127.0.0.1:9464",
  },
  "metrics-anywhere": {
    kind: "flag",
    help: "Let --metrics name an address that other machines reach",
  },
} as const satisfies OptionSpecs;

/** What `--metrics` amounts to, before the server runs. */
export interface Status {
  readonly meter: ServerMetrics;
  /**
   * Opens it for a server that runs.
   *
   * @throws {ChatError} `CHAT_LISTEN_FAILED`, or `CHAT_USAGE` when others could
   * reach it and shall not.
   */
  open(app: App, server: Pick<HostedRoom, "status">): StatusPage;
}

/**
 * Reads {@linkcode statusOptions}.
 *
 * @returns `undefined` when nobody wants to watch.
 * @throws {ChatError} `CHAT_USAGE`, `CHAT_ADDRESS_INVALID`.
 */
export async function readStatus(
  values: OptionValues<typeof statusOptions>,
): Promise<Status | undefined> {
  if (values.metrics === undefined) return undefined;
  const address = parseListenAddress(values.metrics);
  const meter = await ServerMetrics.create();
  return {
    meter,
    open: (app, server) =>
      app.status({
        ...address,
        anywhere: values["metrics-anywhere"],
        metricsType: meter.contentType,
        metrics: () =>
          meter.render(server.status(), {
            residentBytes: Deno.memoryUsage().rss,
          }),
        onDelay: (ms) => meter.delayed(ms),
        health: () => server.status().state,
      }),
  };
}

/** An address that names its port; 0 chooses a free one. */
function parseListenAddress(
  text: string,
): { readonly host: string; readonly port: number } {
  const any = /:0$/.exec(text);
  if (any !== null) {
    return { ...parseAddress(text.slice(0, any.index)), port: 0 };
  }
  if (!/:[0-9]+$/.test(text)) {
    throw new ChatError(
      "CHAT_USAGE",
      "Cannot run serve: --metrics must name a port, as 127.0.0.1:9464",
    );
  }
  return parseAddress(text);
}
