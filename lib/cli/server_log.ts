import { ChatError } from "../errors.ts";
import type { OptionSpecs, OptionValues } from "./command.ts";
import type { Io } from "./io.ts";
import type { LogEvent } from "./log_event.ts";
import { jsonLogLine, textLogLine } from "./log_line.ts";

/** Failed connections written in a second. */
const MAX_FAILURES_PER_SECOND = 5;
/** Sealed messages written in a second. */
const MAX_RELAYED_PER_SECOND = 50;
/** Other events written in a second. */
const MAX_EVENTS_PER_SECOND = 50;

/** Codes of what any scanner of the internet causes, day and night. */
const NOISE: ReadonlySet<string> = new Set([
  "CHAT_CONNECTION_CUT",
  "CHAT_TIMEOUT",
  "CHAT_FRAME_SIZE",
  "CHAT_NOT_CHAT",
]);

/** Option of `chat serve` that says how it tells what happens. */
export const logOptions = {
  log: {
    kind: "value",
    placeholder: "FORMAT",
    help: "On standard error: text, or json for one object a line",
    default: "text",
  },
} as const satisfies OptionSpecs;

/** Takes what is to be told. */
export type ServerLog = (event: LogEvent) => void;

/**
 * The log that {@linkcode logOptions} ask for.
 *
 * @throws {ChatError} `CHAT_USAGE` when there is no such format.
 */
export function openLog(
  { log }: OptionValues<typeof logOptions>,
  io: Pick<Io, "err">,
): ServerLog {
  if (log === "text" || log === "json") return serverLog(log, io);
  throw new ChatError(
    "CHAT_USAGE",
    `Cannot run serve: --log must be text or json, not "${log}"`,
  );
}

/**
 * Tells the operator what happens, some events a second at most, and how many
 * were left out: nobody fills a disk or a screen by knocking.
 *
 * @param now Milliseconds since the epoch; tests pass their own.
 */
export function serverLog(
  format: "text" | "json",
  io: Pick<Io, "err">,
  now: () => number = Date.now,
): ServerLog {
  let second = 0;
  let suppressed = 0;
  let failures = 0;
  let relayed = 0;
  let others = 0;
  const lineOf = (event: LogEvent, at: number): string | undefined =>
    format === "json" ? jsonLogLine(event, at) : textLogLine(event);
  const write = (line: string | undefined): void => {
    if (line !== undefined) io.err(line);
  };
  return (event) => {
    if (event.kind === "connection_failed" && NOISE.has(event.code)) return;
    const at = now();
    const current = Math.floor(at / 1000);
    if (current !== second || event.kind === "stopped") {
      const count = suppressed;
      [second, suppressed] = [current, 0];
      failures = relayed = others = 0;
      if (count > 0) write(lineOf({ kind: "suppressed", count }, at));
    }
    const line = lineOf(event, at);
    if (line === undefined) return;
    const fits = event.kind === "connection_failed"
      ? ++failures <= MAX_FAILURES_PER_SECOND
      : event.kind === "relayed"
      ? ++relayed <= MAX_RELAYED_PER_SECOND
      : ++others <= MAX_EVENTS_PER_SECOND;
    if (fits) write(line);
    else suppressed += 1;
  };
}
