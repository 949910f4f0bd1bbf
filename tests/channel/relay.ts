import { type Bytes, concat } from "../../lib/bytes.ts";
import { acceptChannel, type AcceptOptions } from "../../lib/channel/accept.ts";
import type { Channel } from "../../lib/channel/channel.ts";
import { FrameSource } from "../../lib/channel/frame_source.ts";
import { openChannel } from "../../lib/channel/open.ts";
import { ChatError } from "../../lib/errors.ts";
import type { PublicIdentity } from "../../lib/identity/public_identity.ts";
import { bytesOf } from "../../tools/vectors/frames.ts";
import { type MemoryDuplex, memoryDuplexes } from "../support/memory_duplex.ts";
import { FIXED } from "./fixed_states.ts";

/** Whose frames the relay looks at. */
export type Sender = "client" | "server";

/** One frame on its way, and what the relay may do with it. */
export interface Passing {
  readonly sender: Sender;
  /** Number of the frame among those of its sender, from 0. */
  readonly index: number;
  readonly bytes: Bytes;
  /** Sends `bytes` on to the receiver. */
  forward(bytes: Bytes): void;
  /** Sends `bytes` back to the sender. */
  reflect(bytes: Bytes): void;
  /** Ends the stream to the receiver. */
  cut(): void;
}

/** What both sides of a relayed handshake came to. */
export interface Relayed {
  readonly client: Channel | ChatError;
  readonly server: Channel | ChatError;
  /** Everything either side wrote in the handshake. */
  readonly written: Readonly<Record<Sender, Bytes>>;
  readonly ends: Readonly<Record<Sender, MemoryDuplex>>;
  /** Whom the server was asked to admit. */
  readonly admitted: readonly PublicIdentity[];
  /** Both ends, to be closed when nothing more is wanted. */
  close(): void;
}

/**
 * Lets a client and a server shake hands through a relay that does with every
 * frame what `meddle` says; what it does nothing with is dropped. The end of
 * one side's stream is the end of the other's.
 */
export async function relayedHandshake(
  meddle: (frame: Passing) => void,
  options: Partial<AcceptOptions> = {},
): Promise<Relayed> {
  const [clientEnd, clientSide] = memoryDuplexes();
  const [serverSide, serverEnd] = memoryDuplexes();
  const admitted: PublicIdentity[] = [];
  const client = settled(openChannel(clientEnd, {
    identity: FIXED.client,
    pins: [FIXED.server.fingerprint],
  }));
  const server = settled(acceptChannel(serverEnd, {
    identity: FIXED.server,
    admit: (peer) => void admitted.push(peer),
    limits: () => ({ serverTime: 1, maxMessage: 2, idleTimeout: 3 }),
    ...options,
  }));
  void relay({ sender: "client", from: clientSide, to: serverSide }, meddle);
  void relay({ sender: "server", from: serverSide, to: clientSide }, meddle);
  const outcomes = { client: await client, server: await server };
  return {
    ...outcomes,
    admitted,
    written: {
      client: concat(...clientEnd.written),
      server: concat(...serverEnd.written),
    },
    ends: { client: clientEnd, server: serverEnd },
    close(): void {
      for (const end of [clientEnd, clientSide, serverSide, serverEnd]) {
        end.close();
      }
    },
  };
}

/** Passes every frame on unchanged. */
export function passOn(frame: Passing): void {
  frame.forward(frame.bytes);
}

async function relay(
  { sender, from, to }: {
    sender: Sender;
    from: MemoryDuplex;
    to: MemoryDuplex;
  },
  meddle: (frame: Passing) => void,
): Promise<void> {
  const frames = new FrameSource(from);
  let isCut = false;
  const send = (end: MemoryDuplex, bytes: Bytes): void => {
    if (end === to && isCut) return;
    void end.write(bytes).catch(() => {}); // it is over there
  };
  try {
    for (let index = 0;; index++) {
      meddle({
        sender,
        index,
        bytes: bytesOf(await frames.frame(() => true)).slice(),
        forward: (bytes) => send(to, bytes),
        reflect: (bytes) => send(from, bytes),
        cut(): void {
          isCut = true;
          void to.closeWrite();
        },
      });
    }
  } catch {
    await to.closeWrite();
  }
}

async function settled(
  channel: Promise<Channel>,
): Promise<Channel | ChatError> {
  try {
    return await channel;
  } catch (error) {
    if (error instanceof ChatError) return error;
    throw error;
  }
}
