import type { Bytes } from "../../lib/bytes.ts";
import type { ClientEphemeral } from "../../lib/channel/client_handshake.ts";
import { mlKemFromSeed } from "../../lib/crypto/ml_kem.ts";
import { x25519FromScalar } from "../../lib/crypto/x25519.ts";
import {
  type Identity,
  identityFromPkcs8,
  pkcs8OfSeed,
} from "../../lib/identity/identity.ts";

/**
 * What is chosen at random in a real session, fixed: any value is the byte
 * repeated to its length, so that a reader can type it.
 */
export const EXAMPLE_BYTES = {
  clientSeed: { byte: 0xc1, length: 32 },
  clientRandom: { byte: 0xc2, length: 32 },
  clientScalar: { byte: 0xc3, length: 32 },
  clientMlKemSeed: { byte: 0xc4, length: 64 },
  clientDevice: { byte: 0xc5, length: 16 },
  serverSeed: { byte: 0x51, length: 32 },
  serverRandom: { byte: 0x52, length: 32 },
  serverScalar: { byte: 0x53, length: 32 },
  serverLog: { byte: 0x55, length: 16 },
} as const;

/** Names of {@linkcode EXAMPLE_BYTES}. */
export type ExampleInput = keyof typeof EXAMPLE_BYTES;

/** The value of one input. */
export function exampleBytes(name: ExampleInput): Bytes {
  const { byte, length } = EXAMPLE_BYTES[name];
  return new Uint8Array(length).fill(byte);
}

/** An identity whose private key is one of the inputs. */
export async function exampleIdentity(
  name: "clientSeed" | "serverSeed",
): Promise<Identity> {
  return await identityFromPkcs8(pkcs8OfSeed(exampleBytes(name)));
}

/** The client's shares. */
export async function exampleClientEphemeral(): Promise<ClientEphemeral> {
  const seed = exampleBytes("clientMlKemSeed");
  return {
    random: exampleBytes("clientRandom"),
    x25519: await exampleX25519("clientScalar"),
    mlKem: await mlKemFromSeed(seed, await mlKemPublicOf(seed)),
  };
}

/** The X25519 key pair of one of the inputs. */
export async function exampleX25519(
  name: "clientScalar" | "serverScalar",
): ReturnType<typeof x25519FromScalar> {
  const scalar = exampleBytes(name);
  const basePoint = new Uint8Array(32);
  basePoint[0] = 9; // RFC 7748 section 6.1
  const unnamed = await x25519FromScalar(scalar, basePoint);
  return await x25519FromScalar(scalar, await unnamed.agree(basePoint));
}

/** Only the JWK form of a private ML-KEM key carries the public one. */
async function mlKemPublicOf(seed: Bytes): Promise<Bytes> {
  const subtle = crypto.subtle as unknown as {
    importKey(
      format: "raw-seed",
      seed: Bytes,
      algorithm: string,
      extractable: boolean,
      usages: readonly string[],
    ): Promise<CryptoKey>;
    exportKey(format: "jwk", key: CryptoKey): Promise<{ pub: string }>;
  };
  const usages = ["decapsulateBits"];
  const key = await subtle.importKey(
    "raw-seed",
    seed,
    "ML-KEM-768",
    true,
    usages,
  );
  const { pub } = await subtle.exportKey("jwk", key);
  return Uint8Array.fromBase64(pub, { alphabet: "base64url" });
}
