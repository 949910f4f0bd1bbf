import type { Child } from "./child.ts";

/** An event of `chat connect --json`. */
export type Event = Readonly<Record<string, unknown>>;

/** Waits until `process` has printed an event with these fields, old or new. */
export async function sees(
  process: Child,
  wanted: Event,
  signal: AbortSignal,
): Promise<Event> {
  const what = `${process.name} to see ${JSON.stringify(wanted)}`;
  return await process.stdout.find(what, (line) => {
    const event = parse(line);
    const matches = Object.entries(wanted).every(([key, value]) =>
      event[key] === value
    );
    return matches ? event : undefined;
  }, signal);
}

/** Waits until `process` is in the lobby. */
export async function enters(
  process: Child,
  signal: AbortSignal,
): Promise<void> {
  await sees(process, { event: "room" }, signal);
}

/** The error that a command ended with, as it stands behind `error: `. */
export function errorIn(stderr: readonly string[]): string {
  return stderr.find((line) => line.startsWith("error: "))?.slice(7) ??
    "no error was printed";
}

function parse(line: string): Event {
  const event: unknown = JSON.parse(line);
  return typeof event === "object" && event !== null ? event as Event : {};
}
