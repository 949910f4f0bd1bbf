import { type Bytes, utf8 } from "../../bytes.ts";
import { ChatError } from "../../errors.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import { decodeClientHello } from "../../wire/client_hello.ts";
import { splitFrames } from "../frames.ts";
import type { Person } from "../laboratory.ts";
import { needlesOf } from "../needles.ts";
import { findNeedles } from "../search.ts";

/** What there is in what a client has sent. */
export interface Sighting {
  /** Whether it is a ClientHello and not one byte more. */
  readonly isHelloAlone: boolean;
  /** What of the person can be found in it, in any spelling. */
  readonly found: readonly string[];
  /** All of it in words. */
  readonly text: string;
}

/** Takes apart what a client sent, as whoever holds the other end can. */
export function examine(sent: Bytes, { name, identity }: Person): Sighting {
  const frames = splitFrames(sent);
  const [hello] = frames;
  const isHelloAlone = hello !== undefined && isClientHello(hello.body) &&
    hello.bytes.length === sent.length;
  const needles = [
    { kind: "text", what: "the name", text: name } as const,
    {
      kind: "bytes",
      what: "the public key",
      bytes: identity.publicKey,
    } as const,
    {
      kind: "bytes",
      what: "the fingerprint",
      bytes: fingerprintBytes(identity.fingerprint),
    } as const,
    {
      kind: "bytes",
      what: "the fingerprint as text",
      bytes: utf8(identity.fingerprint.slice("SHA256:".length)),
    } as const,
  ].flatMap(needlesOf);
  const found = [
    ...new Set(
      findNeedles(sent, needles).map(({ needle }) => needle.secret.what),
    ),
  ];
  return {
    isHelloAlone,
    found,
    text: isHelloAlone
      ? `${sent.length} bytes, one ClientHello: a version, 32 random bytes and two public keys made for this connection alone`
      : `${sent.length} bytes in ${frames.length} frames`,
  };
}

function isClientHello(body: Bytes): boolean {
  try {
    decodeClientHello(body);
    return true;
  } catch (error) {
    if (error instanceof ChatError) return false;
    throw error;
  }
}
