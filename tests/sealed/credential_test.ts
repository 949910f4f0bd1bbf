import { generateIdentity } from "../../lib/identity/identity.ts";
import {
  decodeCredential,
  encodeCredential,
} from "../../lib/sealed/credential.ts";
import { CLIENT_CONFIG } from "../../lib/sealed/mls_suite.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const { publicKey, fingerprint } = await generateIdentity();
const other = await generateIdentity();
const who = { publicKey, fingerprint, name: "alice" };

Deno.test("decodeCredential() gives back who was encoded", async () => {
  for (const name of ["a", "Ålice", "x".repeat(128), "with spaces"]) {
    const credential = encodeCredential({ ...who, name });
    assertEquals(await decodeCredential(credential, publicKey), {
      ...who,
      name,
    });
  }
});

Deno.test("decodeCredential() refuses what is not of the key that signs the leaf", async () => {
  const credential = encodeCredential(who);
  assertEquals(await decodeCredential(credential, other.publicKey), undefined);
  const { fingerprint } = other;
  const mixed = encodeCredential({ ...who, fingerprint });
  assertEquals(await decodeCredential(mixed, publicKey), undefined);
});

Deno.test("decodeCredential() refuses every cut and each changed byte before the name", async () => {
  const credential = encodeCredential(who);
  const nameAt = credential.length - "alice".length;
  for (let at = 0; at <= nameAt; at++) {
    const cut = credential.slice(0, at);
    assertEquals(await decodeCredential(cut, publicKey), undefined);
  }
  for (let at = 0; at < nameAt; at++) {
    const changed = credential.with(at, credential[at] as number ^ 1);
    assertEquals(await decodeCredential(changed, publicKey), undefined);
  }
});

Deno.test("decodeCredential() refuses names that are too long, not UTF-8, or have controls", async () => {
  const prefix = encodeCredential(who).slice(0, -"alice".length);
  const bad = [
    new Uint8Array(129).fill(0x61),
    Uint8Array.of(0xff),
    Uint8Array.of(0x61, 0x1b),
    Uint8Array.of(0x61, 0x7f),
    Uint8Array.of(0xc2, 0x9b),
  ];
  for (const name of bad) {
    const credential = new Uint8Array([...prefix, ...name]);
    assertEquals(await decodeCredential(credential, publicKey), undefined);
  }
});

Deno.test("decodeCredential() refuses a key of small order", async () => {
  const weak = new Uint8Array(32).with(0, 1);
  const credential = encodeCredential({ ...who, publicKey: weak });
  assertEquals(await decodeCredential(credential, weak), undefined);
});

Deno.test("encodeCredential() refuses such names", () => {
  for (const name of ["", "x".repeat(129), "a\u0000", "\ud800"]) {
    assertRefuses(
      "CHAT_NAME_INVALID",
      () => encodeCredential({ ...who, name }),
    );
  }
});

Deno.test("CLIENT_CONFIG refuses credentials that are not ours", async () => {
  const { authService } = CLIENT_CONFIG;
  const identity = encodeCredential(who);
  const credential = { credentialType: "basic", identity } as const;
  assert(await authService.validateCredential(credential, publicKey));
  assert(!await authService.validateCredential(credential, other.publicKey));
  assert(
    !await authService.validateCredential(
      { credentialType: "x509", certificates: [] },
      publicKey,
    ),
  );
});
