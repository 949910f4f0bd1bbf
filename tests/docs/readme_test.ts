import { Child } from "../../lib/lab/child.ts";
import { ChatError } from "../../lib/errors.ts";
import type { SealedChange } from "../../lib/room/sealed_rooms.ts";
import { type JsonEvent, jsonLine } from "../../lib/ui/json_event.ts";
import { openRoom } from "../support/fake_conversation.ts";
import { member } from "../support/people.ts";
import { makeLink } from "../../lib/identity/target.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { soon, temporaryHome } from "../support/program.ts";
import { Follower, served } from "../support/served.ts";

const root = new URL("../../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));
const tasks = JSON.parse(
  await Deno.readTextFile(new URL("deno.json", root)),
).tasks;

Deno.test("README.md: the bot runs as printed, echoes, and leaves when the server does", async () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  assert(code !== undefined);
  const lines = code.split("\n").filter((line) => line.trim() !== "");
  assert(lines.length <= 10, "the bot has grown");
  await using home = await temporaryHome();
  const file = `${home.path}/bot.ts`;
  await Deno.writeTextFile(
    file,
    code.replace("./mod.ts", new URL("mod.ts", root).href),
  );
  await using room = await served();
  const { port, fingerprint } = room.server;
  const link = makeLink({ host: "127.0.0.1", port, pins: [fingerprint] });
  const alice = await room.join("alice");
  const seen = new Follower(alice);
  const config = new URL("deno.json", root).pathname;
  await using bot = new Child(Deno.execPath(), [
    "run",
    "--quiet",
    `--config=${config}`,
    "--allow-net=127.0.0.1",
    file,
    link,
  ], { name: "bot" });
  await seen.until((event) => event.kind === "joined" && event.name === "echo");
  await alice.say("hello");
  await seen.said("alice said: hello");
  await room.server.close();
  assertEquals(await bot.exit(soon()), 0, bot.stderr.lines.join("\n"));
});

Deno.test("README.md names only tasks that exist", () => {
  const named = [...readme.matchAll(/deno@2\.9\.6 task (\S+?)[`\s]/g)];
  assert(named.length >= 4);
  for (const [, task = ""] of named) assert(task in tasks, task);
});

Deno.test("README.md links only to files that exist", async () => {
  for (const [, path = ""] of readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
    await Deno.stat(new URL(path, root));
  }
});

Deno.test("README.md: the table of JSON events has their fields", () => {
  const self = member("alice", "x7Kp");
  const [standing, target] = [self.standing, null];
  const message = {
    number: 1,
    kind: "say",
    room: 0,
    text: "hi",
    at: 0,
    state: "failed",
    why: null,
  } as const;
  const at = { ...self, room: 0, seq: 1, at: 0 };
  const error = new ChatError("CHAT_RATE_LIMITED", "Cannot send");
  const by = self;
  const changes: SealedChange[] = [
    { kind: "entered", members: 2 },
    { kind: "joined", member: self },
    { kind: "unsealed", author: self },
    { kind: "rejoined", member: self, before: self },
    { kind: "left", member: self, by },
    { kind: "removed", member: self, by },
    { kind: "rekeyed", by },
    { kind: "excluded", by },
    { kind: "restarted", by: null },
    { kind: "shared", by, lines: [] },
    { kind: "missing", member: self, count: 2 },
    { kind: "unreadable", what: "message", reason: "forged", text: "x" },
  ];
  const events: JsonEvent[] = [
    { kind: "entered", self, standing, serverName: "garden", room: 0 },
    { ...at, kind: "said", text: "hi" },
    { ...at, kind: "did", text: "waves" },
    { ...at, kind: "titled", text: "tea" },
    { ...at, kind: "joined" },
    { ...at, kind: "typing" },
    { ...at, kind: "renewed", next: self.fingerprint },
    { ...at, kind: "marks", delivered: 1, read: 1 },
    {
      ...at,
      kind: "moderated",
      verb: "mute",
      subject: "",
      target,
      until: null,
    },
    { kind: "room", room: openRoom(1, "dev") },
    { kind: "parted", room: 1 },
    { kind: "outgoing", message },
    { kind: "missed", room: 1, from: 1, to: 2 },
    { kind: "changed", room: 1, text: "x" },
    { kind: "connection", state: "lost", text: "x", retryMs: 1 },
    { kind: "standing", standing },
    { ...at, kind: "left", why: "quit" },
    { kind: "notice", text: "x" },
    { kind: "goodbye", why: "kicked", text: "x" },
    { kind: "refused", room: 0, text: "x", error },
    ...changes.map((change) => (
      { kind: "sealed", room: 0, entry: 1, at: 0, change } as const
    )),
  ];
  for (const event of events) {
    const { event: name, ...found } = JSON.parse(jsonLine(event, String));
    const row = readme.split("\n").find((line) =>
      line.startsWith("| `") && line.split("|")[1]?.includes(`\`${name}\``)
    );
    const fields = [...(row?.split("|")[2] ?? "").matchAll(/`(\w+)`/g)]
      .map(([, name = ""]) => name);
    // A field may be named again where another is explained.
    assertEquals([...new Set(fields)], Object.keys(found), name);
  }
});
