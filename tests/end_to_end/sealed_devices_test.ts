import { assertEquals } from "../support/assert.ts";
import { JsonProcess } from "../support/json_process.ts";
import { chatServe, soon, temporaryHome } from "../support/program.ts";
import { Pty } from "../support/pty.ts";
import { testWith } from "../support/tools.ts";

Deno.test("chat connect takes the keys of a room whose link is given once more, on another machine and with --no-state", async () => {
  await using cleanup = new AsyncDisposableStack();
  const { path } = cleanup.use(await temporaryHome());
  const server = cleanup.use(await chatServe(`${path}/server`, ["--quiet"]));
  const at = [`127.0.0.1:${server.port}`, `--pin=${server.fingerprint}`];
  const link = `${path}/link`;
  await using ada = new JsonProcess(`${path}/ada`, [
    ...[...at, "--name=ada", "--room=plans", "--sealed"],
    `--save-link=${link}`,
  ]);
  await ada.child.stderr.find(
    "where the link is",
    (line) => line.includes(link) ? line : undefined,
    soon(),
  );
  const enter = ["--name=bob", `--link-file=${link}`];
  {
    await using first = new JsonProcess(`${path}/bob`, enter);
    await first.says("kept");
    assertEquals(await first.leaves(), 0);
  }
  const identity = "chat/identity.pem";
  await Deno.mkdir(`${path}/other/chat`, { recursive: true, mode: 0o700 });
  await Deno.copyFile(`${path}/bob/${identity}`, `${path}/other/${identity}`);
  {
    await using second = new JsonProcess(`${path}/other`, enter);
    await second.says("from the other machine");
    assertEquals(await second.leaves(), 0);
  }
  for (const text of ["once", "once more"]) {
    await using passing = new JsonProcess(`${path}/other`, [
      ...enter,
      "--no-state",
    ]);
    await passing.says(text);
    assertEquals(await passing.leaves(), 0);
  }
  await ada.prints({ event: "said", text: "once more" });
  assertEquals(ada.said("&plans"), [
    ...["bob: kept", "bob: from the other machine"],
    ...["bob: once", "bob: once more"],
  ]);
});

testWith(
  ["script", "stty"],
  "a direct message reaches who was once here with --no-state",
  async () => {
    await using home = await temporaryHome();
    const folder = (name: string): string => `${home.path}/${name}`;
    await using server = await chatServe(folder("server"), ["--quiet"]);
    const { port, fingerprint } = server;
    const at = [`127.0.0.1:${port}`, `--pin=${fingerprint}`];
    for (const more of [[], ["--no-state"]]) {
      await using bob = new JsonProcess(folder("bob"), [
        ...[...at, "--name=bob"],
        ...more,
      ]);
      await bob.says("here I was");
      assertEquals(await bob.leaves(), 0);
    }
    await using ada = new Pty(folder("ada"), [
      ...["connect", ...at, "--name=ada"],
    ]);
    await ada.shows("open #lobby");
    await ada.type("/msg bob for you alone\r");
    await ada.shows(/waits for/);
    await using bob = new JsonProcess(folder("bob"), [...at, "--name=bob"]);
    await bob.prints({ event: "said", text: "for you alone" });
  },
);
