import { type Bytes, concat } from "../bytes.ts";
import { encapsulate } from "../crypto/ml_kem.ts";
import { generateX25519, type X25519KeyPair } from "../crypto/x25519.ts";
import type { AlertName } from "../errors.ts";
import type { Identity } from "../identity/identity.ts";
import { encodeAlert } from "../wire/alert.ts";
import { decodeAuth, encodeAuth } from "../wire/auth.ts";
import { decodeClientHello } from "../wire/client_hello.ts";
import { encodeFrame } from "../wire/frame.ts";
import { encodeMessage, MESSAGE_TYPES } from "../wire/message.ts";
import { encodeReady, type Ready } from "../wire/ready.ts";
import { encodeServerHello } from "../wire/server_hello.ts";
import { applicationKeys } from "./application_keys.ts";
import { finishedKey, KeySchedule } from "./key_schedule.ts";
import { Once } from "./once.ts";
import { type Frame, RecordOpener } from "./record_opener.ts";
import { RecordSealer } from "./record_sealer.ts";
import type { Session } from "./session.ts";
import { trafficKey } from "./traffic_key.ts";
import { Transcript } from "./transcript.ts";
import { type AuthContext, prove, VerifiedPeer } from "./verified_peer.ts";

/** Fresh values of one handshake; tests pass fixed ones. */
export interface ServerEphemeral {
  /** 32 bytes. */
  readonly random: Bytes;
  readonly x25519: X25519KeyPair;
  /** {@linkcode encapsulate}, whose randomness WebCrypto does not let in. */
  encapsulate(
    publicKey: Bytes,
  ): Promise<{ ciphertext: Bytes; secret: Bytes }>;
}

/** Waiting for ClientHello. Single use. */
export class ExpectClientHello {
  readonly #state: Once<{ identity: Identity; ephemeral?: ServerEphemeral }>;

  /** @param ephemeral Fixed values for vectors; fresh ones by default. */
  constructor(identity: Identity, ephemeral?: ServerEphemeral) {
    this.#state = new Once(
      { identity, ...(ephemeral === undefined ? {} : { ephemeral }) },
      "receive ClientHello",
    );
  }

  /**
   * @returns `frames`, ServerHello and sealed ServerAuth, to send together.
   * @throws {ChatError} `CHAT_NOT_CHAT`, `CHAT_VERSION_UNSUPPORTED`,
   * `CHAT_WIRE_MALFORMED`, `CHAT_KEY_SHARE_INVALID` or `CHAT_STATE_REUSED`.
   */
  async receive(
    { body }: Frame,
  ): Promise<{ frames: Bytes; next: ExpectClientAuth }> {
    const { identity, ephemeral } = this.#state.take();
    const clientBytes = body.slice();
    const hello = decodeClientHello(clientBytes);
    const fresh = ephemeral ?? await freshEphemeral();
    const [{ ciphertext, secret: mlKem }, x25519] = await Promise.all([
      fresh.encapsulate(hello.mlKem),
      fresh.x25519.agree(hello.x25519),
    ]);
    const serverBytes = encodeServerHello({
      random: fresh.random,
      x25519: fresh.x25519.publicKey,
      ciphertext,
    });
    const transcript = new Transcript(clientBytes, serverBytes);
    const [t1, schedule] = await Promise.all([
      transcript.hash(),
      KeySchedule.from({ mlKem, x25519 }),
    ]);
    const [serverSecret, clientSecret] = await Promise.all([
      schedule.handshakeTraffic("server", t1),
      schedule.handshakeTraffic("client", t1),
    ]);
    const [sealed, clientKey, clientFinished] = await Promise.all([
      sealServerAuth(identity, transcript, serverSecret, t1),
      trafficKey(clientSecret),
      finishedKey(clientSecret, t1),
    ]);
    return {
      frames: concat(encodeFrame(serverBytes), sealed.frame),
      next: new ExpectClientAuth({
        server: identity.publicKey,
        schedule,
        opener: new RecordOpener(clientKey),
        context: {
          role: "client",
          transcript: transcript.with(sealed.message),
          finished: clientFinished,
        },
      }),
    };
  }
}

interface AuthState {
  readonly server: Bytes;
  readonly schedule: KeySchedule;
  readonly opener: RecordOpener;
  readonly context: AuthContext;
}

/** Waiting for ClientAuth. Single use. */
export class ExpectClientAuth {
  readonly #state: Once<AuthState>;

  constructor(state: AuthState) {
    this.#state = new Once(state, "receive ClientAuth");
  }

  /**
   * @throws {ChatError} what {@linkcode VerifiedPeer.verify} throws,
   * `CHAT_RECORD_REFUSED`, `CHAT_WIRE_MALFORMED`, `CHAT_UNEXPECTED_MESSAGE` or
   * `CHAT_STATE_REUSED`.
   */
  async receive(frame: Frame): Promise<Admission> {
    const { server, schedule, opener, context } = this.#state.take();
    const auth = decodeAuth("client", await opener.open(frame));
    // Whether this client may enter is asked once it is proven who it is.
    const peer = await VerifiedPeer.verify(auth, context, () => true);
    const { up, down, exporter } = await applicationKeys(
      schedule,
      context.transcript.with(encodeAuth("client", auth)),
    );
    return new Admission({
      peer,
      server,
      sealer: new RecordSealer(down),
      opener: new RecordOpener(up),
      exporter,
    });
  }
}

/** A proven client, about which the server decides. Single use. */
export class Admission {
  /** Who asks to be let in. */
  readonly peer: VerifiedPeer;
  readonly #state: Once<Omit<Session, "ready"> & { server: Bytes }>;

  constructor(state: Omit<Session, "ready"> & { server: Bytes }) {
    this.peer = state.peer;
    this.#state = new Once(state, "decide about the client");
  }

  /** @returns `frame`, the sealed READY to send first. */
  async accept(
    limits: Pick<Ready, "serverTime" | "maxMessage" | "idleTimeout">,
  ): Promise<{ frame: Bytes; session: Session }> {
    const { server, ...rest } = this.#state.take();
    const ready = { client: rest.peer.publicKey, server, ...limits };
    const message = encodeMessage(MESSAGE_TYPES.ready, encodeReady(ready));
    const frame = await rest.sealer.seal(message);
    return { frame, session: { ...rest, ready } };
  }

  /** @returns `frame`, a sealed alert to send before closing. */
  async refuse(alert: AlertName, reason: string): Promise<{ frame: Bytes }> {
    const { sealer } = this.#state.take();
    const payload = encodeAlert(alert, reason);
    return {
      frame: await sealer.seal(encodeMessage(MESSAGE_TYPES.alert, payload)),
    };
  }
}

async function sealServerAuth(
  identity: Identity,
  transcript: Transcript,
  secret: Bytes,
  t1: Bytes,
): Promise<{ message: Bytes; frame: Bytes }> {
  const [key, finished] = await Promise.all([
    trafficKey(secret),
    finishedKey(secret, t1),
  ]);
  const auth = await prove(identity, { role: "server", transcript, finished });
  const message = encodeAuth("server", auth);
  return { message, frame: await new RecordSealer(key).seal(message) };
}

async function freshEphemeral(): Promise<ServerEphemeral> {
  return {
    random: crypto.getRandomValues(new Uint8Array(32)),
    x25519: await generateX25519(),
    encapsulate,
  };
}
