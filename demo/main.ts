/**
 * `deno task demo`: real processes talk over a relay that records everything.
 * Exits with 0 only if everything that is claimed of the recording held.
 *
 * @module
 */
import { utf8 } from "../lib/bytes.ts";
import { playDemo } from "./demo.ts";
import { print } from "./page.ts";

/** Time all of it may take, in milliseconds; it takes a tenth of that. */
const PATIENCE_MS = 60_000;

const stop = new AbortController();
setTimeout(
  () => stop.abort(new Error(`Cannot end within ${PATIENCE_MS / 1000} s`)),
  PATIENCE_MS,
);
for (const signal of signals()) {
  Deno.addSignalListener(
    signal,
    () => stop.abort(new Error(`Cannot go on: ${signal}`)),
  );
}
const colours = Deno.noColor || !Deno.stdout.isTerminal() ? "none" : 16;
const held = await playDemo({
  show: (rows) => rows.forEach((row) => writeLine(print(row, colours))),
  now: () => performance.now(),
  signal: stop.signal,
});
Deno.exit(held ? 0 : 1);

function signals(): readonly Deno.Signal[] {
  return Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
}

function writeLine(line: string): void {
  try {
    for (let rest = utf8(`${line}\n`); rest.length > 0;) {
      rest = rest.subarray(Deno.stdout.writeSync(rest));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // as in | head
  }
}
