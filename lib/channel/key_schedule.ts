import { type Bytes, concat } from "../bytes.ts";
import { hkdfExtract, HkdfSecret } from "../crypto/hkdf.ts";
import { HmacKey } from "../crypto/hmac.ts";
import type { Role } from "../wire/auth.ts";

const SECRET_BYTES = 32;
const NO_SALT = new Uint8Array(32);

/** Labels of the secrets that each role sends under. */
const LABELS = {
  handshake: { client: "c hs traffic", server: "s hs traffic" },
  application: { client: "c ap traffic", server: "s ap traffic" },
} as const;

/**
 * The secrets of one handshake (docs/protocol.md, "Key schedule"): a pure
 * function of the two shared secrets and the transcript.
 */
export class KeySchedule {
  readonly #handshakeSecret: HkdfSecret;

  private constructor(handshakeSecret: HkdfSecret) {
    this.#handshakeSecret = handshakeSecret;
  }

  /** Both secrets, 32 bytes each; they are wiped. */
  static async from(
    secrets: { mlKem: Bytes; x25519: Bytes },
  ): Promise<KeySchedule> {
    const ikm = concat(secrets.mlKem, secrets.x25519);
    const extracted = await hkdfExtract(NO_SALT, ikm);
    for (const secret of [secrets.mlKem, secrets.x25519, ikm]) secret.fill(0);
    return new KeySchedule(await HkdfSecret.import(extracted));
  }

  /**
   * Secret that `role` seals its Auth under, 32 bytes.
   *
   * @param t1 Transcript hash through ServerHello.
   */
  handshakeTraffic(role: Role, t1: Bytes): Promise<Bytes> {
    return this.#derive(LABELS.handshake[role], t1);
  }

  /**
   * Secret that `role` seals everything from READY on under, 32 bytes.
   *
   * @param t3 Transcript hash through ClientAuth.
   */
  applicationTraffic(role: Role, t3: Bytes): Promise<Bytes> {
    return this.#derive(LABELS.application[role], t3);
  }

  /** Channel binding for layers above, 32 bytes. @param t3 As above. */
  exporter(t3: Bytes): Promise<Bytes> {
    return this.#derive("exporter", t3);
  }

  #derive(label: string, transcriptHash: Bytes): Promise<Bytes> {
    return this.#handshakeSecret.expandLabel(
      label,
      transcriptHash,
      SECRET_BYTES,
    );
  }
}

/**
 * The key of a Finished (the form of RFC 8446 section 4.4.4).
 *
 * @param handshakeTraffic The sender's handshake traffic secret.
 * @param t1 Transcript hash through ServerHello.
 */
export async function finishedKey(
  handshakeTraffic: Bytes,
  t1: Bytes,
): Promise<HmacKey> {
  const secret = await HkdfSecret.import(handshakeTraffic);
  return await HmacKey.import(
    await secret.expandLabel("finished", t1, SECRET_BYTES),
  );
}
