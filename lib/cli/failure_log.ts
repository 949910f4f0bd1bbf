import type { HostRequest } from "./app.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";

/** Lines a second; what comes beyond is counted, not printed. */
const MAX_LINES_PER_SECOND = 5;

/** Codes of what any scanner of the internet causes, day and night. */
const NOISE: ReadonlySet<string> = new Set([
  "CHAT_CONNECTION_CUT",
  "CHAT_TIMEOUT",
  "CHAT_FRAME_SIZE",
  "CHAT_NOT_CHAT",
]);

/**
 * Tells the operator about connections that came to nothing, a few a second
 * at most: nobody fills a disk or a screen by knocking.
 *
 * @param now Milliseconds of any clock; tests pass their own.
 */
export function failureLog(
  io: Pick<Io, "err">,
  now: () => number = Date.now,
): HostRequest["onFailure"] {
  let second = 0;
  let lines = 0;
  let silent = 0;
  return ({ address, code, message }) => {
    if (NOISE.has(code)) return;
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      if (silent > 0) io.err(`(${silent} more failures)`);
      [second, lines, silent] = [current, 0, 0];
    }
    if (lines >= MAX_LINES_PER_SECOND) {
      silent += 1;
      return;
    }
    lines += 1;
    io.err(`${printable(address)}: ${printable(message)} [${code}]`);
  };
}
