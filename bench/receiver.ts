import { type Bytes, concat } from "../lib/bytes.ts";
import { startClientHandshake } from "../lib/channel/client_handshake.ts";
import { FrameSource } from "../lib/channel/frame_source.ts";
import type { Fingerprint } from "../lib/identity/fingerprint.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import { dial } from "../lib/net/dial.ts";
import type { TcpDuplex } from "../lib/net/tcp_duplex.ts";
import { encodeClientMessage } from "../lib/protocol/codec.ts";
import { ID_BYTES } from "../lib/protocol/limits.ts";
import type { ClientMessage } from "../lib/protocol/messages.ts";
import { PROTOCOL } from "../lib/protocol/schema.ts";
import { encodeMessage, MESSAGE_TYPES } from "../lib/wire/message.ts";

const READ_BYTES = 131_072;

/** A sealed room, as the server knows it. */
export interface SealedPlace {
  readonly room: number;
  readonly group: Bytes;
}

/**
 * What a member sends first: it enters, and reads the lobby from here on, or a sealed
 * room that it joins. The numbers of requests are 1 and 2.
 */
export function entering(
  name: string,
  sealed?: SealedPlace,
): readonly ClientMessage[] {
  const device = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  const enter = {
    kind: "enter",
    protocol: PROTOCOL,
    ...{ name, device, invitation: null },
  } as const;
  if (sealed === undefined) {
    return [enter, { kind: "follow", id: 1, room: 0, after: null }];
  }
  const { group, room } = sealed;
  return [
    enter,
    { kind: "join_sealed", id: 1, group },
    { kind: "follow", id: 2, room, after: null },
  ];
}

/**
 * A member that proves itself and enters, and then only counts bytes: what a
 * hundred of them do must not be what is measured.
 */
export class Receiver {
  readonly duplex: TcpDuplex;

  private constructor(duplex: TcpDuplex) {
    this.duplex = duplex;
  }

  /** Connects, proves itself and asks to enter. */
  static async enter(
    server: { readonly port: number; readonly fingerprint: Fingerprint },
    name: string,
    sealed?: SealedPlace,
  ): Promise<Receiver> {
    const duplex = await dial({ host: "127.0.0.1", port: server.port });
    const frames = new FrameSource(duplex);
    const any = (): boolean => true;
    const { frame, next } = await startClientHandshake();
    await duplex.write(frame);
    const auth = await next.receive(await frames.frame(any));
    const proof = await auth.receive(await frames.frame(any), {
      pins: [server.fingerprint],
      identity: await generateIdentity(),
    });
    await duplex.write(proof.frame);
    const session = await proof.next.receive(await frames.frame(any));
    const { data } = MESSAGE_TYPES;
    const messages = entering(name, sealed)
      .map((message) => encodeMessage(data, encodeClientMessage(message)));
    await duplex.write(await session.sealer.seal(concat(...messages)));
    return new Receiver(duplex);
  }

  /** Tells how many bytes have come, until the connection is closed. */
  async count(saw: (bytes: number) => void): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (let bytes = 0;;) {
      const read = await this.duplex.read(buffer).catch(() => null);
      if (read === null) return;
      saw(bytes += read);
    }
  }
}
