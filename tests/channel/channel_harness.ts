import { type Bytes, fromUtf8, utf8 } from "../../lib/bytes.ts";
import { Channel } from "../../lib/channel/channel.ts";
import { FrameSource } from "../../lib/channel/frame_source.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import type { Session } from "../../lib/channel/session.ts";
import { splitMessages } from "../../lib/wire/message.ts";
import { framesOf } from "../../tools/vectors/frames.ts";
import { type MemoryDuplex, memoryDuplexes } from "../support/memory_duplex.ts";
import { clientSession, KEYS, serverSession } from "./fixed_states.ts";
import type { ScriptedDuplex } from "./scripted_duplex.ts";

/** Two channels that talk to each other, past their handshake. */
export interface ChannelPair {
  readonly client: Channel;
  readonly server: Channel;
  readonly clientEnd: MemoryDuplex;
  readonly serverEnd: MemoryDuplex;
}

/** @param sessions Replaces parts of either end. */
export function channelPair(
  sessions: { client?: Partial<Session>; server?: Partial<Session> } = {},
): ChannelPair {
  const [clientEnd, serverEnd] = memoryDuplexes();
  return {
    client: channelOver(clientEnd, {
      ...clientSession(),
      ...sessions.client,
    }),
    server: channelOver(serverEnd, {
      ...serverSession(),
      ...sessions.server,
    }),
    clientEnd,
    serverEnd,
  };
}

/** A channel over any duplex. */
export function channelOver(
  duplex: MemoryDuplex | ScriptedDuplex,
  session: Session,
): Channel {
  return new Channel(session, duplex, new FrameSource(duplex));
}

/** Sends texts as one batch. */
export function say(channel: Channel, ...texts: readonly string[]): void {
  for (const text of texts) channel.send(utf8(text));
  channel.wake();
}

/** Texts of application messages. */
export function textsOf(data: readonly Bytes[]): string[] {
  return data.map((bytes) => fromUtf8(bytes));
}

/** Type and payload of every message that the server's end wrote. */
export async function writtenByServer(
  duplex: MemoryDuplex | ScriptedDuplex,
): Promise<{ type: number; payload: Bytes }[]> {
  const opener = new RecordOpener(KEYS.down);
  const messages: { type: number; payload: Bytes }[] = [];
  const bytes = new Uint8Array(duplex.written.flatMap((each) => [...each]));
  for (const frame of framesOf(bytes)) {
    messages.push(...splitMessages(await opener.open(frame)));
  }
  return messages;
}
