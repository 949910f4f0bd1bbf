import type { Bytes } from "../../lib/bytes.ts";
import type { ClientEphemeral } from "../../lib/channel/client_handshake.ts";
import type { ServerEphemeral } from "../../lib/channel/server_handshake.ts";
import { mlKemFromSeed } from "../../lib/crypto/ml_kem.ts";
import {
  x25519FromScalar,
  type X25519KeyPair,
} from "../../lib/crypto/x25519.ts";
import {
  type Identity,
  identityFromPkcs8,
  pkcs8OfSeed,
} from "../../lib/identity/identity.ts";
import mlKem from "../../tests/vectors/ml_kem_768.json" with { type: "json" };

/** The 32 bytes from `first` on: 0x00, 0x01, ... */
function counting(first: number): Bytes {
  return Uint8Array.from({ length: 32 }, (_, i) => first + i);
}

/**
 * Everything that is random in a real handshake, fixed. The encapsulation is
 * the published one of `tests/vectors/ml_kem_768.json`: WebCrypto does not let
 * its randomness in.
 */
export const INPUTS = {
  client: {
    identitySeed: counting(0x00),
    random: counting(0x40),
    x25519Private: counting(0x80),
    mlKemSeed: Uint8Array.fromHex(mlKem.d + mlKem.z),
    mlKemPublic: Uint8Array.fromHex(mlKem.public_key),
  },
  server: {
    identitySeed: counting(0x20),
    random: counting(0x60),
    x25519Private: counting(0xa0),
    mlKemRandom: Uint8Array.fromHex(mlKem.m),
    mlKemCiphertext: Uint8Array.fromHex(mlKem.ciphertext),
    mlKemSecret: Uint8Array.fromHex(mlKem.secret),
  },
  ready: {
    serverTime: 1_767_225_600_000,
    maxMessage: 65_530,
    idleTimeout: 90_000,
  },
} as const;

/** An identity that signs with the given seed. */
export async function fixedIdentity(
  role: "client" | "server",
): Promise<Identity> {
  return await identityFromPkcs8(pkcs8OfSeed(INPUTS[role].identitySeed));
}

/** What the client brings to the fixed handshake. */
export async function fixedClientEphemeral(): Promise<ClientEphemeral> {
  const { random, x25519Private, mlKemSeed, mlKemPublic } = INPUTS.client;
  return {
    random,
    x25519: await fixedX25519(x25519Private),
    mlKem: await mlKemFromSeed(mlKemSeed, mlKemPublic),
  };
}

/** What the server brings to the fixed handshake. */
export async function fixedServerEphemeral(): Promise<ServerEphemeral> {
  const { random, x25519Private, mlKemCiphertext, mlKemSecret } = INPUTS.server;
  return {
    random,
    x25519: await fixedX25519(x25519Private),
    encapsulate: () =>
      Promise.resolve({
        ciphertext: mlKemCiphertext.slice(),
        secret: mlKemSecret.slice(), // the key schedule wipes it
      }),
  };
}

async function fixedX25519(scalar: Bytes): Promise<X25519KeyPair> {
  const basePoint = new Uint8Array(32);
  basePoint[0] = 9; // RFC 7748 section 6.1
  const nameless = await x25519FromScalar(scalar, basePoint);
  return await x25519FromScalar(scalar, await nameless.agree(basePoint));
}
