// docs/operation.md lists what operators and their scripts rely on.
import type { App } from "../../lib/cli/app.ts";
import { backupCommand } from "../../lib/cli/backup.ts";
import type { Command } from "../../lib/cli/command.ts";
import { dataOptions } from "../../lib/cli/data_options.ts";
import { exportCommand } from "../../lib/cli/export.ts";
import { idRotateCommand } from "../../lib/cli/id_rotate.ts";
import { inviteCommand } from "../../lib/cli/invite.ts";
import { LOG_EVENTS } from "../../lib/cli/log_event.ts";
import { parseCommand } from "../../lib/cli/parse_command.ts";
import { serveCommand } from "../../lib/cli/serve.ts";
import { statusOptions } from "../../lib/cli/status_options.ts";
import {
  COUNTERS,
  GAUGES,
  HISTOGRAMS,
} from "../../lib/metrics/metric_table.ts";
import { SERVER_STATES } from "../../lib/metrics/server_status.ts";
import { KEPT_KINDS } from "../../lib/protocol/entry.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { plain, readDoc, rowsOf, sectionOf } from "./markdown.ts";

const doc = readDoc("operation.md");
const app = {} as App; // which nothing here uses
const commands = [
  serveCommand(app),
  inviteCommand,
  idRotateCommand,
  backupCommand,
  exportCommand,
] as readonly Command[];

/** What stands in backquotes, separated by commas. */
function names(cell: string | undefined): readonly string[] {
  return plain(cell).split(",").map((name) => name.trim()).filter(Boolean);
}

Deno.test("docs/operation.md lists every log event with its level and fields", () => {
  const columns = ["event", "level", "fields", "meaning"];
  const listed = rowsOf(sectionOf(doc, "Logs"), columns).map((
    [event, level, fields],
  ) => [plain(event), level, names(fields)]);
  assertEquals(
    listed,
    Object.entries(LOG_EVENTS).map((
      [event, { level, fields }],
    ) => [event, level, [...fields]]),
  );
});

Deno.test("docs/operation.md lists every metric as a scrape explains it", () => {
  const columns = ["name", "type", "labels", "meaning"];
  const listed = rowsOf(sectionOf(doc, "Metrics"), columns).map((
    [name, type, labels, meaning],
  ) => [plain(name), type, names(labels), meaning]);
  const tables = { counter: COUNTERS, gauge: GAUGES, histogram: HISTOGRAMS };
  const expected = Object.entries(tables).flatMap(([type, table]) =>
    Object.entries(table).map((
      [name, { labels, help }],
    ) => [name, type, [...labels], help])
  );
  assertEquals(listed, expected);
});

Deno.test("docs/operation.md lists every state of health", () => {
  const rows = rowsOf(sectionOf(doc, "Health"), ["status", "HTTP", "meaning"]);
  assertEquals(
    rows.map(([status, code]) => [plain(status), code]),
    SERVER_STATES.map((state) => [state, state === "serving" ? "200" : "503"]),
  );
});

Deno.test("docs/operation.md names every kind of entry that an export may have", () => {
  const rows = rowsOf(doc, ["field", "in entries of", "meaning"]);
  const kinds = rows.find(([field]) => plain(field) === "kind")?.[2] ?? "";
  for (const kind of KEPT_KINDS) assert(kinds.includes(`\`${kind}\``), kind);
});

Deno.test("docs/operation.md explains every option that keeps and shows things", () => {
  for (const name of Object.keys({ ...dataOptions, ...statusOptions })) {
    assert(doc.includes(`\`--${name}`) || doc.includes(` --${name} `), name);
  }
});

Deno.test("docs/operation.md names options that there are", () => {
  const known = new Set(
    commands.flatMap(({ options }) => Object.keys(options)),
  );
  const others = ["now"]; // of systemctl
  for (const [, name = ""] of doc.matchAll(/--([a-z][a-z-]+)/g)) {
    assert(known.has(name) || others.includes(name), `--${name}`);
  }
});

Deno.test("docs/operation.md gives command lines that parse", () => {
  const lines = [...doc.matchAll(/^chat (.+)$/gm)].map(([, line = ""]) => line);
  assert(lines.length >= 7, String(lines.length));
  for (const line of lines) {
    const [name = "", ...args] = line.replace(/ > .*/, "").split(" ");
    const command = commands.find((each) => each.name === name);
    assert(command !== undefined, line);
    parseCommand(command, args);
  }
});
