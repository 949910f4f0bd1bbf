import type { LeaveReason } from "../../lib/protocol/entry.ts";
import type { ConversationEvent } from "../../lib/room/conversation.ts";
import { type Line, toAnsi, toPlain } from "../../lib/ui/style.ts";
import { Transcript } from "../../lib/ui/transcript.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { member, NOON, said } from "../support/people.ts";

const alice = member("alice", "x7Kp");
const bob = member("bob", "Qm2d");
const position = { room: 0, seq: 1, at: NOON };

function transcript(maxLines?: number): Transcript {
  return new Transcript({
    self: alice,
    now: NOON,
    timeZone: "UTC",
    ...maxLines === undefined ? {} : { maxLines },
  });
}

function texts(lines: readonly Line[]): string[] {
  return lines.map(({ spans }) => toPlain(spans));
}

function show(...events: readonly ConversationEvent[]): string[] {
  const shown = transcript();
  return events.flatMap((event) => texts(shown.show(event)));
}

Deno.test("Transcript.show() shows time, name, mark and text", () => {
  assertEquals(show(said(bob, "hello")), ["12:03 bob·Qm2d: hello"]);
  assertEquals(show({ ...position, ...bob, kind: "did", text: "waves" }), [
    "12:03 * bob·Qm2d waves",
  ]);
});

Deno.test("Transcript.show() shows who comes and who leaves, and why", () => {
  assertEquals(show({ ...position, ...bob, kind: "joined" }), [
    "12:03 → bob·Qm2d joined",
  ]);
  const left = (why: LeaveReason): string => (
    show({ ...position, ...bob, kind: "left", why })[0] ?? ""
  );
  assertEquals(left("quit"), "12:03 ← bob·Qm2d left");
  assertEquals(
    left("cut"),
    "12:03 ← bob·Qm2d left: the connection was cut",
  );
  assertEquals(
    left("kicked"),
    "12:03 ← bob·Qm2d was shown out",
  );
});

Deno.test("Transcript.show() indents every line of a message but the first", () => {
  assertEquals(show(said(bob, "one\ntwo\n12:04 eve·x7Kp: three\n")), [
    "12:03 bob·Qm2d: one",
    "      two",
    "      12:04 eve·x7Kp: three",
  ]);
});

Deno.test("Transcript.show() counts the lines it does not show", () => {
  const lines = transcript(2).show(said(bob, "1\n2\n3\n4"));
  assertEquals(texts(lines), [
    "12:03 bob·Qm2d: 1",
    "      2",
    "      … and 2 more lines",
  ]);
});

Deno.test("Transcript.show() counts the lines of a notice it does not show", () => {
  const text = "1\n2\n3\n4";
  assertEquals(texts(transcript(2).show({ kind: "notice", text })), [
    "   -- 1",
    "      2",
    "      … and 2 more lines",
  ]);
  assertEquals(
    texts(transcript(2).show({ kind: "goodbye", why: "kicked", text })),
    [
      "   -- The server ended the conversation: 1",
      "      2",
      "      … and 2 more lines",
    ],
  );
});

Deno.test("Transcript.show() names the day when it changes", () => {
  const day = 24 * 60 * 60 * 1000;
  assertEquals(
    show(
      said(bob, "a", { at: NOON - day }),
      said(bob, "b", { at: NOON - day }),
      said(bob, "c"),
    ),
    [
      "── Monday 2 March 2026 ──",
      "12:03 bob·Qm2d: a",
      "12:03 bob·Qm2d: b",
      "── Tuesday 3 March 2026 ──",
      "12:03 bob·Qm2d: c",
    ],
  );
});

Deno.test("Transcript.show() survives a time no calendar knows", () => {
  assertEquals(show(said(bob, "a", { at: Number.MAX_SAFE_INTEGER })), [
    "── another time ──",
    "--:-- bob·Qm2d: a",
  ]);
});

Deno.test("Transcript.show() lets no control of a peer through", () => {
  const evil = "\x1b[2J\u{202e}x\x07\r\u{9b}1m";
  const shown = show(
    said({ ...bob, name: `b${evil}ob` }, evil),
    { kind: "notice", text: evil },
    { kind: "goodbye", why: "kicked", text: evil },
  );
  for (const text of shown) {
    assert(!/[\p{Cc}\p{Bidi_Control}]/v.test(text), JSON.stringify(text));
  }
});

Deno.test("Transcript.show() never lets a name pass for name and mark", () => {
  const [text] = show(said({ ...bob, name: "alice·x7Kp: hi\n" }, "x"));
  assertEquals(text, "12:03 alice.x7Kp:.hi·Qm2d: x");
  assertEquals(show(said({ ...bob, name: "\u{200b}" }, "x")), [
    "12:03 ?·Qm2d: x",
  ]);
});

Deno.test("Transcript.show() cuts a name that is too long", () => {
  const [text] = show(said({ ...bob, name: "e\u{301}".repeat(100) }, "x"));
  assertEquals(text, `12:03 ${"e\u{301}".repeat(32)}·Qm2d: x`);
});

Deno.test("Transcript.welcome() tells who we are and where, safely", () => {
  const welcome = (server: string): string[] => (
    texts(transcript().welcome(server))
  );
  assertEquals(welcome("gar\x1b[2Jd\nen"), [
    "   -- You are alice·x7Kp on gard en; /help lists commands",
  ]);
  assertEquals(welcome(""), ["   -- You are alice·x7Kp; /help lists commands"]);
});

Deno.test("Transcript.show() tells two people of one name apart", () => {
  const shown = transcript();
  const other = member("bob", "Qm2dZ");
  shown.show(said(bob, "I am bob"));
  assertEquals(
    [...shown.show(said(other, "me too")), ...shown.show(said(bob, "no"))]
      .map(({ spans }) => toPlain(spans)),
    ["12:03 bob·Qm2dZ: me too", "12:03 bob·Qm2dA: no"],
  );
});

Deno.test("Transcript.show() makes our own messages and our name stand out", () => {
  const ansi = (event: ConversationEvent): string => (
    transcript().show(event).map(({ spans }) => toAnsi(spans, 0)).join("\n")
  );
  const time = "\x1b[2m12:03\x1b[m ";
  assertEquals(
    ansi(said(alice, "Alice here")),
    `${time}\x1b[1malice\x1b[m\x1b[2m·x7Kp\x1b[m: Alice here`,
  );
  assertEquals(
    ansi(said(bob, "Hi Alice, malice?")),
    `${time}bob\x1b[2m·Qm2d\x1b[m: Hi \x1b[7mAlice\x1b[m, malice?`,
  );
});

Deno.test("Transcript.show() sets remarks apart from messages", () => {
  assertEquals(show({ kind: "notice", text: "one\ntwo" }), [
    "   -- one",
    "      two",
  ]);
  assertEquals(show({ kind: "goodbye", why: "kicked", text: "be nice" }), [
    "   -- The server ended the conversation: be nice",
  ]);
  assertEquals(show({ kind: "goodbye", why: "shutdown", text: "" }), [
    "   -- The server ended the conversation",
  ]);
});
