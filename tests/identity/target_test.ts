import fc from "fast-check";
import type { Bytes } from "../../lib/bytes.ts";
import { ChatError } from "../../lib/errors.ts";
import {
  fingerprintFromBytes,
  parseFingerprint,
} from "../../lib/identity/fingerprint.ts";
import {
  makeLink,
  MAX_LINK_LENGTH,
  MAX_LINK_PINS,
  parseTarget,
  type Target,
} from "../../lib/identity/target.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertThrows,
} from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

// Holds both characters that a link may or may not encode.
const text = "SHA256:J8hYiB4eiFl4UDZveW1DxvO/qOe5KyHuD6hse1waG+Q";
const pin = parseFingerprint(text);

const accepted: Record<string, Target> = {
  "host": { host: "host", port: 7878, pins: [] },
  "host:22": { host: "host", port: 22, pins: [] },
  "chat": { host: "chat", port: 7878, pins: [] },
  "chat:22": { host: "chat", port: 22, pins: [] },
  "chat://host": { host: "host", port: 7878, pins: [] },
  "CHAT://HOST/": { host: "host", port: 7878, pins: [] },
  "chat://[::1]:22/": { host: "::1", port: 22, pins: [] },
  [`chat://host/?pin=${text}`]: { host: "host", port: 7878, pins: [pin] },
  [`chat://host?pin=${encodeURIComponent(text)}&pin=${text}`]: {
    host: "host",
    port: 7878,
    pins: [pin, pin],
  },
  [`chat://host/caf%C3%A9%20%2F?pin=${text}#page=a+b/c?d`]: {
    host: "host",
    port: 7878,
    pins: [pin],
    room: "café /",
    fragment: "page=a+b/c?d",
  },
};
for (const [link, target] of Object.entries(accepted)) {
  Deno.test(`parseTarget() reads ${link}`, () => {
    assertEquals(parseTarget(link), target);
  });
}

const secret = Uint8Array.from({ length: 16 }, (_, i) => 255 - i);
const written = secret.toBase64({ alphabet: "base64url", omitPadding: true });

Deno.test("parseTarget() reads an invitation", () => {
  assertEquals(parseTarget(`chat://host/#invite=${written}`), {
    host: "host",
    port: 7878,
    pins: [],
    invitation: secret,
  });
});

const key = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
const keyText = key.toBase64({ alphabet: "base64url", omitPadding: true });

Deno.test("parseTarget() reads the key of a sealed room, and an invitation with it", () => {
  const there = { host: "host", port: 7878, pins: [], room: "café" };
  const link = `chat://host/caf%C3%A9#key=${keyText}`;
  assertEquals(parseTarget(link), { ...there, key });
  const both = `chat://host/caf%C3%A9#invite=${written}&key=${keyText}`;
  assertEquals(parseTarget(both), { ...there, invitation: secret, key });
});

const fragmentsRefused = {
  "an empty invitation": "invite=",
  "an invitation cut short": `invite=${written.slice(0, -1)}`,
  "an invitation that goes on": `invite=${written}A`,
  "an invitation with padding": `invite=${written}==`,
  "an invitation in the other alphabet": `invite=+${written.slice(1)}`,
  "an invitation whose last bits are not zero": `invite=${
    written.slice(0, -1)
  }B`,
  "an invitation and something else": `invite=${written}&x=1`,
  "an invitation in capitals": `Invite=${written}`,
  "two invitations": `invite=${written}&invite=${written}`,
  "an empty key": "key=",
  "a key without its sign": "key",
  "a key cut short": `key=${keyText.slice(0, -1)}`,
  "a key of 33 bytes": `key=${keyText}A`,
  "a key with padding": `key=${keyText}=`,
  "a key in the other alphabet": `key=+${keyText.slice(1)}`,
  "a key whose last bits are not zero": `key=${keyText.slice(0, -1)}B`,
  "a key in capitals": `KEY=${keyText}`,
  "two keys": `key=${keyText}&key=${keyText}`,
  "the key before the invitation": `key=${keyText}&invite=${written}`,
  "a key and something else": `key=${keyText}&x=1`,
  "something else and a key": `x=1&key=${keyText}`,
  "a sign before the key": `&key=${keyText}`,
  "a sign behind the key": `key=${keyText}&`,
};
for (const [what, fragment] of Object.entries(fragmentsRefused)) {
  Deno.test(`parseTarget() refuses ${what}, without quoting it`, () => {
    const error = assertRefuses(
      "CHAT_ADDRESS_INVALID",
      () => parseTarget(`chat://host/room#${fragment}`),
      "behind its # stands neither",
    );
    for (const secret of [written, keyText]) {
      assert(!error.message.includes(secret.slice(1, -1)));
    }
  });
}

Deno.test("parseTarget() quotes no fragment, whatever else is wrong", () => {
  const wrong = [
    `chat:/host/room#key=${keyText}`,
    `chat://ho st/room#key=${keyText}`,
    `chat://host:0/room#key=${keyText}`,
    `chat://host/%zz#key=${keyText}`,
    `chat://host/room?pin=x#key=${keyText}`,
    `chat://host/room?key=1#key=${keyText}`,
    `chat://host/room# key=${keyText}`,
    `chat://host/${"a".repeat(MAX_LINK_LENGTH)}#key=${keyText}`,
    `host#key=${keyText}`,
  ];
  for (const link of wrong) {
    const error = assertThrows(() => parseTarget(link), ChatError);
    assert(!error.message.includes(keyText.slice(1, -1)), error.message);
  }
});

Deno.test("parseTarget() and makeLink() refuse a key without a room", () => {
  for (const path of ["", "/", `/?pin=${text}`]) {
    const link = `chat://host${path}#key=${keyText}`;
    assertRefuses(
      "CHAT_ADDRESS_INVALID",
      () => parseTarget(link),
      "names none",
    );
  }
  const target = { host: "host", port: 1, pins: [], key };
  for (const room of [{}, { room: "" }]) {
    assertRefuses(
      "CHAT_ADDRESS_INVALID",
      () => makeLink({ ...target, ...room }),
      "names none",
    );
  }
});

Deno.test("parseTarget() leaves what is not ours in a fragment as it is", () => {
  for (const fragment of ["x", "keys=1", "monkey=1", "invites", "a=key=1"]) {
    assertEquals(parseTarget(`chat://host/#${fragment}`).fragment, fragment);
  }
});

Deno.test("makeLink() encodes all of a room's name that RFC 3986 reserves", () => {
  const room = ":/?#[]@!$&'()*+,;=%";
  const link = makeLink({ host: "host", port: 1, pins: [], room });
  assertMatch(link, /^chat:\/\/host:1\/(?:%[0-9A-F]{2}){19}$/);
  assertEquals(parseTarget(link).room, room);
});

Deno.test("makeLink() encodes what chat programs would break", () => {
  const link = makeLink({ host: "::1", port: 7878, pins: [pin, pin] });
  assertEquals(
    link,
    "chat://[::1]:7878/?pin=SHA256:J8hYiB4eiFl4UDZveW1DxvO%2FqOe5KyHuD6hse1waG%2BQ" +
      "&pin=SHA256:J8hYiB4eiFl4UDZveW1DxvO%2FqOe5KyHuD6hse1waG%2BQ",
  );
});

Deno.test("parseTarget() is the inverse of makeLink()", () => {
  const target = fc.record({
    host: fc.constantFrom("host.example", "10.0.0.1", "2001:db8::1"),
    port: fc.integer({ min: 1, max: 65_535 }),
    pins: fc.array(
      fc.uint8Array({ minLength: 32, maxLength: 32 })
        .map((digest) => fingerprintFromBytes(digest as Bytes)),
      { maxLength: 3 },
    ),
    room: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
    fragment: fc.string({ minLength: 1 }).map((raw) => encodeURIComponent(raw)),
    invitation: fc.uint8Array({ minLength: 16, maxLength: 16 })
      .map((secret) => Uint8Array.from(secret)),
    key: fc.uint8Array({ minLength: 32, maxLength: 32 })
      .map((secret) => Uint8Array.from(secret)),
  }, { requiredKeys: ["host", "port", "pins"] })
    // One or the other stands behind the #.
    .map(({ fragment, ...rest }) => (
      rest.invitation !== undefined || rest.key !== undefined ||
        fragment === undefined
        ? rest
        : { ...rest, fragment }
    ))
    // And a key only behind a room.
    .map(({ key, ...rest }) => (
      key === undefined || rest.room === undefined ? rest : { ...rest, key }
    ));
  fc.assert(fc.property(target, (target) => {
    const link = makeLink(target);
    assertMatch(link, /^[\x21-\x7e]+$/);
    assertEquals(parseTarget(link), target);
  }));
});

const addressRefused = {
  "another scheme": "http://host/",
  "one slash": "chat:/host",
  "no host": "chat:///",
  "a user": "chat://me@host/",
  "a bad port": "chat://host:0/",
  "a space in the host": "chat://my host/",
  "two path segments": "chat://host/a/b",
  "a slash behind the room": "chat://host/a/",
  "a control character in the room": "chat://host/a%1b%5b",
  "a line separator in the room": "chat://host/a%e2%80%a8",
  "broken percent-encoding": "chat://host/%zz",
  "percent-encoding that is not UTF-8": "chat://host/%ff",
  "an empty query": "chat://host/?",
  "an unknown key": `chat://host/?pin=${text}&trust=all`,
  "an unknown key alone": "chat://host/?Pin=x",
  "an empty field": `chat://host/?pin=${text}&`,
  "a space in the fragment": "chat://host/#a b",
  "an empty fragment": "chat://host/#",
};
for (const [what, link] of Object.entries(addressRefused)) {
  Deno.test(`parseTarget() refuses ${what}`, () => {
    assertRefuses("CHAT_ADDRESS_INVALID", () => parseTarget(link));
  });
}

const pinRefused = {
  "an empty pin": "chat://host/?pin=",
  "a pin cut short": `chat://host/?pin=${text.slice(0, -1)}`,
  "a pin whose + became a space": `chat://host/?pin=${text.replace("+", " ")}`,
  "a pin that is encoded twice": `chat://host/?pin=${
    encodeURIComponent(encodeURIComponent(text))
  }`,
};
for (const [what, link] of Object.entries(pinRefused)) {
  Deno.test(`parseTarget() refuses ${what}`, () => {
    assertRefuses("CHAT_FINGERPRINT_INVALID", () => parseTarget(link));
  });
}

Deno.test("parseTarget() bounds the pins of a link", () => {
  const field = `pin=${text}`;
  const query = (count: number): string => Array(count).fill(field).join("&");
  const most = parseTarget(`chat://host/?${query(MAX_LINK_PINS)}`);
  assertEquals(most.pins.length, MAX_LINK_PINS);
  const more = `chat://host/?${query(MAX_LINK_PINS + 1)}`;
  assertRefuses("CHAT_ADDRESS_INVALID", () => parseTarget(more), "16 pins");
});

Deno.test("parseTarget() bounds the length of a link", () => {
  const link = "chat://host/".padEnd(MAX_LINK_LENGTH, "a");
  assertEquals(parseTarget(link).room?.length, MAX_LINK_LENGTH - 12);
  assertRefuses("CHAT_ADDRESS_INVALID", () => parseTarget(`${link}a`), "2048");
});
