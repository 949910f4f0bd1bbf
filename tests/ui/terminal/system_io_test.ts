import { utf8 } from "../../../lib/bytes.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
} from "../../support/assert.ts";

const program = new URL("../../support/talk.ts", import.meta.url).pathname;
const command = [Deno.execPath(), "run", "-A", "--no-check", program];

Deno.test("systemPlain() carries a conversation over pipes", async () => {
  const child = new Deno.Command(command[0] ?? "", {
    args: [...command.slice(1), "--json"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(utf8("hello\nwörld"));
  await input.close();
  const { code, stdout, stderr } = await child.output();
  const texts = new TextDecoder().decode(stdout).trimEnd().split("\n")
    .map((line) => JSON.parse(line).text);
  assertEquals(texts, [undefined, "hello", "wörld"]); // first, who we are
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
});

Deno.test("systemPlain() ends quietly when its reader is gone", async () => {
  const child = new Deno.Command(command[0] ?? "", {
    args: command.slice(1),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stdout.cancel();
  const input = child.stdin.getWriter();
  await input.write(utf8("hello\n")); // and its echo finds nobody
  const { code } = await child.status;
  const stderr = await new Response(child.stderr).text();
  assertEquals([code, stderr], [0, ""]);
  await input.close().catch(() => {}); // it may have ended before
});

Deno.test({
  name: "systemPlain() knows how wide a terminal behind its output is",
  ignore: Deno.build.os !== "linux", // `script` of other systems differs
  async fn(): Promise<void> {
    const shell = `stty rows 24 cols 40; echo ${"x".repeat(90)} | ` +
      command.join(" ");
    const { stdout } = await new Deno.Command("script", {
      args: ["-qefc", shell, "/dev/null"],
      env: { TERM: "dumb", TZ: "UTC" },
      stdin: "null",
    }).output();
    const rows = new TextDecoder().decode(stdout).split("\r\n");
    assertStringIncludes(rows.join("|"), `|      ${"x".repeat(33)}|`);
  },
});

Deno.test({
  name: "systemTerminal() takes over a real terminal and gives it back",
  ignore: Deno.build.os !== "linux", // `script` of other systems differs
  async fn(): Promise<void> {
    const child = new Deno.Command("script", {
      args: [
        "-qefc",
        `stty rows 24 cols 80; ${command.join(" ")}; stty -a`,
        "/dev/null",
      ],
      env: { TERM: "xterm-256color", NO_COLOR: "1", TZ: "UTC" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const input = child.stdin.getWriter();
    let shown = "";
    const steps = [
      { when: "2 people", type: "hello\r" },
      { when: "alice\x1b[m\x1b[2m·x7Kp\x1b[m: hello", type: "/quit\r" },
    ];
    for await (const bytes of child.stdout) {
      shown += new TextDecoder().decode(bytes);
      const step = steps[0];
      if (step === undefined || !shown.includes(step.when)) continue;
      steps.shift();
      await input.write(utf8(step.type));
    }
    assertEquals((await child.status).code, 0);
    assertStringIncludes(shown, "\x1b[?2004h");
    const end = shown.slice(shown.lastIndexOf("\x1b[?2004l"));
    assert(/(?<!-)\bicanon\b/.test(end) && /(?<!-)\becho\b/.test(end), end);
    await input.close().catch(() => {}); // it may have ended before
  },
});
