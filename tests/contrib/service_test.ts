import type { App } from "../../lib/cli/app.ts";
import { parseCommand } from "../../lib/cli/parse_command.ts";
import { serveCommand } from "../../lib/cli/serve.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { run, temporaryFolder, testWith } from "../support/tools.ts";

const path = new URL("../../contrib/chat.service", import.meta.url);
const text = Deno.readTextFileSync(path);
const settings = new Map(
  text.split("\n").filter((line) => /^[A-Z]\w+=/.test(line)).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  }),
);

/** The command line of the unit, without the program. */
const [program = "", command, ...args] = (settings.get("ExecStart") ?? "")
  .split(" ");

Deno.test("contrib/chat.service starts a command that there is, with its options", () => {
  const app = {} as App; // which parsing does not touch
  const serve = serveCommand(app);
  assertEquals(command, serve.name);
  const { options } = parseCommand(serve, args);
  assertEquals([options.quiet, options.log], [true, "json"]);
  assertEquals(options.metrics?.split(":")[0], "127.0.0.1");
  const folder = `%S/${settings.get("StateDirectory")}`;
  assert(options.data?.startsWith(`${folder}/`), options.data);
  assertEquals(settings.get("StateDirectoryMode"), "0700");
});

Deno.test("contrib/chat.service allows no more than it needs, and machine code to V8", () => {
  const expected = {
    DynamicUser: "yes",
    NoNewPrivileges: "yes",
    ProtectSystem: "strict",
    ProtectHome: "yes",
    CapabilityBoundingSet: "",
    Restart: "on-failure",
    RestartPreventExitStatus: "2", // that of CHAT_USAGE
    LimitCORE: "0",
  };
  for (const [name, value] of Object.entries(expected)) {
    assertEquals(settings.get(name), value, name);
  }
  assertEquals(settings.get("MemoryDenyWriteExecute"), undefined);
  assert(Number(settings.get("TimeoutStopSec")) > 10);
});

testWith(
  ["systemd-analyze", "true"],
  "systemd-analyze finds nothing wrong with contrib/chat.service",
  async () => {
    await using folder = await temporaryFolder();
    const unit = `${folder.path}/chat.service`;
    // It looks whether the program is there, which is not our matter here.
    const installed = text.replace(`=${program} `, "=/bin/true ");
    await Deno.writeTextFile(unit, installed);
    const { success, stdout, stderr } = await new Deno.Command(
      "systemd-analyze",
      { args: ["verify", "--man=no", unit], stdin: "null" },
    ).output();
    const said = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    ).join("");
    assertEquals([said, success], ["", true]);
    const security = ["security", "--offline=yes", "--threshold=20", unit];
    await run("systemd-analyze", security); // fails when exposed to more than 2.0
  },
);
