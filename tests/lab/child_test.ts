import { Child } from "../../lib/lab/child.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";

const patience = AbortSignal.timeout(30_000);
const ECHO = `
  const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const text of input) console.log("got " + text.trim());
  console.error("bye");
  Deno.exit(7);
`;

function child(script: string): Child {
  return new Child(Deno.execPath(), ["eval", "--no-config", script], {
    name: "child",
  });
}

Deno.test("Child takes lines, gives lines and tells its status", async () => {
  await using echo = child(ECHO);
  await echo.type("hello");
  const answer = await echo.stdout.find("an answer", gotten, patience);
  assertEquals(answer, "hello");
  await echo.endInput();
  assertEquals(await echo.exit(patience), 7);
  assertEquals(echo.stderr.lines, ["bye"]);
  await echo.endInput(); // it is gone: nothing happens
  echo.terminate();
});

Deno.test("Child.exit() waits for all the output", async () => {
  const script = `for (let i = 0; i < 5000; i++) console.log("got " + i)`;
  await using talkative = child(script);
  assertEquals(await talkative.exit(patience), 0);
  assertEquals(talkative.stdout.lines.length, 5000);
});

Deno.test("Child is killed by disposal, whatever it does", async () => {
  const stubborn = child(`setInterval(() => {}, 1000); console.log("up")`);
  await stubborn.stdout.find("up", (line) => line, patience);
  await stubborn[Symbol.asyncDispose]();
  assertEquals(await stubborn.exit(patience), 137);
});

Deno.test("Child.exit() gives up when told to", async () => {
  await using stubborn = child(`setInterval(() => {}, 1000)`);
  const impatient = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => stubborn.exit(impatient), Error, "enough");
});

function gotten(line: string): string | undefined {
  return line.startsWith("got ") ? line.slice(4) : undefined;
}
