import type { Bytes } from "../bytes.ts";
import { type AlertName, ChatError, ERRORS } from "../errors.ts";
import type { Identity } from "../identity/identity.ts";
import type { PublicIdentity } from "../identity/public_identity.ts";
import { ALERTS, encodeClearAlert } from "../wire/alert.ts";
import { SEALED_AUTH_BYTES } from "../wire/auth.ts";
import { MAX_CLIENT_HELLO_BYTES } from "../wire/client_hello.ts";
import { encodeFrame } from "../wire/frame.ts";
import type { Ready } from "../wire/ready.ts";
import { Channel } from "./channel.ts";
import type { Duplex } from "./duplex.ts";
import { FrameSource } from "./frame_source.ts";
import { ExpectClientHello } from "./server_handshake.ts";

/** Why a proven client may not enter. */
export interface Refusal {
  readonly alert: AlertName;
  /** In words, for the client's screen; at most 128 bytes of it are sent. */
  readonly reason: string;
}

/** What a server brings to its side of the handshake. */
export interface AcceptOptions {
  readonly identity: Identity;
  /** Told when the first message has come, before it is looked at. */
  onHello?(): void;
  /** Decides about a client that has proven who it is; nothing lets it in. */
  admit(peer: PublicIdentity): Refusal | undefined;
  /** For READY, read when it is sent. */
  limits(): Pick<Ready, "serverTime" | "maxMessage" | "idleTimeout">;
}

/**
 * Runs the server's handshake over `duplex`, which is ended when it fails.
 *
 * @returns A channel to a verified client, with READY on its way.
 * @throws {ChatError} every handshake code of docs/errors.md, or the code that
 * belongs to the refusal.
 */
export async function acceptChannel(
  duplex: Duplex,
  options: AcceptOptions,
): Promise<Channel> {
  const frames = new FrameSource(duplex);
  let refused: Bytes | undefined;
  try {
    const hello = await frames.frame((length) =>
      length <= MAX_CLIENT_HELLO_BYTES
    );
    options.onHello?.();
    const start = new ExpectClientHello(options.identity);
    const reply = await start.receive(hello);
    await duplex.write(reply.frames);
    const auth = await frames.frame((length) => length === SEALED_AUTH_BYTES);
    const admission = await reply.next.receive(auth);
    const refusal = options.admit(admission.peer);
    if (refusal !== undefined) {
      refused = (await admission.refuse(refusal.alert, refusal.reason)).frame;
      throw new ChatError(
        ALERTS[refusal.alert].code,
        `Cannot admit ${admission.peer.fingerprint}: ${refusal.reason}`,
      );
    }
    const { frame, session } = await admission.accept(options.limits());
    await duplex.write(frame);
    return new Channel(session, duplex, frames);
  } catch (error) {
    void endWith(duplex, frames, refused ?? clearAlert(error));
    throw error;
  }
}

/** Tells a client nothing but that there is no room for it, and closes. */
export async function turnAway(duplex: Duplex): Promise<void> {
  const busy = encodeFrame(encodeClearAlert("busy"));
  await endWith(duplex, new FrameSource(duplex), busy);
}

/** What an unverified client may know about why its handshake failed. */
function clearAlert(error: unknown): Bytes | undefined {
  const alert = error instanceof ChatError ? ERRORS[error.code].alert : null;
  return alert === null ? undefined : encodeFrame(encodeClearAlert(alert));
}

/** Sends `last` and closes so that it can still be read. */
async function endWith(
  duplex: Duplex,
  frames: FrameSource,
  last: Bytes | undefined,
): Promise<void> {
  if (last !== undefined) {
    duplex.linger(); // bounds everything below
    await duplex.write(last).catch(() => {}); // it closes all the same
    await duplex.closeWrite();
    await frames.drain();
  }
  duplex.close();
}
