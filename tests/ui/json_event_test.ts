import fc from "fast-check";
import { ChatError } from "../../lib/errors.ts";
import { type JsonEvent, jsonLine } from "../../lib/ui/json_event.ts";
import type { SealedChange } from "../../lib/room/sealed_rooms.ts";
import { anyText } from "../support/any_text.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { directRoom, openRoom } from "../support/fake_conversation.ts";
import { member, NOON, said } from "../support/people.ts";

const bob = member("bob", "Qm2d");
const fingerprint = `SHA256:${"Qm2d".padEnd(43, "A")}`;
const position = { room: 0, seq: 7, at: NOON };
const head =
  `"room":"lobby","seq":7,"at":"2026-03-03T12:03:00.000Z","name":"bob","fingerprint":"${fingerprint}"`;

function line(event: JsonEvent): string {
  return jsonLine(event, (room) => room === 0 ? "lobby" : `room ${room}`);
}

const entry = { ...position, ...bob };
const message = {
  number: 4,
  kind: "say",
  room: 2,
  text: "hi",
  at: NOON,
  state: "failed",
  why: "Cannot say",
} as const;
const error = new ChatError("CHAT_RATE_LIMITED", "Cannot send: too fast");

const LINES: readonly (readonly [JsonEvent, string])[] = [
  [said(bob, "hi", { seq: 7 }), `"said",${head},"text":"hi"`],
  [{ ...entry, kind: "did", text: "waves" }, `"did",${head},"text":"waves"`],
  [{ ...entry, kind: "titled", text: "x" }, `"titled",${head},"text":"x"`],
  [{ ...entry, kind: "joined" }, `"joined",${head}`],
  [{ ...entry, kind: "left", why: "quit" }, `"left",${head},"why":"quit"`],
  [{ ...entry, kind: "typing" }, `"typing",${head}`],
  [
    { ...entry, kind: "marks", delivered: 6, read: 5 },
    `"marks",${head},"delivered":6,"read":5`,
  ],
  [
    { ...entry, kind: "renewed", next: bob.fingerprint },
    `"renewed",${head},"next":"${fingerprint}"`,
  ],
  [
    {
      ...entry,
      kind: "moderated",
      verb: "mute",
      subject: "eve",
      target: bob.fingerprint,
      until: NOON,
    },
    `"moderated",${head},"verb":"mute","subject":"eve",` +
    `"target":"${fingerprint}","until":"2026-03-03T12:03:00.000Z"`,
  ],
  [
    {
      ...entry,
      kind: "moderated",
      verb: "ban",
      subject: "",
      target: null,
      until: null,
    },
    `"moderated",${head},"verb":"ban","subject":"","target":null,"until":null`,
  ],
  [
    {
      kind: "entered",
      self: bob,
      standing: "member",
      serverName: "x",
      room: 2,
    },
    `"entered","server":"x","room":"room 2","name":"bob",` +
    `"fingerprint":"${fingerprint}","standing":"member"`,
  ],
  [
    { kind: "room", room: directRoom(2, bob) },
    `"room","room":"room 2","type":"direct","topic":"","fingerprint":"${fingerprint}"`,
  ],
  [
    { kind: "room", room: openRoom(2, "dev", "code") },
    `"room","room":"room 2","type":"open","topic":"code","fingerprint":null`,
  ],
  [{ kind: "parted", room: 2 }, `"parted","room":"room 2"`],
  [
    { kind: "outgoing", message },
    `"outgoing","room":"room 2","number":4,"state":"failed",` +
    `"why":"Cannot say","text":"hi"`,
  ],
  [
    { kind: "missed", room: 2, from: 3, to: 5 },
    `"missed","room":"room 2","from":3,"to":5`,
  ],
  [
    { kind: "changed", room: 2, text: "x" },
    `"changed","room":"room 2","text":"x"`,
  ],
  [
    { kind: "connection", state: "lost", text: "x", retryMs: 5 },
    `"connection","state":"lost","retry_ms":5,"text":"x"`,
  ],
  [{ kind: "standing", standing: "muted" }, `"standing","standing":"muted"`],
  [{ kind: "notice", text: "x" }, `"notice","text":"x"`],
  [
    { kind: "goodbye", why: "kicked", text: "x" },
    `"goodbye","why":"kicked","text":"x"`,
  ],
  [
    { kind: "refused", room: 2, text: "hi", error },
    `"refused","room":"room 2","why":"CHAT_RATE_LIMITED",` +
    `"reason":"Cannot send: too fast","text":"hi"`,
  ],
];
const by = `"by":{"name":"bob","fingerprint":"${fingerprint}"}`;
const who = `"name":"bob","fingerprint":"${fingerprint}"`;
const NEWS: readonly (readonly [SealedChange, string])[] = [
  [{ kind: "entered", members: 3 }, '"sealed_entered",HEAD,"members":3'],
  [{ kind: "joined", member: bob }, `"sealed_joined",HEAD,${who}`],
  [
    { kind: "rejoined", member: bob, before: { ...bob, name: "rob" } },
    `"sealed_rejoined",HEAD,${who},"before":"rob"`,
  ],
  [{ kind: "left", member: bob, by: bob }, `"sealed_left",HEAD,${who},${by}`],
  [
    { kind: "removed", member: bob, by: bob },
    `"sealed_removed",HEAD,${who},${by}`,
  ],
  [{ kind: "rekeyed", by: bob }, `"sealed_rekeyed",HEAD,${by}`],
  [{ kind: "excluded", by: bob }, `"sealed_excluded",HEAD,${by}`],
  [{ kind: "restarted", by: bob }, `"sealed_restarted",HEAD,${by}`],
  [{ kind: "restarted", by: null }, '"sealed_restarted",HEAD,"by":null'],
  [
    {
      kind: "shared",
      by: bob,
      lines: [{ ...bob, kind: "said", at: NOON, text: "hi" }],
    },
    `"sealed_shared",HEAD,${by},"lines":[{"event":"said",` +
    `"at":"2026-03-03T12:03:00.000Z",${who},"text":"hi"}]`,
  ],
  [
    { kind: "missing", member: bob, count: 2 },
    `"sealed_missing",HEAD,${who},"count":2`,
  ],
  [
    { kind: "unreadable", what: "commit", reason: "forged", text: "no" },
    '"sealed_unreadable",HEAD,"what":"commit","reason":"forged","text":"no"',
  ],
  [{ kind: "unsealed", author: bob }, `"sealed_unsealed",HEAD,${who}`],
];
for (const [change, fields] of NEWS) {
  Deno.test(`jsonLine() writes ${fields.slice(0, 40)}`, () => {
    const event = {
      kind: "sealed",
      room: 2,
      entry: 7,
      at: NOON,
      change,
    } as const;
    const head = '"room":"room 2","seq":7,"at":"2026-03-03T12:03:00.000Z"';
    assertEquals(line(event), `{"event":${fields.replace("HEAD", head)}}`);
  });
}

for (const [event, fields] of LINES) {
  Deno.test(`jsonLine() writes ${fields.slice(0, 40)}`, () => {
    assertEquals(line(event), `{"event":${fields}}`);
  });
}

Deno.test("jsonLine() survives impossible times", () => {
  const text = line({ ...said(bob, "x"), at: 1e300 });
  assert(text.includes('"at":null'), text);
});

Deno.test("jsonLine() escapes what a terminal would obey or hide", () => {
  const text = "\x1b[31m\x7f\x9b\u{202e}\u{2028}\u{feff}\u{e0041}\ud800";
  assertEquals(
    line({ kind: "notice", text }),
    '{"event":"notice","text":"\\u001b[31m\\u007f\\u009b\\u202e\\u2028\\ufeff\\udb40\\udc41\\ud800"}',
  );
});

Deno.test("jsonLine() is one safe line that keeps any text", () => {
  fc.assert(fc.property(anyText(), (text) => {
    const written = line({ kind: "notice", text });
    assert(!/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/v.test(written));
    assertEquals(JSON.parse(written), { event: "notice", text });
  }));
});
