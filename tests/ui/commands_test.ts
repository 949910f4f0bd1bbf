import { commandNames, helpText, parseInput } from "../../lib/ui/commands.ts";
import { assert, assertEquals } from "../support/assert.ts";

const guest = { operator: false };
const operator = { operator: true };

Deno.test("parseInput() says what is no command", () => {
  for (const text of ["hello", " two  spaces", "a\n/b", "¡/help"]) {
    assertEquals(parseInput(text, guest), { kind: "say", text });
  }
  assertEquals(parseInput("\n\nhello \n\n", guest), {
    kind: "say",
    text: "hello",
  });
});

Deno.test("parseInput() says a text that starts with two slashes with one", () => {
  assertEquals(parseInput("//etc/hosts", guest), {
    kind: "say",
    text: "/etc/hosts",
  });
});

Deno.test("parseInput() ignores a blank line", () => {
  for (const text of ["", "  ", "\n", " \t\n"]) {
    assertEquals(parseInput(text, guest), { kind: "nothing" });
  }
});

Deno.test("parseInput() understands every command", () => {
  assertEquals(parseInput("/help", guest), { kind: "help" });
  assertEquals(parseInput("/WHO ", guest), { kind: "who" });
  assertEquals(parseInput("/quit", guest), { kind: "quit" });
  assertEquals(parseInput("/me  waves\nand bows", guest), {
    kind: "act",
    text: "waves\nand bows",
  });
  assertEquals(parseInput("/whois bob", guest), { kind: "whois", name: "bob" });
  assertEquals(parseInput("/kick bob", operator), {
    kind: "kick",
    name: "bob",
  });
});

Deno.test("parseInput() takes a name as it is shown or completed", () => {
  for (const name of ["bob", "@bob", "bob·Qm2d", "bob:", "bob, "]) {
    assertEquals(parseInput(`/whois ${name}`, guest), {
      kind: "whois",
      name: "bob",
    });
  }
});

Deno.test("parseInput() never says a command it does not understand", () => {
  const mistakes: Record<string, string> = {
    "/hlep": "There is no /hlep; did you mean /help?",
    "/usr/bin is full":
      "There is no /usr/bin; see /help, or type // to say a text with /",
    "/": "There is no /; see /help, or type // to say a text with /",
    "/ hello": "There is no /; see /help, or type // to say a text with /",
    "/quit now": "/quit takes nothing after it",
    "/me": "Usage: /me TEXT",
    "/whois ": "Usage: /whois NAME",
    "/kick bob": "Only the operator of the server may /kick",
    "/constructor":
      "There is no /constructor; see /help, or type // to say a text with /",
  };
  for (const [line, text] of Object.entries(mistakes)) {
    assertEquals(parseInput(line, guest), { kind: "mistake", text });
  }
});

Deno.test("helpText() lists what there is, and for operators more", () => {
  for (const name of commandNames(guest)) {
    assert(helpText(guest).includes(name));
  }
  assert(!helpText(guest).includes("/kick"));
  assert(helpText(operator).includes("/kick NAME"));
  assert(helpText(operator).includes("close the room for everybody"));
  assert(helpText(guest).split("\n").every((line) => line.length <= 58));
});
