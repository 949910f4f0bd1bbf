import type { ClientConfig } from "ts-mls/clientConfig.js";
import {
  type CiphersuiteImpl,
  getCiphersuiteFromName,
} from "ts-mls/crypto/ciphersuite.js";
import { defaultCryptoProvider } from "ts-mls/crypto/implementation/default/provider.js";
import type { Credential } from "ts-mls/credential.js";
import { type Bytes, concat, equalBytes } from "../bytes.ts";
import { openAes128Gcm, sealAes128Gcm } from "../crypto/aes_128_gcm.ts";
import { verifyEd25519Sync } from "../crypto/ed25519_sync.ts";
import { hmacSha256Sync } from "../crypto/hmac_sync.ts";
import { SHA256_BYTES } from "../crypto/sha256.ts";
import { sha256Sync } from "../crypto/sha256_sync.ts";
import type { Identity } from "../identity/identity.ts";
import { decodeCredential } from "./credential.ts";
import { LATE_MESSAGES, PAST_EPOCHS, SKIPPED_MESSAGES } from "./limits.ts";

/** The one cipher suite of sealed rooms (RFC 9420 section 17.1, 0x0001). */
export const SUITE = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

const NONE = new Uint8Array(0);

/** HPKE as the library has it: WebCrypto through `@hpke/core`. */
const library = defaultCryptoProvider.getCiphersuiteImpl(
  getCiphersuiteFromName(SUITE),
);

/**
 * The cipher suite, signing as `identity`, whose key so never enters the state
 * of a group. What is called by the hundred answers at once (docs/sealed.md,
 * "Costs"); the algorithms are those of the library.
 */
export async function suiteOf(identity: Identity): Promise<CiphersuiteImpl> {
  const base = await library;
  return {
    ...base,
    kdf: { size: SHA256_BYTES, extract, expand },
    hash: {
      digest: (data) => Promise.resolve(sha256Sync(data)),
      mac: (key, data) => Promise.resolve(hmacSha256Sync(key, data)),
      verifyMac: (key, mac, data) =>
        Promise.resolve(equalBytes(hmacSha256Sync(key, data), mac)),
    },
    hpke: { ...base.hpke, encryptAead, decryptAead },
    signature: {
      ...base.signature,
      sign: (_, message) => identity.sign(concat(message)),
      verify: (publicKey, message, signature) =>
        Promise.resolve(verifyEd25519Sync(publicKey, message, signature)),
    },
  };
}

function encryptAead(
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array = NONE,
  plaintext: Uint8Array,
): Promise<Bytes> {
  const once = { key, nonce, additionalData };
  return Promise.resolve(sealAes128Gcm(once, plaintext));
}

// deno-lint-ignore require-await -- what it throws becomes a rejection
async function decryptAead(
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array = NONE,
  sealed: Uint8Array,
): Promise<Bytes> {
  return openAes128Gcm({ key, nonce, additionalData }, sealed);
}

/** HKDF-Extract (RFC 5869 section 2.2). */
function extract(salt: Uint8Array, ikm: Uint8Array): Promise<Bytes> {
  const key = salt.length === 0 ? new Uint8Array(SHA256_BYTES) : salt;
  return Promise.resolve(hmacSha256Sync(key, ikm));
}

/** HKDF-Expand (RFC 5869 section 2.3). */
function expand(
  prk: Uint8Array,
  info: Uint8Array,
  length: number,
): Promise<Bytes> {
  const blocks: Bytes[] = [];
  let previous: Bytes = NONE;
  for (let i = 1; (i - 1) * SHA256_BYTES < length; i++) {
    previous = hmacSha256Sync(prk, previous, info, Uint8Array.of(i));
    blocks.push(previous);
  }
  const [only] = blocks;
  return Promise.resolve(
    only?.length === length ? only : concat(...blocks).slice(0, length),
  );
}

/**
 * How the library shall judge. What it leaves open (who may change a group, and
 * how) is for `commit_rules.ts`.
 */
export const CLIENT_CONFIG: ClientConfig = {
  keyRetentionConfig: {
    retainKeysForGenerations: LATE_MESSAGES,
    retainKeysForEpochs: PAST_EPOCHS,
    maximumForwardRatchetSteps: SKIPPED_MESSAGES,
  },
  // The founder's first leaf alone has a lifetime, and no clock is asked.
  lifetimeConfig: {
    maximumTotalLifetime: 2n ** 64n - 1n,
    validateLifetimeOnReceive: false,
  },
  keyPackageEqualityConfig: {
    compareKeyPackages: (a, b) =>
      equalBytes(a.leafNode.signaturePublicKey, b.leafNode.signaturePublicKey),
    compareKeyPackageToLeafNode: (a, b) =>
      equalBytes(a.leafNode.signaturePublicKey, b.signaturePublicKey),
  },
  paddingConfig: { kind: "alwaysPad", paddingLength: 0 }, // envelopes are padded
  authService: {
    async validateCredential(
      credential: Credential,
      signaturePublicKey: Uint8Array,
    ): Promise<boolean> {
      if (credential.credentialType !== "basic") return false;
      const { identity } = credential;
      return await decodeCredential(identity, signaturePublicKey) !== undefined;
    },
  },
};
