import { type Bytes, concat, fromUtf8, utf8 } from "../../lib/bytes.ts";
import { type AlertName, ERRORS } from "../../lib/errors.ts";
import {
  ALERTS,
  CLEAR_ALERT_BYTES,
  decodeAlert,
  decodeClearAlert,
  encodeAlert,
  encodeClearAlert,
  MAX_REASON_BYTES,
} from "../../lib/wire/alert.ts";
import { encodeMessage, MESSAGE_TYPES } from "../../lib/wire/message.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const NAMES = Object.keys(ALERTS) as AlertName[];

Deno.test("ALERTS gives every alert a byte and a code of its own", () => {
  const specs = Object.values(ALERTS);
  assertEquals(new Set(specs.map(({ byte }) => byte)).size, specs.length);
  assertEquals(new Set(specs.map(({ code }) => code)).size, specs.length);
});

Deno.test("ALERTS has the bytes that were published, which never change", () => {
  const bytes = NAMES.map((name) => [name, ALERTS[name].byte]);
  assertEquals(Object.fromEntries(bytes), {
    handshake_failed: 1,
    unsupported_version: 2,
    busy: 3,
    protocol_error: 16,
    not_authorized: 17,
    banned: 18,
    full: 19,
    kicked: 20,
    too_slow: 21,
    idle: 22,
    record_limit: 23,
    flooding: 24,
    development_identity: 25,
  });
});

Deno.test("ALERTS names nothing of the server's mind among those that travel in clear", () => {
  assertEquals(
    NAMES.filter((name) => ALERTS[name].clear),
    ["handshake_failed", "unsupported_version", "busy"],
  );
});

for (const name of NAMES) {
  const { byte, clear, code } = ALERTS[name];

  Deno.test(`encodeAlert() and decodeAlert() agree on "${name}"`, () => {
    const payload = encodeAlert(name, "because");
    assertEquals(payload, concat(Uint8Array.of(byte), utf8("because")));
    assertEquals(decodeAlert(payload), { name, reason: "because" });
  });

  Deno.test(`encodeClearAlert() says ${clear ? "what it is" : "nothing"} when it is "${name}"`, () => {
    const frame = encodeClearAlert(name);
    assertEquals(frame.length, CLEAR_ALERT_BYTES);
    assertEquals(decodeClearAlert(frame), {
      name: clear ? name : "handshake_failed",
      reason: "",
    });
  });

  if (!clear) {
    Deno.test(`decodeClearAlert() refuses "${name}" when it is not sealed`, () => {
      const frame = encodeMessage(MESSAGE_TYPES.alert, Uint8Array.of(byte));
      assertRefuses("CHAT_WIRE_MALFORMED", () => decodeClearAlert(frame));
    });
  }

  Deno.test(`ERRORS has a code that the peer of "${name}" reports`, () => {
    assert(code in ERRORS);
  });
}

Deno.test("decodeClearAlert() refuses a reason when it is not sealed", () => {
  const payload = concat(Uint8Array.of(ALERTS.busy.byte), utf8("x"));
  const frame = encodeMessage(MESSAGE_TYPES.alert, payload);
  assertRefuses("CHAT_WIRE_MALFORMED", () => decodeClearAlert(frame));
});

Deno.test("decodeAlert() refuses every byte that no alert has", () => {
  const known = new Set<number>(Object.values(ALERTS).map(({ byte }) => byte));
  for (let byte = 0; byte < 256; byte++) {
    if (known.has(byte)) continue;
    assertRefuses(
      "CHAT_WIRE_MALFORMED",
      () => decodeAlert(Uint8Array.of(byte)),
      "is not an alert",
    );
  }
});

Deno.test("decodeAlert() refuses a payload when it is empty", () => {
  assertRefuses("CHAT_WIRE_MALFORMED", () => decodeAlert(new Uint8Array(0)));
});

Deno.test("decodeAlert() accepts a reason up to its bound and refuses a longer one", () => {
  const longest = "a".repeat(MAX_REASON_BYTES);
  assertEquals(decodeAlert(alertOf(utf8(longest))).reason, longest);
  assertRefuses(
    "CHAT_WIRE_MALFORMED",
    () => decodeAlert(alertOf(utf8(longest + "a"))),
    "too long",
  );
});

Deno.test("decodeAlert() refuses a reason when it is not UTF-8", () => {
  for (const hex of ["ff", "c0af", "eda080", "f4908080", "e282"]) {
    assertRefuses(
      "CHAT_WIRE_MALFORMED",
      () => decodeAlert(alertOf(Uint8Array.fromHex(hex))),
      "not UTF-8",
    );
  }
});

Deno.test("encodeAlert() cuts a reason between characters when it is too long", () => {
  for (const character of ["a", "ß", "世", "👋"]) {
    const bytes = utf8(character).length;
    for (let offset = 0; offset < bytes; offset++) {
      const text = "a".repeat(offset) + character.repeat(MAX_REASON_BYTES);
      const reason = encodeAlert("kicked", text).subarray(1);
      assert(text.startsWith(fromUtf8(reason)));
      assert(reason.length <= MAX_REASON_BYTES);
      assert(reason.length > MAX_REASON_BYTES - bytes);
    }
  }
});

function alertOf(reason: Bytes): Bytes {
  return concat(Uint8Array.of(ALERTS.kicked.byte), reason);
}
