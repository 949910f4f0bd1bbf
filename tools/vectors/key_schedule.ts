import { type Bytes, concat } from "../../lib/bytes.ts";
import { KeySchedule } from "../../lib/channel/key_schedule.ts";
import { AES_KEY_BYTES, GCM_NONCE_BYTES } from "../../lib/crypto/aes_gcm.ts";
import { hkdfExtract, hkdfLabel, HkdfSecret } from "../../lib/crypto/hkdf.ts";

const NO_CONTEXT = new Uint8Array(0);

/** What a key schedule starts from, 32 bytes each. */
export interface ScheduleInputs {
  readonly mlKemSecret: Bytes;
  readonly x25519Secret: Bytes;
  /** Transcript hash through ServerHello. */
  readonly t1: Bytes;
  /** Transcript hash through ClientAuth. */
  readonly t3: Bytes;
}

/** A traffic secret and what is expanded from it. */
export interface TrafficValues {
  readonly secret: Bytes;
  readonly key: Bytes;
  readonly iv: Bytes;
  /** The secret after a KeyUpdate. */
  readonly nextSecret: Bytes;
}

/** A handshake traffic secret also has the key of a Finished. */
export interface HandshakeTrafficValues extends TrafficValues {
  readonly finishedKey: Bytes;
}

/** Every value of one key schedule, in the order of derivation. */
export interface ScheduleValues extends ScheduleInputs {
  readonly ikm: Bytes;
  readonly hs: Bytes;
  readonly chs: HandshakeTrafficValues;
  readonly shs: HandshakeTrafficValues;
  readonly up: TrafficValues;
  readonly down: TrafficValues;
  readonly exporter: Bytes;
}

/** Runs a key schedule and writes down everything it derives. */
export async function scheduleValues(
  inputs: ScheduleInputs,
): Promise<ScheduleValues> {
  const { mlKemSecret, x25519Secret, t1, t3 } = inputs;
  const ikm = concat(mlKemSecret, x25519Secret);
  const schedule = await KeySchedule.from({
    mlKem: mlKemSecret.slice(), // they are wiped
    x25519: x25519Secret.slice(),
  });
  const handshake = async (
    role: "client" | "server",
  ): Promise<HandshakeTrafficValues> => {
    const secret = await schedule.handshakeTraffic(role, t1);
    const finishedKey = await expand(secret, labelled("finished", t1, 32));
    return { ...await trafficValues(secret), finishedKey };
  };
  return {
    ...inputs,
    ikm,
    hs: await hkdfExtract(new Uint8Array(32), ikm),
    chs: await handshake("client"),
    shs: await handshake("server"),
    up: await trafficValues(await schedule.applicationTraffic("client", t3)),
    down: await trafficValues(await schedule.applicationTraffic("server", t3)),
    exporter: await schedule.exporter(t3),
  };
}

/** Expands a traffic secret. */
export async function trafficValues(secret: Bytes): Promise<TrafficValues> {
  return {
    secret,
    key: await expand(secret, labelled("key", NO_CONTEXT, AES_KEY_BYTES)),
    iv: await expand(secret, labelled("iv", NO_CONTEXT, GCM_NONCE_BYTES)),
    nextSecret: await expand(secret, labelled("traffic upd", NO_CONTEXT, 32)),
  };
}

/** Content of `key_schedule.json`. */
export async function keyScheduleVectors(
  handshake: ScheduleInputs,
): Promise<unknown> {
  const { t1, t3 } = handshake;
  return {
    about:
      "The key schedule of chat/1, a pure function of two secrets and two transcript hashes. Fields: README.md",
    labels: [
      labelled("c hs traffic", t1, 32),
      labelled("s hs traffic", t1, 32),
      labelled("finished", t1, 32),
      labelled("c ap traffic", t3, 32),
      labelled("s ap traffic", t3, 32),
      labelled("exporter", t3, 32),
      labelled("key", NO_CONTEXT, AES_KEY_BYTES),
      labelled("iv", NO_CONTEXT, GCM_NONCE_BYTES),
      labelled("traffic upd", NO_CONTEXT, 32),
    ],
    schedules: [
      await scheduleValues(handshake),
      await scheduleValues({
        mlKemSecret: filled(0x01),
        x25519Secret: filled(0x02),
        t1: filled(0x03),
        t3: filled(0x04),
      }),
      await scheduleValues({
        mlKemSecret: filled(0x02),
        x25519Secret: filled(0x01),
        t1: filled(0xff),
        t3: filled(0x00),
      }),
    ],
  };
}

interface Labelled {
  readonly label: string;
  readonly context: Bytes;
  readonly length: number;
  /** The encoded HkdfLabel: `info` of HKDF-Expand. */
  readonly info: Bytes;
}

function labelled(label: string, context: Bytes, length: number): Labelled {
  return { label, context, length, info: hkdfLabel(label, context, length) };
}

async function expand(
  secret: Bytes,
  { label, context, length }: Labelled,
): Promise<Bytes> {
  const hkdf = await HkdfSecret.import(secret);
  return await hkdf.expandLabel(label, context, length);
}

function filled(byte: number): Bytes {
  return new Uint8Array(32).fill(byte);
}
