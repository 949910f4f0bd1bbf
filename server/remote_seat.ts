import type { Channel } from "../lib/channel/channel.ts";
import type { Succession } from "../lib/identity/succession.ts";
import type { ServerMeter } from "../lib/metrics/server_meter.ts";
import { encodeServerMessage } from "../lib/protocol/codec.ts";
import type { ServerMessage } from "../lib/protocol/messages.ts";
import type { Feed } from "../lib/room/feed.ts";
import type { Seat } from "../lib/room/hall.ts";

/** What a seat tells of itself. */
export interface RemoteSeatOptions {
  /** Told when it has entered. */
  readonly onEntered: () => void;
  /** The server's next key, told when it has entered. */
  readonly succession?: Succession | undefined;
  readonly meter?: ServerMeter | undefined;
}

/** A member at the other end of a channel. */
export class RemoteSeat implements Seat {
  readonly #channel: Channel;
  readonly #options: RemoteSeatOptions;

  constructor(channel: Channel, feed: Feed, options: RemoteSeatOptions) {
    this.#channel = channel;
    this.#options = options;
    channel.attach({
      get pending(): number {
        return feed.pending;
      },
      take(): Uint8Array {
        const entries = feed.take();
        options.meter?.delivered(entries.length);
        return entries;
      },
    });
  }

  reply(message: ServerMessage): void {
    const { onEntered, succession } = this.#options;
    if (message.kind === "entered") onEntered();
    if (message.kind === "refused") this.#options.meter?.refused(message.code);
    this.#channel.send(encodeServerMessage(message));
    if (message.kind === "entered" && succession !== undefined) {
      const { publicKey, signature, consent } = succession;
      const next = { publicKey, signature, consent };
      this.#channel.send(encodeServerMessage({ kind: "succession", ...next }));
    }
  }

  wake(): void {
    this.#channel.wake();
  }

  end(goodbye: ServerMessage): void {
    this.reply(goodbye);
    void this.#channel.close();
  }

  cut(): void {
    void this.#channel.refuse("too_slow", "you fell too far behind the room");
  }
}
