import type { Bytes } from "../../lib/bytes.ts";
import { AES_KEY_BYTES, GCM_NONCE_BYTES } from "../../lib/crypto/aes_gcm.ts";
import { hkdfLabel } from "../../lib/crypto/hkdf.ts";
import {
  type ScheduleInputs,
  scheduleValues,
} from "../../lib/lab/schedule_values.ts";

const NO_CONTEXT = new Uint8Array(0);

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

function filled(byte: number): Bytes {
  return new Uint8Array(32).fill(byte);
}
