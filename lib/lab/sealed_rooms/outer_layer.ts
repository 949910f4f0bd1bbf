import { createHash } from "node:crypto";
import { type Bytes, concat, equalBytes } from "../../bytes.ts";
import { x25519FromScalar } from "../../crypto/x25519.ts";
import { x25519PublicOf } from "../../crypto/x25519_public.ts";
import { ChatError } from "../../errors.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import { openEnvelope } from "../../sealed/envelope.ts";
import { openHello } from "../../sealed/hello.ts";
import { roomKeysOf } from "../../sealed/room_secret.ts";
import type { SealingKey } from "../../sealed/sealing_key.ts";
import type { Person } from "../laboratory.ts";
import type { ServerDisk, StoredEnvelope } from "./server_disk.ts";

/** What came of trying secrets on all that a server has. */
export interface Tries {
  /** Secrets that were tried. */
  readonly secrets: number;
  /** Envelopes that each was tried on. */
  readonly envelopes: number;
  /** What was in those that opened. */
  readonly opened: readonly Bytes[];
}

/** Tries each of `secrets`, 32 bytes, as that of the room of each envelope. */
export async function tryAll(
  secrets: readonly Bytes[],
  envelopes: readonly StoredEnvelope[],
): Promise<Tries> {
  const opened: Bytes[] = [];
  for (const secret of secrets) {
    const keys = await roomKeysOf(secret);
    for (const { kind, group, bytes } of envelopes) {
      const place = { ...keys, roomId: group }; // whatever it would be called
      const found = await openEnvelope(place, kind, bytes);
      if (found !== undefined) opened.push(found.content);
    }
  }
  return { secrets: secrets.length, envelopes: envelopes.length, opened };
}

/** Where the seed stands in a private key of 48 bytes. */
const SEED_AT = 16;

/**
 * Whatever the server has, or can compute of it, that might be a secret of a room,
 * had somebody built this carelessly, 32 bytes each.
 */
export async function serverSecrets(
  { rooms, published }: ServerDisk,
  owner: Person,
): Promise<readonly Bytes[]> {
  const seed = owner.pkcs8.slice(SEED_AT);
  const scalar = sha512(seed).slice(0, 32);
  const shares = [
    ...published.map((key) => key.slice(41, 73)), // the X25519 key in it
    ...rooms.flatMap(({ hello }) =>
      hello.length === 0 ? [] : [hello.slice(65, 97)] // the ephemeral one
    ),
  ];
  const pairs = await Promise.all(
    [seed, scalar].map((one) => x25519FromScalar(one, x25519PublicOf(one))),
  );
  const agreed = await Promise.all(
    pairs.flatMap((pair) => shares.map((share) => pair.agree(share))),
  );
  const blobs = rooms.flatMap(({ group, hello, envelopes }) => [
    group,
    hello,
    ...envelopes.map(({ bytes }) => bytes),
  ]);
  const all = [
    ...[new Uint8Array(32), new Uint8Array(32).fill(0xff), seed, scalar],
    ...[owner.identity.publicKey, sha256(seed)],
    fingerprintBytes(owner.identity.fingerprint),
    ...[...shares, ...agreed],
    ...rooms.map(({ group }) => group),
    ...[...blobs, ...published].map(sha256),
    ...blobs.filter(({ length }) => length > 54).map((one) =>
      one.slice(22, 54)
    ),
  ];
  return [...new Map(all.map((one) => [one.toHex(), one])).values()];
}

/** Who gave whom the secret of a room of two. */
export interface HelloPlace {
  readonly author: Person;
  readonly recipient: Person;
  /** What the recipient has published. */
  readonly published: Bytes;
}

/**
 * How many of these private halves, 96 bytes each, open the secret of a room of
 * two that was sealed for somebody.
 */
export async function openingHello(
  { group, hello }: { readonly group: Bytes; readonly hello: Bytes },
  secrets: readonly Bytes[],
  { author, recipient, published }: HelloPlace,
): Promise<number> {
  let opening = 0;
  for (const secret of secrets) {
    const key: SealingKey = { at: 0, published, secret };
    try {
      await openHello(hello, {
        group,
        peer: fingerprintBytes(author.identity.fingerprint),
        own: recipient.identity,
        keys: [key],
      });
      opening += 1;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
    }
  }
  return opening;
}

/** Private halves of sealing keys that might be made of single secrets. */
export function sealingSecrets(secrets: readonly Bytes[]): readonly Bytes[] {
  return secrets.map((one) => concat(one, one, one));
}

/** The one that a hello is for: it names it by its hash. */
export function keyOfHello(
  hello: Bytes,
  published: readonly Bytes[],
): Bytes | undefined {
  return published.find((key) => equalBytes(sha256(key), hello.slice(33, 65)));
}

function sha256(bytes: Bytes): Bytes {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

function sha512(bytes: Bytes): Bytes {
  return new Uint8Array(createHash("sha512").update(bytes).digest());
}
