import type { Child } from "../../lib/lab/child.ts";
import { assert, assertEquals } from "../support/assert.ts";
import {
  certificate,
  chat,
  chatServe,
  soon,
  temporaryHome,
} from "../support/program.ts";

/** The first line of a program's output. */
async function firstLine(child: Child): Promise<string> {
  return await child.stdout.find("a line", (line) => line || undefined, soon());
}

Deno.test("chat invite admits one person to a closed server, which runs meanwhile", async () => {
  await using home = await temporaryHome();
  const list = `${home.path}/authorized_keys`;
  await Deno.writeTextFile(list, "# nobody\n");
  await using server = await chatServe(home.path, [
    "--quiet",
    `--authorized=${list}`,
  ]);
  const connect = (link: string, file: string, name: string): Child =>
    chat(home.path, [
      "connect",
      link,
      "--json",
      `--name=${name}`,
      `--identity=${certificate(file)}`,
    ]);
  const bare = `chat://127.0.0.1:${server.port}/?pin=${
    encodeURIComponent(server.fingerprint)
  }`;
  {
    await using early = connect(bare, "alice.pem", "alice");
    assertEquals(await early.exit(soon()), 4);
    assert(early.stderr.lines.join().includes("CHAT_NOT_AUTHORIZED"));
  }
  await using inviting = chat(home.path, ["invite", "--for=1h"]);
  const link = await firstLine(inviting);
  assertEquals(await inviting.exit(soon()), 0);
  assert(link.startsWith(bare.split("?")[0] ?? ""), link);

  await using alice = connect(link, "alice.pem", "alice");
  await firstLine(alice);
  await using bob = connect(link, "bob", "bob");
  assertEquals(await bob.exit(soon()), 4);
  const told = bob.stderr.lines.join("\n");
  assert(told.includes("CHAT_INVITATION_INVALID"), told);
  assert(!told.includes(link.split("#invite=")[1] ?? "?"), "not quoted");
  alice.terminate();
  await alice.exit(soon());
  await using again = connect(bare, "alice.pem", "alice");
  await firstLine(again);
});
