import type { Bytes } from "../bytes.ts";
import type { KeyLogger } from "./key_log.ts";
import type { KeySchedule } from "./key_schedule.ts";
import { type TrafficKey, trafficKey } from "./traffic_key.ts";
import type { Transcript } from "./transcript.ts";

/** What everything from READY on is sealed under, and the channel binding. */
export interface ApplicationKeys {
  /** Client to server. */
  readonly up: TrafficKey;
  /** Server to client. */
  readonly down: TrafficKey;
  /** 32 bytes. */
  readonly exporter: Bytes;
}

/**
 * @param transcript Everything through ClientAuth.
 * @param logger Told the keys, if anybody shall be.
 */
export async function applicationKeys(
  schedule: KeySchedule,
  transcript: Transcript,
  logger?: KeyLogger,
): Promise<ApplicationKeys> {
  const t3 = await transcript.hash();
  const [up, down, exporter] = await Promise.all([
    schedule.applicationTraffic("client", t3)
      .then((secret) => trafficKey(secret, logger?.of("CHAT1_CLIENT_TRAFFIC"))),
    schedule.applicationTraffic("server", t3)
      .then((secret) => trafficKey(secret, logger?.of("CHAT1_SERVER_TRAFFIC"))),
    schedule.exporter(t3),
  ]);
  return { up, down, exporter };
}
