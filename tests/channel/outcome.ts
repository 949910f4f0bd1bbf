import type { Bytes } from "../../lib/bytes.ts";
import { Channel } from "../../lib/channel/channel.ts";
import { FrameSource } from "../../lib/channel/frame_source.ts";
import type { Session } from "../../lib/channel/session.ts";
import { ChatError, type ErrorCode } from "../../lib/errors.ts";
import type { ScriptedDuplex } from "./scripted_duplex.ts";

/** What an application got to see of a channel until it was over. */
export interface Outcome {
  /** Application messages, in order. */
  readonly data: readonly Bytes[];
  /** How it ended: a goodbye, or the code of an error. */
  readonly end: "close" | ErrorCode;
  /** The error's message; empty after a goodbye. */
  readonly message: string;
}

/** Reads a channel over `duplex` to its end. */
export async function outcomeOf(
  session: Session,
  duplex: ScriptedDuplex,
): Promise<Outcome> {
  const channel = new Channel(session, duplex, new FrameSource(duplex));
  return await outcomeOfChannel(channel);
}

/** Reads `channel` to its end; `data` shows what arrives meanwhile. */
export async function outcomeOfChannel(
  channel: Channel,
  data: Bytes[] = [],
): Promise<Outcome> {
  try {
    for await (const batch of channel.batches()) {
      data.push(...batch.map((message) => message.slice()));
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { data, end: error.code, message: error.message };
  }
  return { data, end: "close", message: "" };
}
