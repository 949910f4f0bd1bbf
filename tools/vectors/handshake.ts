import type { Bytes } from "../../lib/bytes.ts";
import { startClientHandshake } from "../../lib/channel/client_handshake.ts";
import { finishedKey } from "../../lib/channel/key_schedule.ts";
import { ExpectClientHello } from "../../lib/channel/server_handshake.ts";
import type { Session } from "../../lib/channel/session.ts";
import { signatureInput, Transcript } from "../../lib/channel/transcript.ts";
import { prove } from "../../lib/channel/verified_peer.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import { type Auth, encodeAuth, type Role } from "../../lib/wire/auth.ts";
import { bytesOf, frameOf, framesOf } from "./frames.ts";
import {
  fixedClientEphemeral,
  fixedIdentity,
  fixedServerEphemeral,
  INPUTS,
} from "./inputs.ts";
import {
  type ScheduleValues,
  scheduleValues,
} from "../../lib/lab/schedule_values.ts";

/** How one side proves itself, step by step. */
export interface AuthValues extends Auth {
  /** Hash of everything before, then the identity. */
  readonly signedHash: Bytes;
  readonly signatureInput: Bytes;
  /** Hash of everything before, then identity and signature. */
  readonly finishedHash: Bytes;
  /** The encoded message, without padding. */
  readonly message: Bytes;
}

/** The handshake of the fixed inputs: real states on both sides. */
export interface FixedHandshake {
  readonly client: Identity;
  readonly server: Identity;
  readonly clientHello: Bytes;
  readonly serverHello: Bytes;
  readonly schedule: ScheduleValues;
  readonly serverAuth: AuthValues;
  /** Transcript hash through ServerAuth. */
  readonly t2: Bytes;
  readonly clientAuth: AuthValues;
  readonly frames: {
    readonly clientHello: Bytes;
    readonly serverHello: Bytes;
    readonly serverAuth: Bytes;
    readonly clientAuth: Bytes;
    readonly ready: Bytes;
  };
  /** Both ends of the channel it leads to. */
  readonly sessions: { readonly client: Session; readonly server: Session };
}

/** Runs the handshake of the fixed inputs and writes down every value. */
export async function fixedHandshake(): Promise<FixedHandshake> {
  const [client, server] = [
    await fixedIdentity("client"),
    await fixedIdentity("server"),
  ];
  const clientEphemeral = await fixedClientEphemeral();
  const hello = await startClientHandshake(clientEphemeral);
  const waiting = new ExpectClientHello(server, await fixedServerEphemeral());
  const reply = await waiting.receive(frameOf(hello.frame));
  const [serverHello, serverAuth] = framesOf(reply.frames);
  if (serverHello === undefined || serverAuth === undefined) {
    throw new Error("Cannot run handshake: the server sent too little");
  }
  const expectAuth = await hello.next.receive(serverHello);
  const proof = await expectAuth.receive(serverAuth, {
    pins: [server.fingerprint],
    identity: client,
  });
  const admission = await reply.next.receive(frameOf(proof.frame));
  const ready = await admission.accept(INPUTS.ready);

  const clientBytes = frameOf(hello.frame).body;
  const hellos = new Transcript(clientBytes, serverHello.body);
  const t1 = await hellos.hash();
  const x25519Secret = await clientEphemeral.x25519.agree(
    (await fixedServerEphemeral()).x25519.publicKey,
  );
  const secrets = { mlKemSecret: INPUTS.server.mlKemSecret, x25519Secret, t1 };
  const early = await scheduleValues({ ...secrets, t3: t1 });
  const proving = { role: "server", transcript: hellos, early } as const;
  const serverValues = await authValues(server, proving);
  const afterServer = hellos.with(serverValues.message);
  const clientValues = await authValues(client, {
    role: "client",
    transcript: afterServer,
    early,
  });
  const t3 = await afterServer.with(clientValues.message).hash();
  return {
    client,
    server,
    clientHello: clientBytes,
    serverHello: serverHello.body,
    schedule: await scheduleValues({ ...secrets, t3 }),
    serverAuth: serverValues,
    t2: await afterServer.hash(),
    clientAuth: clientValues,
    frames: {
      clientHello: hello.frame,
      serverHello: bytesOf(serverHello),
      serverAuth: bytesOf(serverAuth),
      clientAuth: proof.frame,
      ready: ready.frame,
    },
    sessions: {
      client: await proof.next.receive(frameOf(ready.frame)),
      server: ready.session,
    },
  };
}

/** Content of `handshake.json`. */
export async function handshakeVectors(
  handshake: FixedHandshake,
  refused: unknown,
): Promise<unknown> {
  const { client, server, sessions, ...values } = handshake;
  const [clientX25519, serverX25519] = [
    (await fixedClientEphemeral()).x25519.publicKey,
    (await fixedServerEphemeral()).x25519.publicKey,
  ];
  return {
    about:
      "One handshake of chat/1 with every value in between, and frames that must be refused in its course. Fields: README.md",
    client: {
      ...INPUTS.client,
      identity: client.publicKey,
      fingerprint: client.fingerprint,
      x25519Public: clientX25519,
    },
    server: {
      ...INPUTS.server,
      identity: server.publicKey,
      fingerprint: server.fingerprint,
      x25519Public: serverX25519,
    },
    ready: INPUTS.ready,
    ...values,
    exporter: sessions.client.exporter,
    refused,
  };
}

async function authValues(
  identity: Identity,
  { role, transcript, early }: {
    role: Role;
    transcript: Transcript;
    early: ScheduleValues;
  },
): Promise<AuthValues> {
  const { secret } = role === "server" ? early.shs : early.chs;
  const finished = await finishedKey(secret, early.t1);
  const auth = await prove(identity, { role, transcript, finished });
  const named = transcript.with(identity.publicKey);
  const signedHash = await named.hash();
  return {
    ...auth,
    signedHash,
    signatureInput: signatureInput(role, signedHash),
    finishedHash: await named.with(auth.signature).hash(),
    message: encodeAuth(role, auth),
  };
}
