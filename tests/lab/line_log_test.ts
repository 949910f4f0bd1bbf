import { concat, utf8 } from "../../lib/bytes.ts";
import { LineLog, MAX_LINES } from "../../lib/lab/line_log.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";

const patience = AbortSignal.timeout(30_000);

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

Deno.test("LineLog keeps characters whole that arrive in parts", async () => {
  const bytes = utf8("Łódź ☂");
  const log = new LineLog(ReadableStream.from(
    Array.from(bytes, (byte) => Uint8Array.of(byte)),
  ));
  await log.done;
  assertEquals(log.lines, ["Łódź ☂"]);
});

Deno.test("LineLog forgets the oldest lines and still finds the new ones", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const log = new LineLog(readable);
  const last = log.find("the last", gotten, patience);
  const writer = writable.getWriter();
  const chunk = utf8("line\n".repeat(MAX_LINES / 2));
  for (let i = 0; i < 5; i++) await writer.write(chunk);
  await writer.write(concat(chunk, utf8("got it\n")));
  assertEquals(await last, "it");
  assertEquals(log.lines.length, MAX_LINES);
  assertEquals(log.lines.at(-1), "got it");
  await writer.close();
  await log.done;
});

function lines(...chunks: string[]): LineLog {
  return new LineLog(
    ReadableStream.from(chunks).pipeThrough(
      new TextEncoderStream(),
    ),
  );
}

function gotten(line: string): string | undefined {
  return line.startsWith("got ") ? line.slice(4) : undefined;
}
