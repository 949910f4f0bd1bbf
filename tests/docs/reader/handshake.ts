/** Sections 3.2 and 5 of docs/protocol.md, the client's side. */
import {
  ascii,
  type Bytes,
  ed25519,
  hash,
  hmac,
  join,
  mlKem768,
  same,
  verify,
  x25519,
} from "./primitives.ts";
import {
  Direction,
  encode,
  expandLabel,
  frameOf,
  messagesOf,
} from "./records.ts";

/** Private keys and randomness of a client. */
export interface ClientSecrets {
  readonly identitySeed: Bytes;
  readonly random: Bytes;
  readonly scalar: Bytes;
  readonly mlKemSeed: Bytes;
}

/** The client's handshake, message by message. */
export class ClientHandshake {
  /** Every value on the way, by its name in appendix B. */
  readonly values: Record<string, Bytes> = {};
  readonly #secrets: ClientSecrets;
  #transcript: Bytes = new Uint8Array(0);

  constructor(secrets: ClientSecrets) {
    this.#secrets = secrets;
  }

  /** Section 5.1; returns the frame. */
  async clientHello(): Promise<Bytes> {
    const { random, scalar, mlKemSeed } = this.#secrets;
    const { share } = await x25519(scalar);
    const { encapsulationKey } = await mlKem768(mlKemSeed);
    this.#transcript = encode(
      0x01,
      join(
        ascii("chat"),
        Uint8Array.of(1),
        random,
        share,
        encapsulationKey,
      ),
    );
    return frameOf(this.#transcript);
  }

  /** Sections 5.2 to 5.4; takes the body of the frame. */
  async serverHello(body: Bytes): Promise<void> {
    if (body.length !== 1155) throw new Error("CHAT_NOT_CHAT");
    const { scalar, mlKemSeed } = this.#secrets;
    const { agree } = await x25519(scalar);
    const { decapsulate } = await mlKem768(mlKemSeed);
    const mlKemSecret = await decapsulate(body.slice(67));
    const x25519Secret = await agree(body.slice(35, 67));
    this.#transcript = join(this.#transcript, body);
    const t1 = await hash(this.#transcript);
    const hs = await hmac(
      new Uint8Array(32),
      join(mlKemSecret, x25519Secret),
    );
    Object.assign(this.values, {
      "ML-KEM secret": mlKemSecret,
      "X25519 secret": x25519Secret,
      t1,
      hs,
      chs: await expandLabel(hs, "c hs traffic", t1, 32),
      shs: await expandLabel(hs, "s hs traffic", t1, 32),
    });
  }

  /** Section 5.6; returns the server's identity, proven but not compared. */
  async serverAuth(body: Bytes): Promise<Bytes> {
    const plaintext = await new Direction(this.#value("shs")).open(body);
    const [message, ...more] = messagesOf(plaintext);
    if (message?.type !== 0x03 || more.length > 0) {
      throw new Error("CHAT_UNEXPECTED_MESSAGE");
    }
    const identity = message.payload.slice(0, 32);
    const signature = message.payload.slice(32, 96);
    const expected = await this.#finished("shs", join(identity, signature));
    const signed = await this.#signed("server", identity);
    if (!await verify(identity, signature, signed)) {
      throw new Error("CHAT_SIGNATURE_INVALID");
    }
    if (!same(expected, message.payload.slice(96))) {
      throw new Error("CHAT_FINISHED_INVALID");
    }
    this.#transcript = join(this.#transcript, encode(0x03, message.payload));
    this.values["server signs"] = signed;
    return identity;
  }

  /** Section 5.7; returns the frame. */
  async clientAuth(): Promise<Bytes> {
    const { publicKey, sign } = await ed25519(this.#secrets.identitySeed);
    const signed = await this.#signed("client", publicKey);
    const signature = await sign(signed);
    const finished = await this.#finished("chs", join(publicKey, signature));
    const message = encode(0x04, join(publicKey, signature, finished));
    const frame = await new Direction(this.#value("chs")).seal(message);
    this.#transcript = join(this.#transcript, message);

    const t3 = await hash(this.#transcript);
    const hs = this.#value("hs");
    Object.assign(this.values, {
      "client signs": signed,
      "client signature": signature,
      "client Finished": finished,
      t3,
      up: await expandLabel(hs, "c ap traffic", t3, 32),
      down: await expandLabel(hs, "s ap traffic", t3, 32),
      exporter: await expandLabel(hs, "exporter", t3, 32),
    });
    return frame;
  }

  async #signed(role: string, identity: Bytes): Promise<Bytes> {
    return join(
      new Uint8Array(64).fill(0x20),
      ascii(`chat/1 ${role}`),
      Uint8Array.of(0),
      await hash(this.#transcript, identity),
    );
  }

  async #finished(secret: "chs" | "shs", more: Bytes): Promise<Bytes> {
    const t1 = this.#value("t1");
    const key = await expandLabel(this.#value(secret), "finished", t1, 32);
    return await hmac(key, await hash(this.#transcript, more));
  }

  #value(name: string): Bytes {
    return this.values[name] ?? new Uint8Array(0);
  }
}

/** Section 3.2. */
export async function fingerprintOf(publicKey: Bytes): Promise<string> {
  const blob = join(
    Uint8Array.of(0, 0, 0, 11),
    ascii("ssh-ed25519"),
    Uint8Array.of(0, 0, 0, 32),
    publicKey,
  );
  return `SHA256:${(await hash(blob)).toBase64({ omitPadding: true })}`;
}
