import { COMMANDS } from "../../lib/ui/command_table.ts";
import { commandNames, helpText, parseInput } from "../../lib/ui/commands.ts";
import type { Action } from "../../lib/ui/request.ts";
import { assert, assertEquals } from "../support/assert.ts";

const guest = { standing: "member" } as const;
const operator = { standing: "operator" } as const;

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

const UNDERSTOOD: Readonly<Record<string, Action>> = {
  "/help": { kind: "help" },
  "/WHO ": { kind: "who" },
  "/names": { kind: "who" },
  "/quit": { kind: "quit" },
  "/me  waves\nand bows": { kind: "act", text: "waves\nand bows" },
  "/whois bob": { kind: "whois", subject: "bob" },
  "/whois SHA256:a·b:": { kind: "whois", subject: "SHA256:a·b:" },
  "/join dev": { kind: "join", name: "dev" },
  "/j #dev": { kind: "join", name: "dev" },
  "/room @bob": { kind: "room", name: "@bob" },
  "/rooms": { kind: "rooms" },
  "/part": { kind: "leave" },
  "/topic": { kind: "topic" },
  "/topic all about it": { kind: "title", text: "all about it" },
  "/msg @bob·Qm2d": { kind: "direct", subject: "bob" },
  "/msg bob hi  there": { kind: "tell", subject: "bob", text: "hi  there" },
  "/history": { kind: "history", count: null },
  "/history 200": { kind: "history", count: 200 },
  "/search two words": { kind: "search", words: "two words" },
  "/outbox": { kind: "outbox" },
  "/retry": { kind: "retry", number: null },
  "/retry 3": { kind: "retry", number: 3 },
  "/discard 3": { kind: "discard", number: 3 },
  "/link": { kind: "link" },
};
const SEALED: Readonly<Record<string, Action>> = {
  "/seal plans": { kind: "seal", name: "plans" },
  "/seal &plans": { kind: "seal", name: "plans" },
  "/open chat://x/y#key=z": { kind: "open", link: "chat://x/y#key=z" },
  "/verify bob": { kind: "verify", subject: "bob", claim: "" },
  "/verify @bob·Qm2d ok": { kind: "verify", subject: "bob", claim: "ok" },
  "/verify bob CHAT1:1 2": {
    kind: "verify",
    subject: "bob",
    claim: "CHAT1:1 2",
  },
  "/digits": { kind: "digits" },
  "/remove bob": { kind: "remove", subject: "bob" },
  "/rekey": { kind: "rekey" },
  "/resync": { kind: "resync" },
  "/share-history 20": { kind: "share", count: 20 },
  "/join &plans": { kind: "rejoin", name: "plans" },
  "/room &plans": { kind: "room", name: "&plans" },
};
for (const [line, action] of Object.entries(SEALED)) {
  Deno.test(`parseInput() understands ${line} of sealed rooms`, () => {
    assertEquals(parseInput(line, guest), action);
  });
}

Deno.test("parseInput() takes /invite for the link of the room in a sealed one, from everybody", () => {
  const sealed = { ...guest, room: "sealed" } as const;
  assertEquals(parseInput("/invite", sealed), { kind: "room_link" });
  const weeks = { kind: "invite", seconds: 604_800 } as const;
  assertEquals(parseInput("/invite 1w", sealed), weeks);
  for (const room of ["open", "direct"] as const) {
    assertEquals(parseInput("/invite", { ...guest, room }), {
      kind: "mistake",
      text: "Only operators may /invite",
    });
    const seconds = 86_400;
    const day = { kind: "invite", seconds } as const;
    assertEquals(parseInput("/invite", { ...operator, room }), day);
  }
  assert(helpText(sealed).includes("/invite [7d]"));
  assert(!helpText(guest).includes("/invite"));
});

for (const [line, action] of Object.entries(UNDERSTOOD)) {
  Deno.test(`parseInput() understands ${JSON.stringify(line)}`, () => {
    assertEquals(parseInput(line, guest), action);
  });
}

const MODERATION: Readonly<Record<string, Action>> = {
  "/kick bob": moderate("kick", "bob"),
  "/mute bob": moderate("mute", "bob"),
  "/mute bob 10m": moderate("mute", "bob", 600),
  "/unmute bob": moderate("unmute", "bob"),
  "/ban 192.0.2.1 2h": moderate("ban", "192.0.2.1", 7_200),
  "/ban SHA256:x 7d": moderate("ban", "SHA256:x", 604_800),
  "/unban bob": moderate("unban", "bob"),
  "/op bob": moderate("op", "bob"),
  "/deop bob": moderate("deop", "bob"),
  "/bans": { kind: "bans" },
  "/invite": { kind: "invite", seconds: 86_400 },
  "/invite 1w": { kind: "invite", seconds: 604_800 },
};
for (const [line, action] of Object.entries(MODERATION)) {
  Deno.test(`parseInput() understands ${line} of operators alone`, () => {
    assertEquals(parseInput(line, operator), action);
    assertEquals(parseInput(line, { standing: "owner" }), action);
    for (const standing of ["member", "muted"] as const) {
      const [command = ""] = line.split(" ");
      assertEquals(parseInput(line, { standing }), {
        kind: "mistake",
        text: `Only operators may ${command}`,
      });
    }
  });
}

Deno.test("parseInput() takes a name as it is shown or completed", () => {
  for (const name of ["bob", "@bob", "bob·Qm2d", "bob:", "bob,"]) {
    assertEquals(parseInput(`/whois ${name}`, guest), {
      kind: "whois",
      subject: "bob",
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
    "/whois a b": "Usage: /whois NAME",
    "/msg": "Usage: /msg NAME [TEXT]",
    "/msg @": "Usage: /msg NAME [TEXT]",
    "/join a b": "Usage: /join ROOM",
    "/room": "Usage: /room ROOM",
    "/history 0": "Usage: /history [N]",
    "/history 201": "Usage: /history [N]",
    "/history 5 6": "Usage: /history [N]",
    "/search": "Usage: /search WORDS",
    "/discard": "Usage: /discard N",
    "/retry x": "Usage: /retry [N]",
    "/seal": "Usage: /seal NAME",
    "/open": "Usage: /open LINK",
    "/open two words": "Usage: /open LINK",
    "/verify": "Usage: /verify NAME [ok|CODE]",
    "/share-history": "Usage: /share-history N",
    "/share-history 1001": "Usage: /share-history N",
    "/rekey now": "/rekey takes nothing after it",
    "/constructor":
      "There is no /constructor; see /help, or type // to say a text with /",
  };
  for (const [line, text] of Object.entries(mistakes)) {
    assertEquals(parseInput(line, guest), { kind: "mistake", text });
  }
  const operators: Record<string, string> = {
    "/mute bob soon": "Usage: /mute NAME [2h]",
    "/mute bob 10m 5": "Usage: /mute NAME [2h]",
    "/kick bob 10m": "Usage: /kick NAME",
    "/ban": "Usage: /ban WHO [2h]",
    "/invite never": "Usage: /invite [7d]",
  };
  for (const [line, text] of Object.entries(operators)) {
    assertEquals(parseInput(line, operator), { kind: "mistake", text });
  }
});

Deno.test("parseInput() says nothing that looks like a command behind a space", () => {
  for (const line of [" /msg bob psst", "\t/quit", "\n  /me is"]) {
    const action = parseInput(line, guest);
    assertEquals(action.kind, "mistake", line);
    assert("text" in action && action.text.includes("take the space away"));
  }
  for (const line of [" hello /me", " 1/2", "hi\n /quit"]) {
    assertEquals(parseInput(line, guest).kind, "say", line);
  }
});

Deno.test("helpText() lists what there is, and for operators more", () => {
  for (const name of commandNames(guest).keys()) {
    assert(helpText(guest).includes(name));
  }
  assert(!helpText(guest).includes("/kick"));
  assert(helpText(operator).includes("/kick NAME"));
  assert(!helpText(operator).includes("for everybody"));
  const host = helpText({ standing: "owner", hosting: true });
  assert(host.includes("close the rooms for everybody"));
  const rows = host.split("\n");
  assertEquals(rows.length, Object.keys(COMMANDS).length + 1);
  assert(rows.every((line) => line.length <= 64), "fits into 70 columns");
});

function moderate(
  verb: "op" | "deop" | "mute" | "unmute" | "kick" | "ban" | "unban",
  subject: string,
  seconds: number | null = null,
): Action {
  return { kind: "moderate", verb, subject, seconds };
}
