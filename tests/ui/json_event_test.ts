import fc from "fast-check";
import { ChatError } from "../../lib/errors.ts";
import { jsonLine } from "../../lib/ui/json_event.ts";
import { anyText } from "../support/any_text.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { member, NOON, said } from "../support/people.ts";

const bob = member("bob", "Qm2d");
const fingerprint = `SHA256:${"Qm2d".padEnd(43, "A")}`;
const position = { room: 0, seq: 7, at: NOON };
const head =
  `"room":"lobby","seq":7,"at":"2026-03-03T12:03:00.000Z","name":"bob","fingerprint":"${fingerprint}"`;

Deno.test("jsonLine() writes each kind of event with its fields", () => {
  assertEquals(
    jsonLine(said(bob, "hi", { seq: 7 })),
    `{"event":"said",${head},"text":"hi"}`,
  );
  assertEquals(
    jsonLine({ ...position, ...bob, kind: "did", text: "waves" }),
    `{"event":"did",${head},"text":"waves"}`,
  );
  assertEquals(
    jsonLine({ ...position, ...bob, kind: "joined" }),
    `{"event":"joined",${head}}`,
  );
  assertEquals(
    jsonLine({ ...position, ...bob, kind: "left", why: "quit" }),
    `{"event":"left",${head},"why":"quit"}`,
  );
  assertEquals(
    jsonLine({ kind: "entered", self: bob, serverName: "garden" }),
    `{"event":"entered","server":"garden","name":"bob","fingerprint":"${fingerprint}"}`,
  );
  assertEquals(
    jsonLine({ kind: "notice", text: "x" }),
    '{"event":"notice","text":"x"}',
  );
  assertEquals(
    jsonLine({ kind: "goodbye", why: "kicked", text: "x" }),
    '{"event":"goodbye","why":"kicked","text":"x"}',
  );
  const error = new ChatError("CHAT_RATE_LIMITED", "Cannot send: too fast");
  assertEquals(
    jsonLine({ kind: "refused", text: "hi", error }),
    '{"event":"refused","why":"CHAT_RATE_LIMITED","reason":"Cannot send: too fast","text":"hi"}',
  );
});

Deno.test("jsonLine() numbers other rooms and survives impossible times", () => {
  const line = jsonLine({ ...said(bob, "x"), room: 3, at: 1e300 });
  assert(line.includes('"room":"3"') && line.includes('"at":null'), line);
});

Deno.test("jsonLine() escapes what a terminal would obey or hide", () => {
  const text = "\x1b[31m\x7f\x9b\u{202e}\u{2028}\u{feff}\u{e0041}\ud800";
  assertEquals(
    jsonLine({ kind: "notice", text }),
    '{"event":"notice","text":"\\u001b[31m\\u007f\\u009b\\u202e\\u2028\\ufeff\\udb40\\udc41\\ud800"}',
  );
});

Deno.test("jsonLine() is one safe line that keeps any text", () => {
  fc.assert(fc.property(anyText(), (text) => {
    const line = jsonLine({ kind: "notice", text });
    assert(!/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/v.test(line));
    assertEquals(JSON.parse(line), { event: "notice", text });
  }));
});
