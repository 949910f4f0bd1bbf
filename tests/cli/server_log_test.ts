import { LOG_EVENTS, type LogEvent } from "../../lib/cli/log_event.ts";
import { jsonLogLine, textLogLine } from "../../lib/cli/log_line.ts";
import { openLog, serverLog } from "../../lib/cli/server_log.ts";
import { ChatError } from "../../lib/errors.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

const who = { name: "alice", fingerprint: new Uint8Array(32) };
const shown = `SHA256:${"A".repeat(43)}`;
const at = Date.UTC(2026, 2, 3, 4, 5, 6, 7);

const failure = {
  kind: "connection_failed",
  address: "192.0.2.1",
  code: "CHAT_NOT_AUTHORIZED",
  message: "Cannot\x1b[31m admit",
} as const;

/** A log that keeps its lines, and a clock for it. */
function kept(format: "text" | "json"): {
  readonly lines: string[];
  readonly clock: { now: number };
  readonly log: (event: LogEvent) => void;
} {
  const lines: string[] = [];
  const clock = { now: at };
  const io = { err: (line: string): void => void lines.push(line) };
  return { lines, clock, log: serverLog(format, io, () => clock.now) };
}

Deno.test("jsonLogLine() writes time, level, event and the fields of its table", () => {
  const line = jsonLogLine({ kind: "entered", ...who, address: "::1" }, at);
  assertEquals(
    line,
    `{"time":"2026-03-03T04:05:06.007Z","level":"info","event":"entered","name":"alice","fingerprint":"${shown}","address":"::1"}`,
  );
});

Deno.test("jsonLogLine() writes moments as text, and none as null", () => {
  const event = {
    kind: "moderated",
    ...who,
    verb: "ban",
    subject: "192.0.2.1",
    target: null,
  } as const;
  const until = (moment: number | null): unknown =>
    JSON.parse(jsonLogLine({ ...event, until: moment }, at)).until;
  assertEquals(until(at), "2026-03-03T04:05:06.007Z");
  assertEquals(until(null), null);
  assertEquals(until(Infinity), null);
});

Deno.test("jsonLogLine() leaves out what its table does not name", () => {
  const event = { kind: "stopped", secret: "hunter2" } as const;
  assertEquals(
    Object.keys(JSON.parse(jsonLogLine(event, at))),
    ["time", "level", "event"],
  );
});

Deno.test("no log line carries control characters of a peer", () => {
  const { message } = failure;
  const name = "\x1b]0;x\x07\n\u{202e}";
  const events: readonly LogEvent[] = [
    failure,
    { kind: "entered", ...who, name, address: "::1" },
    { kind: "room_created", ...who, room: 1, roomName: name },
    { kind: "store_full", message },
    { kind: "authorized_refused", message },
    { kind: "authorized_line_skipped", path: name, line: 1, message },
    { kind: "authorized_read", path: name, keys: 1 },
  ];
  for (const event of events) {
    const lines = [jsonLogLine(event, at), textLogLine(event) ?? ""];
    assertEquals(lines.join("").match(/[\p{Cc}\p{Cf}]/u), null, event.kind);
  }
});

Deno.test("textLogLine() tells people what they must know, and only that", () => {
  assertEquals(
    textLogLine(failure),
    "192.0.2.1: Cannot\\u{1b}[31m admit [CHAT_NOT_AUTHORIZED]",
  );
  assertEquals(
    textLogLine({ kind: "authorized_read", path: "list", keys: 1 }),
    "Read list again: 1 key may enter.",
  );
  assertEquals(
    textLogLine({ kind: "store_full", message: "no space" }),
    "Messages are refused: no space",
  );
  assertEquals(textLogLine({ kind: "stopped" }), undefined);
});

const relayed = {
  kind: "relayed",
  ...{ group: "0a1b2c3d", seq: 7, bytes: 294, start: "ff00" },
} as const;

Deno.test("textLogLine() and jsonLogLine() show what the server sees of a sealed message", () => {
  assertEquals(
    textLogLine(relayed),
    "Relayed 294 sealed bytes (0a1b2c3d, entry 7): ff00",
  );
  const { time: _, ...shown } = JSON.parse(jsonLogLine(relayed, at));
  assertEquals(shown, {
    ...{ level: "info", event: "relayed" },
    ...{ group: "0a1b2c3d", seq: 7, bytes: 294, start: "ff00" },
  });
});

Deno.test("serverLog() hides nothing else behind many sealed messages", () => {
  const { lines, clock, log } = kept("text");
  for (let i = 0; i < 60; i++) log(relayed);
  log({ kind: "store_full", message: "no space" });
  clock.now += 1000;
  log(relayed);
  assertEquals(lines.slice(49, 52), [
    textLogLine(relayed),
    "Messages are refused: no space",
    "(10 more)",
  ]);
});

Deno.test("serverLog() prints a few failures a second, counts the rest, and hides noise", () => {
  const { lines, clock, log } = kept("text");
  log({ ...failure, code: "CHAT_CONNECTION_CUT" });
  for (let i = 0; i < 8; i++) log(failure);
  clock.now += 1000;
  log(failure);
  assertEquals(lines.length, 7);
  assertEquals(lines[5], "(3 more)");
});

Deno.test("serverLog() bounds events of every kind, and tells at the end what it left out", () => {
  const { lines, log } = kept("json");
  const events = Array<LogEvent>(60).fill({ kind: "left", ...who, why: "cut" });
  events.forEach(log);
  log(failure);
  log({ kind: "stopped" });
  const kinds = lines.map((line) => JSON.parse(line).event);
  assertEquals(kinds.filter((kind) => kind === "left").length, 50);
  assertEquals(kinds.slice(50), ["connection_failed", "suppressed", "stopped"]);
  assertEquals(JSON.parse(lines[51] ?? "").count, 10);
});

Deno.test("serverLog() counts no events that it would not have shown", () => {
  const { lines, clock, log } = kept("text");
  for (let i = 0; i < 200; i++) log({ kind: "left", ...who, why: "cut" });
  clock.now += 1000;
  log({ kind: "stopped" });
  assertEquals(lines, []);
});

Deno.test("openLog() refuses a format that there is not", () => {
  const io = { err: (): void => {} };
  const error = assertThrows(() => openLog({ log: "xml" }, io), ChatError);
  assertEquals(error.code, "CHAT_USAGE");
});

Deno.test("LOG_EVENTS has names that scripts can rely on", () => {
  for (const name of Object.keys(LOG_EVENTS)) {
    assertEquals(/^[a-z]+(_[a-z]+)*$/.test(name), true, name);
  }
});
