import { type Bytes, concat } from "../bytes.ts";
import { KeySchedule } from "../channel/key_schedule.ts";
import { AES_KEY_BYTES, GCM_NONCE_BYTES } from "../crypto/aes_gcm.ts";
import { hkdfExtract, HkdfSecret } from "../crypto/hkdf.ts";

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
    const finishedKey = await expand(secret, "finished", 32, t1);
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
    key: await expand(secret, "key", AES_KEY_BYTES),
    iv: await expand(secret, "iv", GCM_NONCE_BYTES),
    nextSecret: await expand(secret, "traffic upd", 32),
  };
}

async function expand(
  secret: Bytes,
  label: string,
  length: number,
  context: Bytes = NO_CONTEXT,
): Promise<Bytes> {
  const hkdf = await HkdfSecret.import(secret);
  return await hkdf.expandLabel(label, context, length);
}
