import { type Capabilities, capabilitiesEncoder } from "ts-mls/capabilities.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import {
  generateKeyPackageWithKey,
  type KeyPackage,
  type PrivateKeyPackage,
} from "ts-mls/keyPackage.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { equalBytes } from "../bytes.ts";
import { encodeCredential, type SealedIdentity } from "./credential.ts";
import { SUITE } from "./mls_suite.ts";

/** The same for every member: what differs is refused. */
const CAPABILITIES: Capabilities = {
  versions: ["mls10"],
  ciphersuites: [SUITE],
  extensions: [],
  proposals: [],
  credentials: ["basic"],
};

const encodedCapabilities = encode(capabilitiesEncoder)(CAPABILITIES);

/** Makes a leaf of our own, signed by `suite`, with fresh HPKE keys. */
export async function generateLeaf(
  suite: CiphersuiteImpl,
  who: SealedIdentity,
): Promise<{ publicPackage: KeyPackage; privatePackage: PrivateKeyPackage }> {
  return await generateKeyPackageWithKey(
    { credentialType: "basic", identity: encodeCredential(who) },
    CAPABILITIES,
    { notBefore: 0n, notAfter: 2n ** 64n - 1n },
    [],
    { signKey: new Uint8Array(0), publicKey: who.publicKey },
    suite,
  );
}

/** Whether a leaf has the form that all leaves of sealed rooms have. */
export function isPlainLeaf(leaf: LeafNode): boolean {
  return leaf.extensions.length === 0 &&
    leaf.credential.credentialType === "basic" &&
    equalBytes(
      encode(capabilitiesEncoder)(leaf.capabilities),
      encodedCapabilities,
    );
}

/** Whether `after` is still the same member under the same name as `before`. */
export function isSameMember(before: LeafNode, after: LeafNode): boolean {
  return before.credential.credentialType === "basic" &&
    after.credential.credentialType === "basic" &&
    equalBytes(before.credential.identity, after.credential.identity) &&
    equalBytes(before.signaturePublicKey, after.signaturePublicKey);
}
