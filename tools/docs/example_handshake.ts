import type { Bytes } from "../../lib/bytes.ts";
import { startClientHandshake } from "../../lib/channel/client_handshake.ts";
import { KeySchedule } from "../../lib/channel/key_schedule.ts";
import { ExpectClientHello } from "../../lib/channel/server_handshake.ts";
import type { Session } from "../../lib/channel/session.ts";
import { signatureInput, Transcript } from "../../lib/channel/transcript.ts";
import { AES_KEY_BYTES, GCM_NONCE_BYTES } from "../../lib/crypto/aes_gcm.ts";
import { HkdfSecret } from "../../lib/crypto/hkdf.ts";
import { SHA256_BYTES } from "../../lib/crypto/sha256.ts";
import { decodeAuth, encodeAuth } from "../../lib/wire/auth.ts";
import { decodeServerHello } from "../../lib/wire/server_hello.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import {
  exampleBytes,
  exampleClientEphemeral,
  exampleIdentity,
  exampleX25519,
} from "./example_inputs.ts";
import { openFrame } from "./frames.ts";

/** Secret and public values of the example by name, in order of appearance. */
export type ExampleValues = Readonly<Record<string, Bytes>>;

/** The example's handshake: the real code on both sides, fixed inputs. */
export interface ExampleHandshake {
  readonly values: ExampleValues;
  readonly frames: {
    readonly clientHello: Bytes;
    readonly serverHello: Bytes;
    readonly serverAuth: Bytes;
    readonly clientAuth: Bytes;
    readonly ready: Bytes;
  };
  readonly client: Session;
  readonly server: Session;
}

/** What READY of the example says. */
export const EXAMPLE_READY = {
  serverTime: 1_795_132_800_000, // 2026-11-20T00:00Z
  maxMessage: 65_530,
  idleTimeout: 60_000,
};

/** Runs the handshake; only the encapsulation is random unless it is given. */
export async function exampleHandshake(
  encapsulated: { ciphertext: Bytes; secret: Bytes },
): Promise<ExampleHandshake> {
  const clientIdentity = await exampleIdentity("clientSeed");
  const serverIdentity = await exampleIdentity("serverSeed");
  const ephemeral = await exampleClientEphemeral();
  const serverX25519 = await exampleX25519("serverScalar");

  const start = await startClientHandshake(ephemeral);
  const clientHello = start.frame;
  const waiting = new ExpectClientHello(serverIdentity, {
    random: exampleBytes("serverRandom"),
    x25519: serverX25519,
    encapsulate: () =>
      Promise.resolve({
        ciphertext: encapsulated.ciphertext,
        secret: encapsulated.secret.slice(),
      }),
  });
  const reply = await waiting.receive(openFrame(clientHello));
  const serverHelloEnd = 4 + openFrame(reply.frames).body.length;
  const serverHello = reply.frames.slice(0, serverHelloEnd);
  const serverAuth = reply.frames.slice(serverHelloEnd);

  const afterHello = await start.next.receive(openFrame(serverHello));
  const proof = await afterHello.receive(openFrame(serverAuth), {
    pins: [serverIdentity.fingerprint],
    identity: clientIdentity,
  });
  const admission = await reply.next.receive(openFrame(proof.frame));
  const accepted = await admission.accept(EXAMPLE_READY);
  const client = await proof.next.receive(openFrame(accepted.frame));
  const frames = {
    clientHello,
    serverHello,
    serverAuth,
    clientAuth: proof.frame,
    ready: accepted.frame,
  };
  const values = await intermediateValues(frames, encapsulated.secret);
  return { values, frames, client, server: accepted.session };
}

/** Every value between inputs and keys, from the frames and the secrets. */
async function intermediateValues(
  frames: Omit<ExampleHandshake["frames"], "ready">,
  mlKemSecret: Bytes,
): Promise<ExampleValues> {
  const hello = openFrame(frames.clientHello).body.slice();
  const reply = openFrame(frames.serverHello).body.slice();
  const x25519 = await exampleX25519("clientScalar");
  const x25519Secret = await x25519.agree(decodeServerHello(reply).x25519);
  const schedule = await KeySchedule.from({
    mlKem: mlKemSecret.slice(),
    x25519: x25519Secret.slice(),
  });

  const first = new Transcript(hello, reply);
  const t1 = await first.hash();
  const shs = await schedule.handshakeTraffic("server", t1);
  const chs = await schedule.handshakeTraffic("client", t1);
  const serverAuth = decodeAuth("server", await open(shs, frames.serverAuth));
  const clientAuth = decodeAuth("client", await open(chs, frames.clientAuth));
  const second = first.with(encodeAuth("server", serverAuth));
  const t3 = await second.with(encodeAuth("client", clientAuth)).hash();
  const serverNamed = await first.with(serverAuth.identity).hash();
  const clientNamed = await second.with(clientAuth.identity).hash();
  const up = await schedule.applicationTraffic("client", t3);
  const down = await schedule.applicationTraffic("server", t3);
  return {
    "client identity": clientAuth.identity,
    "server identity": serverAuth.identity,
    "ML-KEM secret": mlKemSecret,
    "X25519 secret": x25519Secret,
    t1,
    shs,
    chs,
    ...await keysOf("shs", shs),
    ...await keysOf("chs", chs),
    "server signs": signatureInput("server", serverNamed),
    "server signature": serverAuth.signature,
    "server Finished": serverAuth.finished,
    "client signs": signatureInput("client", clientNamed),
    "client signature": clientAuth.signature,
    "client Finished": clientAuth.finished,
    t3,
    up,
    down,
    ...await keysOf("up", up),
    ...await keysOf("down", down),
    ...await nextKeysOf("up", up),
    exporter: await schedule.exporter(t3),
  };
}

const NO_CONTEXT: Bytes = new Uint8Array(0);

/** AES key and IV of a traffic secret. */
async function keysOf(name: string, secret: Bytes): Promise<ExampleValues> {
  const hkdf = await HkdfSecret.import(secret);
  return {
    [`${name} key`]: await hkdf.expandLabel("key", NO_CONTEXT, AES_KEY_BYTES),
    [`${name} iv`]: await hkdf.expandLabel("iv", NO_CONTEXT, GCM_NONCE_BYTES),
  };
}

/** The secret after a KeyUpdate, with its keys. */
async function nextKeysOf(name: string, secret: Bytes): Promise<ExampleValues> {
  const hkdf = await HkdfSecret.import(secret);
  const next = await hkdf.expandLabel("traffic upd", NO_CONTEXT, SHA256_BYTES);
  return { [`next ${name}`]: next, ...await keysOf(`next ${name}`, next) };
}

async function open(secret: Bytes, frame: Bytes): Promise<Bytes> {
  return await new RecordOpener(await trafficKey(secret)).open(
    openFrame(frame),
  );
}
