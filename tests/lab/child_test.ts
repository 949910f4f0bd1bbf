import { Child } from "../../lib/lab/child.ts";
import { LineLog } from "../../lib/lab/line_log.ts";
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

function lines(...chunks: string[]): LineLog {
  return new LineLog(
    ReadableStream.from(chunks).pipeThrough(
      new TextEncoderStream(),
    ),
  );
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

Deno.test("LineLog cuts lines however they arrive", async () => {
  const log = lines("on", "e\ntwo\n\nfo", "ur");
  await log.done;
  assertEquals(log.lines, ["one", "two", "", "four"]);
});

Deno.test("LineLog.find() sees old lines and new ones", async () => {
  const log = lines("got 1\n", "other\n", "got 2\n");
  assertEquals(await log.find("1", gotten, patience), "1");
  const second = (line: string): true | undefined =>
    line === "got 2" ? true : undefined;
  assertEquals(await log.find("2", second, patience), true);
});

Deno.test("LineLog.find() says what is missing at the end", async () => {
  const none = (): undefined => undefined;
  await assertRejects(
    () => lines("one\n").find("a greeting", none, patience),
    Error,
    "Cannot wait for a greeting: the program has ended",
  );
});

Deno.test("LineLog.find() gives up when told to", async () => {
  const impatient = new AbortController();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const log = new LineLog(readable);
  const found = log.find("x", () => undefined, impatient.signal);
  impatient.abort(new Error("enough"));
  await assertRejects(() => found, Error, "enough");
  await writable.close();
  await log.done;
});

function gotten(line: string): string | undefined {
  return line.startsWith("got ") ? line.slice(4) : undefined;
}
