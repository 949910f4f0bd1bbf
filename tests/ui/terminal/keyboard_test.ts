import { utf8 } from "../../../lib/bytes.ts";
import { Keyboard } from "../../../lib/ui/terminal/keyboard.ts";
import { assertEquals } from "../../support/assert.ts";
import { FakeInput } from "../../support/fake_input.ts";
import { macrotask } from "../../support/fake_terminal.ts";

const never = new AbortController().signal;

Deno.test("Keyboard.read() gives keys one at a time, to whoever asks", async () => {
  const input = new FakeInput();
  const keyboard = new Keyboard(input);
  input.feed(utf8("a\rb"));
  assertEquals(await keyboard.read(never), { kind: "text", text: "a" });
  assertEquals(await keyboard.read(never), { kind: "press", name: "enter" });
  assertEquals(await keyboard.read(never), { kind: "text", text: "b" });
});

Deno.test("Keyboard.read() gives null at the end of the input, again and again", async () => {
  const input = new FakeInput();
  const keyboard = new Keyboard(input);
  input.feed(utf8("a"));
  input.feed(null);
  assertEquals(await keyboard.read(never), { kind: "text", text: "a" });
  assertEquals(await keyboard.read(never), null);
  assertEquals(await keyboard.read(never), null);
});

Deno.test("Keyboard.read() loses nothing when it is aborted", async () => {
  const input = new FakeInput();
  const keyboard = new Keyboard(input);
  const stop = new AbortController();
  const reading = keyboard.read(stop.signal);
  stop.abort();
  assertEquals(await reading, null);
  input.feed(utf8("a"));
  assertEquals(await keyboard.read(never), { kind: "text", text: "a" });
});

Deno.test("Keyboard.read() keeps the start of a sequence when it is aborted", async () => {
  const input = new FakeInput();
  input.patient = true;
  const keyboard = new Keyboard(input);
  const stop = new AbortController();
  input.feed(utf8("\x1b"));
  const reading = keyboard.read(stop.signal);
  await macrotask();
  stop.abort();
  assertEquals(await reading, null);
  input.feed(utf8("[A"));
  assertEquals(await keyboard.read(never), { kind: "press", name: "up" });
});

Deno.test("Keyboard.read() takes an escape for the key when nothing follows", async () => {
  const input = new FakeInput();
  const keyboard = new Keyboard(input);
  input.feed(utf8("\x1b"));
  assertEquals(await keyboard.read(never), { kind: "press", name: "escape" });
});

Deno.test("Keyboard.read() waits for the rest of a sequence", async () => {
  const input = new FakeInput();
  input.patient = true;
  const keyboard = new Keyboard(input);
  input.feed(utf8("\x1b"));
  const reading = keyboard.read(never);
  input.feed(utf8("[A"));
  assertEquals(await reading, { kind: "press", name: "up" });
});
