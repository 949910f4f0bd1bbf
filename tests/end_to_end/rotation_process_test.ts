import type { Child } from "../../lib/lab/child.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import {
  chat,
  chatServe,
  type ServeProcess,
  soon,
  temporaryHome,
} from "../support/program.ts";

/** Runs a command to its end. */
async function run(home: string, ...args: string[]): Promise<Child> {
  await using child = chat(home, args);
  assertEquals(await child.exit(soon()), 0, child.stderr.lines.join("\n"));
  return child;
}

/** The key that a command tells, as its output has it with `--json`. */
function told(child: Child): { fingerprint: string } {
  return JSON.parse(child.stdout.lines[0] ?? "");
}

/** Connects, says a line, and leaves; fails when that does. */
async function visit(
  home: string,
  server: Pick<ServeProcess, "port">,
  ...args: string[]
): Promise<{ events: Record<string, unknown>[]; remarks: string }> {
  const where = `127.0.0.1:${server.port}`;
  await using child = chat(home, ["connect", where, "--json", ...args]);
  await child.type("hello");
  await child.endInput();
  assertEquals(await child.exit(soon()), 0, child.stderr.lines.join("\n"));
  return {
    events: child.stdout.lines.map((line) => JSON.parse(line)),
    remarks: child.stderr.lines.join("\n"),
  };
}

/** Starts a server again where one was before. */
async function serveAgain(home: string, port: number): Promise<Child> {
  const args = ["serve", "--quiet", "--host=127.0.0.1", `--port=${port}`];
  const child = chat(home, args);
  const listens = (line: string): true | undefined =>
    line.startsWith("Listening") || undefined;
  await child.stdout.find("that it listens", listens, soon());
  return child;
}

async function stop(child: Child): Promise<void> {
  child.terminate();
  assertEquals(await child.exit(soon()), 0, child.stderr.lines.join("\n"));
}

Deno.test("a server turns to its next key, and who heard of it moves over without alarm", async () => {
  await using home = await temporaryHome();
  await using alice = await temporaryHome();
  await using bob = await temporaryHome();
  await using first = await chatServe(home.path, ["--quiet"]);
  const { port, fingerprint: old } = first;
  const pinned = [`--pin=${old}`];
  await visit(alice.path, first, "--name=alice", ...pinned);
  await visit(bob.path, first, "--name=bob", ...pinned);
  await stop(first.child);

  const next = told(await run(home.path, "id", "rotate", "--json"));
  await using second = await serveAgain(home.path, port);
  const heard = await visit(alice.path, first, ...pinned);
  assertStringIncludes(heard.remarks, "The server announced its next key");
  assertStringIncludes(heard.remarks, next.fingerprint);
  const again = await visit(alice.path, first);
  assertEquals(again.remarks.includes("announced"), false);
  await stop(second);

  const finished = await run(home.path, "id", "rotate", "--finish", "--json");
  assertEquals(told(finished).fingerprint, next.fingerprint);
  await using third = await serveAgain(home.path, port);
  const moved = await visit(alice.path, first, ...pinned); // the old link still
  assertStringIncludes(moved.remarks, "is no longer trusted");
  const file = await Deno.readTextFile(`${alice.path}/chat/known_servers`);
  const where = `127.0.0.1:${port}`;
  assertEquals(file, `${where} ${next.fingerprint} announced by ${old}\n`);
  const later = await visit(alice.path, first, ...pinned);
  assertEquals(later.remarks.includes("no longer"), false);

  // Who was away meanwhile is alarmed, as by any other key.
  const link = ["connect", where, "--json"];
  await using warned = chat(bob.path, link);
  await warned.endInput();
  assertEquals(await warned.exit(soon()), 3);
  await stop(third);

  // The thief of the old key is refused by whoever has moved over.
  await Deno.rename(
    `${home.path}/chat/identity.pem.previous`,
    `${home.path}/chat/identity.pem`,
  );
  await using thief = await serveAgain(home.path, port);
  await using robbed = chat(alice.path, [...link, ...pinned]);
  await robbed.endInput();
  assertEquals(await robbed.exit(soon()), 3);
  await stop(thief);
});

Deno.test("a member turns to its next key, and keeps its name and what waits", async () => {
  await using home = await temporaryHome();
  await using alice = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  const pin = `--pin=${server.fingerprint}`;
  await visit(alice.path, server, "--name=alice", pin);
  const next = told(await run(alice.path, "id", "rotate", "--json"));
  const moved = await visit(alice.path, server);
  assertStringIncludes(moved.remarks, "You have a new key");
  const [welcome] = moved.events;
  assertEquals(
    [welcome?.["name"], welcome?.["fingerprint"]],
    ["alice", next.fingerprint],
  );
  await run(alice.path, "id", "rotate", "--finish");
  const after = await visit(alice.path, server);
  assertEquals(after.remarks.includes("new key"), false);
  assertEquals(after.events[0]?.["fingerprint"], next.fingerprint);
  const devices = [...Deno.readDirSync(`${alice.path}/chat/devices`)];
  assertEquals(devices.length, 1);

  // Twice, without a visit between: the server knows the one before.
  const third = told(await run(alice.path, "id", "rotate", "--json"));
  await run(alice.path, "id", "rotate", "--finish");
  const late = await visit(alice.path, server);
  assertEquals(
    [late.events[0]?.["name"], late.events[0]?.["fingerprint"]],
    ["alice", third.fingerprint],
  );

  // The key before is nobody any more.
  await Deno.rename(
    `${alice.path}/chat/identity.pem.previous`,
    `${alice.path}/chat/identity.pem`,
  );
  const where = `127.0.0.1:${server.port}`;
  const args = ["connect", where, "--json", "--name=alice"];
  await using thief = chat(alice.path, args);
  await thief.endInput();
  assertEquals(await thief.exit(soon()), 4, thief.stderr.lines.join("\n"));
  assertStringIncludes(thief.stderr.lines.join("\n"), "replaced");
});
