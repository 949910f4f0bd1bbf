import { createHash } from "node:crypto";
import type { Bytes } from "../../bytes.ts";
import { mlKemFromSeed } from "../../crypto/ml_kem.ts";
import { x25519FromScalar } from "../../crypto/x25519.ts";
import { x25519PublicOf } from "../../crypto/x25519_public.ts";
import { decodeClientHello } from "../../wire/client_hello.ts";
import { decodeServerHello } from "../../wire/server_hello.ts";
import { splitFrames } from "../frames.ts";
import type { Person } from "../laboratory.ts";
import type { Streams } from "./open_recording.ts";

/** What somebody tries as a secret, 32 bytes. */
export interface Guess {
  readonly what: string;
  readonly bytes: Bytes;
}

/** Where the seed stands in a private key of 48 bytes. */
const SEED_AT = 16;

/**
 * Whatever can be computed from stolen identity keys and a recording that might
 * be one of its secrets, had somebody built this carelessly: the keys themselves,
 * Diffie-Hellman of them with anything, and what passed in clear.
 */
export async function guesses(
  streams: Streams,
  people: readonly Person[],
): Promise<
  { readonly x25519: readonly Guess[]; readonly mlKem: readonly Guess[] }
> {
  const clientHello = decodeClientHello(bodyOf(streams.up));
  const serverHello = decodeServerHello(bodyOf(streams.down));
  const scalars = people.flatMap(scalarsOf);
  const shares: readonly Guess[] = [
    { what: "the client's share", bytes: clientHello.x25519 },
    { what: "the server's share", bytes: serverHello.x25519 },
    ...scalars.map(({ what, bytes }) => ({
      what: `the public key of ${what}`,
      bytes: x25519PublicOf(bytes),
    })),
  ];
  const agreed: Guess[] = [];
  for (const scalar of scalars) {
    const pair = await x25519FromScalar(
      scalar.bytes,
      x25519PublicOf(scalar.bytes),
    );
    for (const share of shares) {
      agreed.push({
        what: `${scalar.what} with ${share.what}`,
        bytes: await pair.agree(share.bytes),
      });
    }
  }
  const decapsulated: Guess[] = [];
  for (const { what, bytes } of people.flatMap(seedsOf)) {
    const seed = new Uint8Array(64);
    seed.set(bytes, 0);
    seed.set(bytes, 32);
    const pair = await mlKemFromSeed(seed, clientHello.mlKem);
    decapsulated.push({
      what: `the ciphertext opened with ${what}`,
      bytes: await pair.decapsulate(serverHello.ciphertext),
    });
  }
  const common: readonly Guess[] = [
    { what: "zeros", bytes: new Uint8Array(32) },
    { what: "ones", bytes: new Uint8Array(32).fill(0xff) },
    ...people.flatMap(seedsOf),
    { what: "the client's random bytes", bytes: clientHello.random },
    { what: "the server's random bytes", bytes: serverHello.random },
    { what: "the hash of the ciphertext", bytes: hash(serverHello.ciphertext) },
  ];
  return {
    x25519: [...common, ...agreed],
    mlKem: [...common, ...decapsulated, {
      what: "the start of the ciphertext",
      bytes: serverHello.ciphertext.slice(0, 32),
    }],
  };
}

function seedsOf({ name, pkcs8 }: Person): readonly Guess[] {
  return [{ what: `the private key of ${name}`, bytes: pkcs8.slice(SEED_AT) }];
}

/** The seed as it is, and as the X25519 key that Ed25519 makes of it. */
function scalarsOf(person: Person): readonly Guess[] {
  return seedsOf(person).flatMap(({ what, bytes }) => [
    { what, bytes },
    { what: `${what}, converted`, bytes: sha512(bytes).slice(0, 32) },
  ]);
}

function bodyOf(stream: Bytes): Bytes {
  const [frame] = splitFrames(stream);
  if (frame === undefined) {
    throw new Error("Cannot guess: nothing was recorded");
  }
  return frame.body;
}

function hash(bytes: Bytes): Bytes {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

function sha512(bytes: Bytes): Bytes {
  return new Uint8Array(createHash("sha512").update(bytes).digest());
}
