/**
 * The example session of docs/protocol.md and tests/vectors/session.json: the
 * real code with fixed inputs. WebCrypto lets nobody choose the randomness of
 * an encapsulation, so ciphertext and secret are inputs too, kept in the file.
 */
import type { Bytes } from "../../lib/bytes.ts";
import { encapsulate } from "../../lib/crypto/ml_kem.ts";
import { fingerprintOf } from "../../lib/identity/fingerprint.ts";
import { exampleHandshake } from "./example_handshake.ts";
import {
  EXAMPLE_BYTES,
  exampleBytes,
  exampleClientEphemeral,
  type ExampleInput,
} from "./example_inputs.ts";
import { exampleRecords } from "./example_records.ts";

/** The session as it is published; binary values in hexadecimal. */
export interface PublishedSession {
  readonly about: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly fingerprints: { readonly client: string; readonly server: string };
  readonly values: Readonly<Record<string, string>>;
  readonly handshake: Readonly<Record<string, string>>;
  readonly records: readonly {
    readonly from: string;
    readonly messages: string;
    readonly frame: string;
  }[];
}

/** Where it is published. */
export const SESSION_VECTORS = new URL(
  "../../tests/vectors/session.json",
  import.meta.url,
);

/** Runs the example again, with a published encapsulation or a fresh one. */
export async function exampleSession(
  published?: PublishedSession,
): Promise<PublishedSession> {
  const encapsulated = published === undefined
    ? await encapsulate((await exampleClientEphemeral()).mlKem.publicKey)
    : {
      ciphertext: input(published, "mlKemCiphertext"),
      secret: input(published, "mlKemSecret"),
    };
  const { values, frames, client, server } = await exampleHandshake(
    encapsulated,
  );
  const records = await exampleRecords({ client, server });
  const names = Object.keys(EXAMPLE_BYTES) as ExampleInput[];
  return {
    about:
      "One session of chat/1 with fixed inputs, explained in docs/protocol.md. Bytes are hexadecimal; written by tools/docs.ts.",
    inputs: {
      ...Object.fromEntries(
        names.map((name) => [name, exampleBytes(name).toHex()]),
      ),
      mlKemCiphertext: encapsulated.ciphertext.toHex(),
      mlKemSecret: encapsulated.secret.toHex(),
    },
    fingerprints: {
      client: await fingerprintOf(server.peer.publicKey),
      server: await fingerprintOf(client.peer.publicKey),
    },
    values: toHex(values),
    handshake: toHex(frames),
    records: records.map(({ from, messages, frame }) => ({
      from,
      messages: messages.toHex(),
      frame: frame.toHex(),
    })),
  };
}

function toHex(
  values: Readonly<Record<string, Bytes>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.toHex()]),
  );
}

function input({ inputs }: PublishedSession, name: string): Bytes {
  return Uint8Array.fromHex(inputs[name] ?? "");
}
