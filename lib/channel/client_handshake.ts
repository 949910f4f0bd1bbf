import { type Bytes, equalBytes } from "../bytes.ts";
import { generateMlKem, type MlKemKeyPair } from "../crypto/ml_kem.ts";
import { generateX25519, type X25519KeyPair } from "../crypto/x25519.ts";
import { ChatError } from "../errors.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import { decodeAlert } from "../wire/alert.ts";
import { decodeAuth, encodeAuth } from "../wire/auth.ts";
import { encodeClientHello } from "../wire/client_hello.ts";
import { encodeFrame } from "../wire/frame.ts";
import { MESSAGE_TYPES, soleMessage, splitMessages } from "../wire/message.ts";
import { decodeReady } from "../wire/ready.ts";
import { decodeServerHello } from "../wire/server_hello.ts";
import { alertError } from "./alert_error.ts";
import { applicationKeys } from "./application_keys.ts";
import { type KeyLog, KeyLogger } from "./key_log.ts";
import { finishedKey, KeySchedule } from "./key_schedule.ts";
import { Once } from "./once.ts";
import { type Frame, RecordOpener } from "./record_opener.ts";
import { RecordSealer } from "./record_sealer.ts";
import type { Session } from "./session.ts";
import { trafficKey } from "./traffic_key.ts";
import { Transcript } from "./transcript.ts";
import { prove, VerifiedPeer } from "./verified_peer.ts";

/** Fresh values of one handshake; tests pass fixed ones. */
export interface ClientEphemeral {
  /** 32 bytes. */
  readonly random: Bytes;
  readonly x25519: X25519KeyPair;
  readonly mlKem: MlKemKeyPair;
}

/**
 * Starts as client: send `frame`, then feed the answer to `next`.
 *
 * @param ephemeral Fixed values for vectors; fresh ones by default.
 * @param keyLog Told all keys of the connection, which gives it away.
 */
export async function startClientHandshake(
  ephemeral?: ClientEphemeral,
  keyLog?: KeyLog,
): Promise<{ frame: Bytes; next: ExpectServerHello }> {
  const fresh = ephemeral ?? await freshEphemeral();
  const hello = encodeClientHello({
    random: fresh.random,
    x25519: fresh.x25519.publicKey,
    mlKem: fresh.mlKem.publicKey,
  });
  return {
    frame: encodeFrame(hello),
    next: new ExpectServerHello(
      fresh,
      hello,
      new KeyLogger(keyLog, fresh.random),
    ),
  };
}

/** Waiting for ServerHello, which is not authenticated yet. Single use. */
export class ExpectServerHello {
  readonly #state: Once<{
    ephemeral: ClientEphemeral;
    hello: Bytes;
    logger: KeyLogger | undefined;
  }>;

  constructor(ephemeral: ClientEphemeral, hello: Bytes, logger?: KeyLogger) {
    this.#state = new Once({ ephemeral, hello, logger }, "receive ServerHello");
  }

  /**
   * @throws {ChatError} `CHAT_WIRE_MALFORMED`, `CHAT_UNEXPECTED_MESSAGE`,
   * `CHAT_KEY_SHARE_INVALID` or `CHAT_STATE_REUSED`.
   */
  async receive({ body }: Frame): Promise<ExpectServerAuth> {
    const { ephemeral, hello, logger } = this.#state.take();
    const bytes = body.slice();
    const reply = decodeServerHello(bytes);
    const transcript = new Transcript(hello, bytes);
    const [mlKem, x25519, t1] = await Promise.all([
      ephemeral.mlKem.decapsulate(reply.ciphertext),
      ephemeral.x25519.agree(reply.x25519),
      transcript.hash(),
    ]);
    const schedule = await KeySchedule.from({ mlKem, x25519 });
    const [serverSecret, clientSecret] = await Promise.all([
      schedule.handshakeTraffic("server", t1),
      schedule.handshakeTraffic("client", t1),
    ]);
    const [serverKey, serverFinished, clientKey, clientFinished] = await Promise
      .all([
        trafficKey(serverSecret, logger?.of("CHAT1_SERVER_HANDSHAKE")),
        finishedKey(serverSecret, t1),
        trafficKey(clientSecret, logger?.of("CHAT1_CLIENT_HANDSHAKE")),
        finishedKey(clientSecret, t1),
      ]);
    return new ExpectServerAuth({
      schedule,
      transcript,
      serverFinished,
      clientFinished,
      opener: new RecordOpener(serverKey),
      sealer: new RecordSealer(clientKey),
      logger,
    });
  }
}

interface AuthState {
  readonly schedule: KeySchedule;
  /** Through ServerHello. */
  readonly transcript: Transcript;
  readonly serverFinished: Awaited<ReturnType<typeof finishedKey>>;
  readonly clientFinished: Awaited<ReturnType<typeof finishedKey>>;
  readonly opener: RecordOpener;
  readonly sealer: RecordSealer;
  readonly logger?: KeyLogger | undefined;
}

/** Waiting for ServerAuth; nothing is believed before it. Single use. */
export class ExpectServerAuth {
  readonly #state: Once<AuthState>;

  constructor(state: AuthState) {
    this.#state = new Once(state, "receive ServerAuth");
  }

  /**
   * Verifies the server against `pins`; only then is our identity used.
   *
   * @returns `frame`, the sealed ClientAuth to send.
   * @throws {ChatError} what {@linkcode VerifiedPeer.verify} throws,
   * `CHAT_RECORD_REFUSED`, `CHAT_WIRE_MALFORMED`, `CHAT_UNEXPECTED_MESSAGE` or
   * `CHAT_STATE_REUSED`.
   */
  async receive(
    frame: Frame,
    { pins, identity }: {
      pins: readonly Fingerprint[];
      identity: Identity;
    },
  ): Promise<{ frame: Bytes; next: ExpectReady }> {
    const state = this.#state.take();
    const { peer, transcript } = await verifyServer(
      state,
      frame,
      (offered) => pins.includes(offered),
    );
    const auth = await prove(identity, {
      role: "client",
      transcript,
      finished: state.clientFinished,
    });
    const message = encodeAuth("client", auth);
    const { up, down, exporter } = await applicationKeys(
      state.schedule,
      transcript.with(message),
      state.logger,
    );
    return {
      frame: await state.sealer.seal(message),
      next: new ExpectReady({
        peer,
        identity: identity.publicKey,
        sealer: new RecordSealer(up),
        opener: new RecordOpener(down),
        exporter,
      }),
    };
  }

  /**
   * Verifies that the server holds the key it shows, whichever that is, and
   * goes no further: what a person is asked about on first use. Our identity
   * is not sent.
   *
   * @throws {ChatError} as {@linkcode ExpectServerAuth.receive}.
   */
  async inspect(frame: Frame): Promise<VerifiedPeer> {
    const { peer } = await verifyServer(this.#state.take(), frame, () => true);
    return peer;
  }
}

/** Waiting for READY: not connected before it opens. Single use. */
export class ExpectReady {
  readonly #state: Once<Omit<Session, "ready"> & { identity: Bytes }>;

  constructor(state: Omit<Session, "ready"> & { identity: Bytes }) {
    this.#state = new Once(state, "receive READY");
  }

  /**
   * @throws {ChatError} `CHAT_READY_INVALID` when it names other identities,
   * the server's reason when it refuses us, `CHAT_RECORD_REFUSED`,
   * `CHAT_WIRE_MALFORMED`, `CHAT_UNEXPECTED_MESSAGE` or `CHAT_STATE_REUSED`.
   */
  async receive(frame: Frame): Promise<Session> {
    const { identity, ...rest } = this.#state.take();
    const plaintext = await rest.opener.open(frame);
    const [first] = splitMessages(plaintext);
    if (first?.type === MESSAGE_TYPES.alert) {
      throw alertError(
        decodeAlert(soleMessage(plaintext, MESSAGE_TYPES.alert)),
      );
    }
    const ready = decodeReady(soleMessage(plaintext, MESSAGE_TYPES.ready));
    if (
      !equalBytes(ready.client, identity) ||
      !equalBytes(ready.server, rest.peer.publicKey)
    ) {
      throw new ChatError(
        "CHAT_READY_INVALID",
        "Cannot accept READY: it confirms other identities than ours",
      );
    }
    return { ...rest, ready };
  }
}

async function verifyServer(
  state: AuthState,
  frame: Frame,
  isExpected: (offered: Fingerprint) => boolean,
): Promise<{ peer: VerifiedPeer; transcript: Transcript }> {
  const auth = decodeAuth("server", await state.opener.open(frame));
  const context = {
    role: "server",
    transcript: state.transcript,
    finished: state.serverFinished,
  } as const;
  return {
    peer: await VerifiedPeer.verify(auth, context, isExpected),
    transcript: state.transcript.with(encodeAuth("server", auth)),
  };
}

async function freshEphemeral(): Promise<ClientEphemeral> {
  const [x25519, mlKem] = await Promise.all([
    generateX25519(),
    generateMlKem(),
  ]);
  return { random: crypto.getRandomValues(new Uint8Array(32)), x25519, mlKem };
}
