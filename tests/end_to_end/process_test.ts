import { utf8 } from "../../lib/bytes.ts";
import type { Child } from "../../lib/lab/child.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import {
  certificate,
  chat,
  chatServe,
  type ServeProcess,
  soon,
  temporaryHome,
} from "../support/program.ts";

const ALICE = ["--name=alice", `--identity=${certificate("alice.pem")}`];
const BOB = ["--name=bob", `--identity=${certificate("bob")}`];

/** `chat connect` with the right pin. */
function connect(
  home: string,
  { port, fingerprint }: Pick<ServeProcess, "port" | "fingerprint">,
  args: readonly string[],
): Child {
  const where = `127.0.0.1:${port}`;
  return chat(home, ["connect", where, `--pin=${fingerprint}`, ...args]);
}

/** Waits for an event with these fields on the output of `--json`. */
async function event(
  child: Child,
  wanted: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  return await child.stdout.find(JSON.stringify(wanted), (line) => {
    const found = JSON.parse(line);
    const matches = Object.entries(wanted).every(([key, value]) =>
      found[key] === value
    );
    return matches ? found : undefined;
  }, soon());
}

Deno.test("chat serve and chat connect let people talk, and clients come again after SIGTERM", async () => {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  await using alice = connect(home.path, server, ["--json", ...ALICE]);
  await event(alice, { event: "room", room: "lobby" });
  await using bob = connect(home.path, server, ["--plain", "--stay", ...BOB]);
  await event(alice, { event: "joined", name: "bob" });
  await alice.type("hello from a program");
  await bob.stdout.find(
    "alice's line",
    (line) => /alice.*: hello from a program$/.test(line) || undefined,
    soon(),
  );
  await bob.type("hello from a pipe");
  const said = await event(alice, { event: "said", name: "bob" });
  assertEquals(said["text"], "hello from a pipe");
  server.child.terminate();
  assertEquals(await server.child.exit(soon()), 0);
  const lost = await event(alice, { event: "connection", state: "lost" });
  assertStringIncludes(String(lost["text"]), "restarts");
  await using again = await chatServe(home.path, ["--quiet"], {
    port: server.port,
  });
  await event(alice, { event: "connection", state: "restored" });
  await alice.type("still here");
  await bob.stdout.find(
    "alice's line",
    (line) => /alice.*: still here$/.test(line) || undefined,
    soon(),
  );
  [alice, bob, again.child].forEach((child) => child.terminate());
  const exits = [alice, bob, again.child].map((child) => child.exit(soon()));
  assertEquals(await Promise.all(exits), [0, 0, 0]);
});

Deno.test("chat connect ends with 3 and says what changed when the key is another", async () => {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  const pin = "SHA256:" + "A".repeat(43);
  await using client = chat(home.path, [
    "connect",
    `127.0.0.1:${server.port}`,
    `--pin=${pin}`,
    ...ALICE,
  ]);
  assertEquals(await client.exit(soon()), 3);
  const output = client.stderr.lines.join("\n");
  assertStringIncludes(output, `named    ${pin}`);
  assertStringIncludes(output, server.fingerprint);
  assertStringIncludes(output, "[CHAT_PIN_MISMATCH]");
});

Deno.test("chat connect remembers a key, and refuses a link that names another", async () => {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  await using first = connect(home.path, server, ALICE);
  await first.endInput();
  assertEquals(await first.exit(soon()), 0);
  const where = `127.0.0.1:${server.port}`;
  await using again = chat(home.path, ["connect", where, ...ALICE]);
  await again.endInput();
  assertEquals(await again.exit(soon()), 0);
  const link = `chat://${where}/?pin=SHA256:${"A".repeat(43)}`;
  await using lured = chat(home.path, ["connect", link, ...ALICE]);
  assertEquals(await lured.exit(soon()), 3);
});

Deno.test("chat connect refuses an unknown server when nobody can be asked", async () => {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  const where = `127.0.0.1:${server.port}`;
  await using client = chat(home.path, ["connect", where, ...ALICE]);
  assertEquals(await client.exit(soon()), 6);
  assertStringIncludes(client.stderr.lines.join("\n"), "CHAT_SERVER_UNKNOWN");
});

Deno.test("chat serve --authorized admits its keys, and reads the file again when it changes", async () => {
  await using home = await temporaryHome();
  const file = `${home.path}/authorized_keys`;
  const bob = await Deno.readTextFile(certificate("bob.pub"));
  await Deno.writeTextFile(file, bob, { mode: 0o600 });
  await using server = await chatServe(home.path, [
    "--quiet",
    `--authorized=${file}`,
  ]);
  await using stranger = connect(home.path, server, ALICE);
  assertEquals(await stranger.exit(soon()), 4);
  assertStringIncludes(
    stranger.stderr.lines.join("\n"),
    "your key is not among the authorized ones [CHAT_NOT_AUTHORIZED]",
  );
  await using member = connect(home.path, server, ["--json", ...BOB]);
  await event(member, { event: "room", room: "lobby" });
  await Deno.writeTextFile(file, "# nobody any more\n");
  assertEquals(await member.exit(soon()), 4);
  await using late = connect(home.path, server, BOB);
  assertEquals(await late.exit(soon()), 4);
});

Deno.test("chat serve says which port is in use, which address is not ours, which file is missing", async () => {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  const cases = [
    [[`--host=127.0.0.1`, `--port=${server.port}`], 1, "the port is in use"],
    [["--host=192.0.2.77", "--port=0"], 1, "does not have that address"],
    [["--host=nonsense", "--port=0"], 1, "not an address of this machine"],
    [["--port=70000"], 2, "65535"],
    [["--port=0", `--authorized=${home.path}/none`], 1, "does not exist"],
    [["--port=0", `--identity=${home.path}/none`], 1, "does not exist"],
  ] as const;
  for (const [args, exit, found] of cases) {
    await using child = chat(home.path, [
      "serve",
      "--quiet",
      "--no-history",
      ...args,
    ]);
    assertEquals(await child.exit(soon()), exit, child.stderr.lines.join("\n"));
    assertStringIncludes(child.stderr.lines.join("\n"), found);
  }
});

Deno.test("chat connect reports what keeps it from a name, a server or an address", async () => {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  await using alice = connect(home.path, server, ["--json", ...ALICE]);
  await event(alice, { event: "room", room: "lobby" });
  const pin = `--pin=${server.fingerprint}`;
  const where = `127.0.0.1:${server.port}`;
  const cases = [
    [[where, pin, "--name=alice"], 1, "CHAT_NAME_TAKEN"],
    [[where, pin, "--name=a b"], 1, "CHAT_NAME_INVALID"],
    [[where, pin], 1, "CHAT_NAME_INVALID"],
    [["127.0.0.1:1", pin], 5, "CHAT_UNREACHABLE"],
    [["two words"], 2, "CHAT_ADDRESS_INVALID"],
    [[where, "--pin=nonsense"], 2, "CHAT_FINGERPRINT_INVALID"],
  ] as const;
  for (const [args, exit, code] of cases) {
    await using child = chat(home.path, ["connect", ...args]);
    assertEquals(await child.exit(soon()), exit, child.stderr.lines.join("\n"));
    assertStringIncludes(child.stderr.lines.join("\n"), `[${code}]`);
  }
});

Deno.test("chat connect tells that a killed server was cut off, and tries again", async () => {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, ["--quiet"]);
  await using alice = connect(home.path, server, ["--json", ...ALICE]);
  await event(alice, { event: "room", room: "lobby" });
  await server.child[Symbol.asyncDispose]();
  const lost = await event(alice, { event: "connection", state: "lost" });
  assertStringIncludes(String(lost["text"]), "without a goodbye");
  alice.terminate();
  assertEquals(await alice.exit(soon()), 0);
});

Deno.test("chat connect ends with 130 when it is interrupted while it connects", async () => {
  await using home = await temporaryHome();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const pin = `--pin=SHA256:${"A".repeat(43)}`;
  const where = `127.0.0.1:${silent.addr.port}`;
  await using client = chat(home.path, ["connect", where, pin, ...ALICE]);
  using _held = await silent.accept();
  client.terminate();
  assertEquals(await client.exit(soon()), 130);
  assertEquals(client.stderr.lines.join("\n").includes("AbortError"), false);
});

Deno.test({
  name: "chat serve outlives a standard error that cannot be written",
  ignore: Deno.build.os !== "linux", // it has /dev/full
  async fn(): Promise<void> {
    await using home = await temporaryHome();
    await using server = await chatServe(home.path, ["--quiet"], {
      through: ["sh", "-c", 'exec "$0" "$@" 2> /dev/full'],
    });
    const hello = new Uint8Array(28);
    hello.set([0, 0, 0, 24, 1, 0, 21, ...utf8("chat"), 2]);
    for (let i = 0; i < 20; i++) {
      using conn = await Deno.connect({
        hostname: "127.0.0.1",
        port: server.port,
      });
      await conn.write(hello);
      assertEquals(await conn.read(new Uint8Array(8)), 8); // the alert
    }
    await using alice = connect(home.path, server, ["--json", ...ALICE]);
    await event(alice, { event: "room", room: "lobby" });
  },
});

Deno.test({
  name: "chat connect ends at once when it is asked a second time",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await using home = await temporaryHome();
    await using server = await chatServe(home.path, ["--quiet"]);
    await using alice = connect(home.path, server, ["--json", ...ALICE]);
    await event(alice, { event: "room", room: "lobby" });
    Deno.kill(server.child.pid, "SIGSTOP"); // it answers no goodbye
    const ended = alice.exit(soon());
    let over = false;
    void ended.then(() => over = true);
    while (!over) {
      alice.terminate();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assertEquals(await ended, 130);
  },
});
