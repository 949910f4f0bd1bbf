import { askLine, askTrust, confirm } from "../../../lib/ui/terminal/ask.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { FakeTerminal, KEYS, pasted } from "../../support/fake_terminal.ts";

const fingerprint = "SHA256:x7Kp".padEnd(50, "A");
const server = {
  address: "chat.example.org:7000",
  fingerprint,
  words: "abandon ability able",
};

Deno.test("askLine() gives the line that was typed and edited", async () => {
  using terminal = new FakeTerminal();
  const asking = askLine("Your name:", terminal);
  terminal.type("alize");
  await terminal.shows("Your name: alize");
  terminal.type(KEYS.left + "\x7fc" + KEYS.enter);
  assertEquals(await asking, "alice");
  assertEquals(terminal.screen.rows, ["Your name: alice"]);
  assert(!terminal.raw);
});

Deno.test("askLine() offers an answer to accept or change", async () => {
  using terminal = new FakeTerminal();
  const asking = askLine("Your name:", terminal, { initial: "alice" });
  await terminal.shows("Your name: alice");
  terminal.type("2\r");
  assertEquals(await asking, "alice2");
});

Deno.test("askLine() gives undefined when the person declines", async () => {
  for (const how of ["x" + KEYS.ctrlC, KEYS.ctrlD, null]) {
    using terminal = new FakeTerminal();
    const asking = askLine("Your name:", terminal);
    if (how === null) terminal.feed(null);
    else terminal.type(how);
    assertEquals(await asking, undefined);
    assertEquals(terminal.screen.rows, []);
  }
});

Deno.test("askLine() gives up when its signal aborts", async () => {
  using terminal = new FakeTerminal();
  const stop = new AbortController();
  const asking = askLine("Your name:", terminal, { signal: stop.signal });
  await terminal.shows("Your name:");
  stop.abort();
  assertEquals(await asking, undefined);
});

Deno.test("askLine() leaves what was typed ahead to the next question", async () => {
  using terminal = new FakeTerminal();
  terminal.type("one\rtwo\r");
  assertEquals(await askLine("First:", terminal), "one");
  assertEquals(await askLine("Second:", terminal), "two");
});

Deno.test("askLine() gives one safe line, whatever was pasted", async () => {
  using terminal = new FakeTerminal();
  terminal.type(pasted("\x1b[31ma\nb") + "\x1b\r" + KEYS.enter);
  assertEquals(await askLine("Say:", terminal), "a b");
});

Deno.test("confirm() asks until the answer is yes or no", async () => {
  const answers: Record<string, boolean> = {
    "perhaps\ryes\r": true,
    "Y\r": true,
    "\rno\r": false,
    "\x03": false,
  };
  for (const [keys, answer] of Object.entries(answers)) {
    using terminal = new FakeTerminal();
    terminal.type(keys);
    assertEquals(await confirm("Sure?", terminal), answer, keys);
  }
});

Deno.test("askTrust() shows fingerprint and words, and trusts the same fingerprint", async () => {
  using terminal = new FakeTerminal({ columns: 70, rows: 12 });
  const asking = askTrust(server, terminal);
  await terminal.shows("Paste its fingerprint");
  const shown = terminal.screen.rows.join("\n");
  for (const part of Object.values(server)) assert(shown.includes(part), part);
  terminal.type(pasted(fingerprint) + KEYS.enter);
  assertEquals(await asking, true);
});

Deno.test("askTrust() trusts nothing but yes or the same fingerprint", async () => {
  const other = "SHA256:x7Kq".padEnd(50, "A");
  const answers: Record<string, boolean> = {
    "yes\r": true,
    "what?\ryes\r": true,
    "no\r": false,
    "\r": false,
    "\x04": false,
    [`${other}\r`]: false,
  };
  for (const [keys, trust] of Object.entries(answers)) {
    using terminal = new FakeTerminal();
    terminal.type(keys);
    assertEquals(await askTrust(server, terminal), trust, keys);
  }
});

Deno.test("askTrust() warns of a different fingerprint", async () => {
  using terminal = new FakeTerminal();
  terminal.type("SHA256:" + "B".repeat(43) + "\r");
  await askTrust(server, terminal);
  await terminal.shows("That is another fingerprint");
});
