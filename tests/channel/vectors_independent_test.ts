import { assert, assertEquals } from "../support/assert.ts";
import handshake from "../vectors/handshake.json" with { type: "json" };
import keySchedule from "../vectors/key_schedule.json" with { type: "json" };
import records from "../vectors/records.json" with { type: "json" };
import {
  ed25519Public,
  expandLabel,
  extract,
  hkdfLabel,
  hmac,
  isSignedBy,
  nonceOf,
  openFrame,
  sha256,
  sha3,
  signatureInput,
  x25519,
} from "./independent.ts";

const { client, server, schedule, frames } = handshake;
const HELLOS = handshake.client_hello + handshake.server_hello;

/** Content of a frame in clear. */
function bodyOf(frame: string): string {
  return frame.slice(8);
}

/** A plaintext without its padding of zeros, given its real length. */
function unpadded(plaintext: string, message: string): string {
  assert(/^0*$/.test(plaintext.slice(message.length)));
  return plaintext.slice(0, message.length);
}

Deno.test("key_schedule.json holds when node:crypto computes it", () => {
  for (const { label, context, length, info } of keySchedule.labels) {
    assertEquals(hkdfLabel(label, context, length), info);
  }
  for (const each of keySchedule.schedules) {
    const { t1, t3, hs } = each;
    assertEquals(each.ikm, each.ml_kem_secret + each.x25519_secret);
    assertEquals(hs, extract("00".repeat(32), each.ikm));
    assertEquals(each.chs.secret, expandLabel(hs, "c hs traffic", t1));
    assertEquals(each.shs.secret, expandLabel(hs, "s hs traffic", t1));
    assertEquals(each.up.secret, expandLabel(hs, "c ap traffic", t3));
    assertEquals(each.down.secret, expandLabel(hs, "s ap traffic", t3));
    assertEquals(each.exporter, expandLabel(hs, "exporter", t3));
    for (const { secret, finished_key } of [each.chs, each.shs]) {
      assertEquals(finished_key, expandLabel(secret, "finished", t1));
    }
    for (const traffic of [each.chs, each.shs, each.up, each.down]) {
      const { secret, key, iv, next_secret } = traffic;
      assertEquals(key, expandLabel(secret, "key", "", 32));
      assertEquals(iv, expandLabel(secret, "iv", "", 12));
      assertEquals(next_secret, expandLabel(secret, "traffic upd"));
    }
  }
  assertEquals(keySchedule.schedules[0], schedule);
});

Deno.test("handshake.json has hellos of its inputs when they are put together by hand", () => {
  assertEquals(
    frames.client_hello,
    "000004e8" + "01" + "04e5" + "63686174" + "01" + client.random +
      client.x25519_public + client.ml_kem_public,
  );
  assertEquals(
    frames.server_hello,
    "00000483" + "02" + "0480" + server.random + server.x25519_public +
      server.ml_kem_ciphertext,
  );
  assertEquals(bodyOf(frames.client_hello), handshake.client_hello);
  assertEquals(bodyOf(frames.server_hello), handshake.server_hello);
});

Deno.test("handshake.json has secrets that node:crypto finds when it has the private halves", () => {
  const { x25519_secret, ml_kem_secret } = schedule;
  const base = "09" + "00".repeat(31);
  for (const side of [client, server]) {
    assertEquals(ed25519Public(side.identity_seed), side.identity);
    assertEquals(x25519(side.x25519_private, base), side.x25519_public);
  }
  assertEquals(
    x25519(client.x25519_private, server.x25519_public),
    x25519_secret,
  );
  assertEquals(
    x25519(server.x25519_private, client.x25519_public),
    x25519_secret,
  );
  // FIPS 203 algorithm 17: (K, r) = G(m || H(ek)). That the ciphertext is the
  // one of K is what decapsulation checks, in tests/crypto/ml_kem_test.ts.
  const hash = sha3(256, client.ml_kem_public);
  assertEquals(
    sha3(512, server.ml_kem_random, hash).slice(0, 64),
    ml_kem_secret,
  );
  assertEquals(server.ml_kem_secret, ml_kem_secret);
  assertEquals(schedule.t1, sha256(HELLOS));
});

for (const role of ["server", "client"] as const) {
  Deno.test(`handshake.json proves the ${role} when node:crypto verifies it`, () => {
    const auth = role === "server"
      ? handshake.server_auth
      : handshake.client_auth;
    const { secret, key, iv } = role === "server" ? schedule.shs : schedule.chs;
    const { identity } = role === "server" ? server : client;
    const before = role === "server"
      ? HELLOS
      : HELLOS + handshake.server_auth.message;
    const type = role === "server" ? "03" : "04";

    const plaintext = openFrame(frames[`${role}_auth`], {
      key,
      iv,
      sequence: 0,
    });
    assertEquals(unpadded(plaintext, auth.message), auth.message);
    assertEquals(plaintext.length, 512);
    assertEquals(
      auth.message,
      type + "0080" + identity + auth.signature + auth.finished,
    );
    assertEquals(auth.identity, identity);
    assertEquals(auth.signed_hash, sha256(before, identity));
    assertEquals(auth.signature_input, signatureInput(role, auth.signed_hash));
    assert(isSignedBy(identity, auth.signature_input, auth.signature));
    assertEquals(auth.finished_hash, sha256(before, identity, auth.signature));
    const finishedKey = expandLabel(secret, "finished", schedule.t1);
    assertEquals(auth.finished, hmac(finishedKey, auth.finished_hash));
  });
}

Deno.test("handshake.json has t2, t3 and READY as node:crypto computes and opens them", () => {
  const throughServer = HELLOS + handshake.server_auth.message;
  assertEquals(handshake.t2, sha256(throughServer));
  assertEquals(
    schedule.t3,
    sha256(throughServer, handshake.client_auth.message),
  );
  assertEquals(handshake.exporter, schedule.exporter);
  const u = (value: number, digits: number): string =>
    value.toString(16).padStart(digits, "0");
  const { server_time, max_message, idle_timeout } = handshake.ready;
  const message = "05" + "0050" + client.identity + server.identity +
    u(server_time, 16) + u(max_message, 8) + u(idle_timeout, 8);
  const { key, iv } = schedule.down;
  const plaintext = openFrame(frames.ready, { key, iv, sequence: 0 });
  assertEquals(unpadded(plaintext, message), message);
});

Deno.test("records.json opens when node:crypto follows its keys", () => {
  let secret = schedule.up.secret;
  for (const epoch of records.epochs) {
    assertEquals(epoch.secret, secret);
    assertEquals(epoch.key, expandLabel(secret, "key"));
    assertEquals(epoch.iv, expandLabel(secret, "iv", "", 12));
    secret = expandLabel(secret, "traffic upd");
    assertEquals(epoch.next_secret, secret);
  }
  let expected = { epoch: 0, sequence: 0 };
  for (const record of records.records) {
    const { epoch, sequence } = record;
    assertEquals({ epoch, sequence }, expected);
    const { key = "", iv = "" } = records.epochs[epoch] ?? {};
    assertEquals(record.nonce, nonceOf(iv, sequence));
    assertEquals(record.additional_data, record.frame.slice(0, 8));
    const plaintext = openFrame(record.frame, { key, iv, sequence });
    assertEquals(plaintext, record.plaintext);
    const messages = record.messages.map(({ type, payload }) =>
      type.toString(16).padStart(2, "0") +
      (payload.length / 2).toString(16).padStart(4, "0") + payload
    ).join("");
    assertEquals(unpadded(plaintext, messages), messages);
    const updates = record.messages.some(({ type }) => type === 0x11);
    expected = updates
      ? { epoch: epoch + 1, sequence: 0 }
      : { epoch, sequence: sequence + 1 };
  }
});
