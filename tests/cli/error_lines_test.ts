import { errorLines } from "../../lib/cli/error_lines.ts";
import { ChatError } from "../../lib/errors.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("errorLines() tells what happened and what to do", () => {
  const error = new ChatError("CHAT_USAGE", "Cannot run x: \x1b[2J");
  assertEquals(errorLines(error, undefined), [
    "error: Cannot run x: \\u{1b}[2J [CHAT_USAGE]",
    "hint: Run `chat help` for usage",
  ]);
});

Deno.test("errorLines() prints the hint that knows more, safely", () => {
  const hint = "See \x1b[2J";
  const error = new ChatError("CHAT_USAGE", "Cannot run x: y", { hint });
  assertEquals(errorLines(error, undefined)[1], "hint: See \\u{1b}[2J");
  const none = new ChatError("CHAT_USAGE", "Cannot run x: y", { hint: "" });
  assertEquals(errorLines(none, undefined).length, 1);
});

Deno.test("errorLines() wraps for a terminal", () => {
  const error = new ChatError(
    "CHAT_KICKED",
    `Cannot stay: ${"no ".repeat(40)}`,
  );
  const rows = errorLines(error, 40);
  assert(rows.every(({ length }) => length < 40));
  const begin = rows.filter((row) => !row.startsWith("  "));
  assertEquals(begin.map((row) => row.slice(0, 5)), ["error", "hint:"]);
});

Deno.test("errorLines() shows no secret of an invitation", () => {
  const link = "chat://host/#invite=AAECAwQFBgcICQoLDA0ODw";
  const error = new ChatError("CHAT_USAGE", `no command "${link}"`);
  for (const columns of [undefined, 40]) {
    const text = errorLines(error, columns).join("");
    assert(text.includes("#invite=...") && !text.includes("AAEC"), text);
  }
});
