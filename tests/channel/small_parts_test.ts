import { utf8 } from "../../lib/bytes.ts";
import { alertError } from "../../lib/channel/alert_error.ts";
import { Once } from "../../lib/channel/once.ts";
import { signatureInput, Transcript } from "../../lib/channel/transcript.ts";
import { VerifiedPeer } from "../../lib/channel/verified_peer.ts";
import type { AlertName } from "../../lib/errors.ts";
import { sha256 } from "../../lib/crypto/sha256.ts";
import { ALERTS } from "../../lib/wire/alert.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";
import { FIXED } from "./fixed_states.ts";

Deno.test("Once.take() returns its value the first time and refuses every other time", () => {
  const once = new Once("value", "test it");
  assertEquals(once.take(), "value");
  for (let i = 0; i < 3; i++) {
    assertRefuses("CHAT_STATE_REUSED", () => once.take(), "test it");
  }
});

Deno.test("signatureInput() has the form of RFC 8446 section 4.4.3, and never the same bytes for both roles", () => {
  const hash = new Uint8Array(32).fill(7);
  assertEquals(
    signatureInput("server", hash).toHex(),
    "20".repeat(64) + utf8("chat/1 server").toHex() + "00" + "07".repeat(32),
  );
  assertNotEquals(
    signatureInput("server", hash),
    signatureInput("client", hash),
  );
});

Deno.test("Transcript.with() appends and leaves what it was called on alone", async () => {
  const hello = new Transcript(utf8("a"), utf8("b"));
  const longer = hello.with(utf8("c"), utf8("d"));
  assertEquals(await hello.hash(), await sha256(utf8("ab")));
  assertEquals(await longer.hash(), await sha256(utf8("abcd")));
});

Deno.test("alertError() has the code of its alert and says its name and reason", () => {
  for (const name of Object.keys(ALERTS) as AlertName[]) {
    const error = alertError({ name, reason: "because" });
    assertEquals(error.code, ALERTS[name].code);
    assert(error.message.endsWith(`"${name}": because`));
    assert(alertError({ name, reason: "" }).message.endsWith(`"${name}"`));
  }
});

Deno.test("alertError() keeps controls, escapes and invisible characters of the peer out", () => {
  const reason = "a\x00\x1b[31m\x7f\x85\u200b\u202e\u2066\ufeff\n\tö世👋!";
  const { message } = alertError({ name: "kicked", reason });
  assert(message.endsWith(": a[31mö世👋!"), message);
});

Deno.test("VerifiedPeer.is() knows its own from a look-alike", () => {
  const { peer } = FIXED.sessions.client;
  assert(VerifiedPeer.is(peer));
  const { publicKey, fingerprint } = peer;
  assert(!VerifiedPeer.is({ publicKey, fingerprint }));
  assert(!VerifiedPeer.is(Object.create(VerifiedPeer.prototype)));
});
