import type { ChatError } from "../errors.ts";
import type { Slot } from "./outbox_slot.ts";
import type { Pace } from "./pace.ts";
import { unexpected } from "./unexpected.ts";
import type { Wire } from "./wire.ts";

/** What becomes of something that is sent; nothing when the connection ends. */
export interface SendOptions {
  readonly wire: Wire;
  /** Was told that one more is on its way. */
  readonly pace: Pace;
  /** It is stored as this entry of its room. */
  readonly acknowledged: (seq: number) => void;
  /** The server does not take it. */
  readonly refused: (error: ChatError) => void;
  /** Another one may be sent, or the same one again. */
  readonly next: () => void;
}

/** Sends something of the outbox over a connection. */
export function send(slot: Slot, options: SendOptions): void {
  const { wire, pace, acknowledged, refused, next } = options;
  const { message: { kind, number, room, text }, sealed } = slot;
  wire.start(
    (id) =>
      sealed === null
        ? { kind, id, room, number, text }
        : { kind: "seal", id, room, number, ...sealed },
    {
      answered(answer): true {
        if (answer.kind !== "ack") throw unexpected(answer.kind);
        slot.inFlight = false;
        pace.accepted();
        acknowledged(answer.seq);
        next();
        return true;
      },
      refused(error): void {
        slot.inFlight = false;
        if (error.code === "CHAT_RATE_LIMITED") {
          // The server refuses whatever comes after it until it comes again.
          pace.tooFast(error.retryMs);
        } else {
          pace.refused();
          refused(error);
        }
        next();
      },
      ended(): void {}, // whoever hears that the connection is over sees to it
    },
  );
}
