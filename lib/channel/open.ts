import { ChatError } from "../errors.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import type { PublicIdentity } from "../identity/public_identity.ts";
import { CLEAR_ALERT_BYTES, decodeClearAlert } from "../wire/alert.ts";
import { SEALED_AUTH_BYTES } from "../wire/auth.ts";
import { SERVER_HELLO_BYTES } from "../wire/server_hello.ts";
import { alertError } from "./alert_error.ts";
import { Channel } from "./channel.ts";
import {
  type ExpectServerAuth,
  startClientHandshake,
} from "./client_handshake.ts";
import type { Duplex } from "./duplex.ts";
import { FrameSource } from "./frame_source.ts";
import type { KeyLog } from "./key_log.ts";
import type { Frame } from "./record_opener.ts";

/** How far connecting has come, for people who wait. */
export type HandshakeStep = "hello" | "verified" | "ready";

/**
 * Runs the client's handshake over `duplex`, which is closed when it fails.
 *
 * @param options `pins`: fingerprints, one of which the server must prove.
 * `keyLog` is told all keys, which gives the connection away to who reads it.
 * @returns A channel to the pinned server, after its READY.
 * @throws {ChatError} every handshake code of docs/errors.md.
 */
export async function openChannel(
  duplex: Duplex,
  options: {
    identity: Identity;
    pins: readonly Fingerprint[];
    onStep?: (step: HandshakeStep) => void;
    keyLog?: KeyLog;
  },
): Promise<Channel> {
  return await closingOnError(duplex, async () => {
    const { frames, next } = await greet(duplex, options);
    const serverAuth = await answer(frames, SEALED_AUTH_BYTES);
    const proof = await next.receive(serverAuth, options);
    options.onStep?.("verified");
    await duplex.write(proof.frame);
    const ready = await answer(frames, SEALED_AUTH_BYTES);
    const session = await proof.next.receive(ready);
    options.onStep?.("ready");
    return new Channel(session, duplex, frames);
  });
}

/**
 * Finds out which identity the server behind `duplex` can prove, without
 * telling it ours, and closes.
 *
 * @throws {ChatError} every handshake code but `CHAT_PIN_MISMATCH`.
 */
export async function inspectServer(duplex: Duplex): Promise<PublicIdentity> {
  const peer = await closingOnError(duplex, async () => {
    const { frames, next } = await greet(duplex);
    return await next.inspect(await answer(frames, SEALED_AUTH_BYTES));
  });
  duplex.close();
  return peer;
}

async function greet(
  duplex: Duplex,
  { onStep, keyLog }: {
    onStep?: (step: HandshakeStep) => void;
    keyLog?: KeyLog;
  } = {},
): Promise<{ frames: FrameSource; next: ExpectServerAuth }> {
  const frames = new FrameSource(duplex);
  const start = await startClientHandshake(undefined, keyLog);
  await duplex.write(start.frame);
  const hello = await answer(frames, SERVER_HELLO_BYTES).catch((error) => {
    throw isBadLength(error) ? notChat() : error;
  });
  const next = await start.next.receive(hello);
  onStep?.("hello");
  return { frames, next };
}

/** The next frame, of `length` bytes; an alert in its place is thrown. */
async function answer(frames: FrameSource, length: number): Promise<Frame> {
  const frame = await frames.frame((offered) =>
    offered === length || offered === CLEAR_ALERT_BYTES
  );
  if (frame.body.length === CLEAR_ALERT_BYTES) {
    throw alertError(decodeClearAlert(frame.body));
  }
  return frame;
}

function isBadLength(error: unknown): boolean {
  return error instanceof ChatError && error.code === "CHAT_FRAME_SIZE";
}

function notChat(): ChatError {
  return new ChatError(
    "CHAT_NOT_CHAT",
    "Cannot connect: what answers does not speak chat/1",
  );
}

async function closingOnError<T>(
  duplex: Duplex,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    duplex.close();
    throw error;
  }
}
