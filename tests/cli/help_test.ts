import { defineCommand } from "../../lib/cli/command.ts";
import { commandHelp, overview, withHelp } from "../../lib/cli/help.ts";
import { assertEquals } from "../support/assert.ts";

const command = defineCommand({
  name: "send",
  summary: "Send a file",
  details: [
    "A paragraph that is long enough to be wrapped, because it goes on and on about nothing at all.",
  ],
  args: ["FILE", "[TO]"],
  options: {
    key: { kind: "value", placeholder: "KEY", help: "Key", required: true },
    name: { kind: "value", placeholder: "N", help: "Name", default: "me" },
    note: { kind: "value", placeholder: "N", help: "Note", default: "" },
    pin: { kind: "values", placeholder: "PIN", help: "Trust this key" },
    port: {
      kind: "number",
      placeholder: "N",
      help: "Port",
      min: 1,
      max: 65_535,
      default: 7878,
    },
    quiet: {
      kind: "flag",
      help:
        "Say nothing, not even when there would be something worth saying, which wraps",
    },
  },
  run: () => Promise.resolve(),
});

Deno.test("commandHelp() tells all that the spec does", () => {
  assertEquals(
    commandHelp(command).join("\n"),
    `\
Send a file.

Usage: chat send FILE [TO] --key KEY [OPTIONS]

A paragraph that is long enough to be wrapped, because it goes on and on about
nothing at all.

Options:
  --key KEY  Key (required)
  --name N   Name (default me)
  --note N   Note
  --pin PIN  Trust this key (may be given several times)
  --port N   Port (1 to 65535; default 7878)
  --quiet    Say nothing, not even when there would be something worth saying,
             which wraps`,
  );
});

Deno.test("overview() lists every command and help itself", () => {
  const program = withHelp({ version: "1.2.3", commands: [command] });
  assertEquals(
    overview(program).join("\n"),
    `\
chat 1.2.3: a private chat room without accounts

Usage: chat COMMAND [ARGUMENTS]

Commands:
  send  Send a file
  help  Explain chat, or one command

\`chat help COMMAND\` explains a command, \`chat --version\` names this version.`,
  );
});
