import { assertEquals } from "../support/assert.ts";
import { JsonProcess } from "../support/json_process.ts";
import { chatServe, soon, temporaryHome } from "../support/program.ts";

Deno.test("chat connect --save-link gives programs the link of the room that they make", async () => {
  await using cleanup = new AsyncDisposableStack();
  const { path } = cleanup.use(await temporaryHome());
  const server = cleanup.use(await chatServe(`${path}/server`, ["--quiet"]));
  const link = `${path}/link`;
  const make = [
    ...[`127.0.0.1:${server.port}`, `--pin=${server.fingerprint}`],
    ...["--name=ada", "--room=plans", "--sealed", `--save-link=${link}`],
  ];
  await using ada = new JsonProcess(`${path}/ada`, make);
  await ada.child.stderr.find(
    "where the link is",
    (line) => line.includes(link) ? line : undefined,
    soon(),
  );
  const file = await Deno.stat(link);
  assertEquals((file.mode ?? 0o600) & 0o777, 0o600);
  const text = (await Deno.readTextFile(link)).trim();
  const bob = ["--name=bob", `--link-file=${link}`];
  await using joined = new JsonProcess(`${path}/bob`, bob);
  await joined.says("hello");
  await ada.prints({ event: "said", room: "&plans", text: "hello" });
  assertEquals(await ada.leaves(), 0);
  // It is the same room whose link is saved again.
  await Deno.remove(link);
  await using again = new JsonProcess(`${path}/ada`, make);
  await again.says("back");
  await joined.prints({ event: "said", room: "&plans", text: "back" });
  assertEquals((await Deno.readTextFile(link)).trim(), text);
  const printed = [ada, again].flatMap((
    { child: { stdout, stderr } },
  ) => [...stdout.lines, ...stderr.lines]).join("\n");
  const [, secret = "no key"] = /key=(.+)/.exec(text) ?? [];
  assertEquals(printed.includes(secret), false);
  assertEquals(printed.includes("key="), false);
});
