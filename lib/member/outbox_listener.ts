import type { ChatError } from "../errors.ts";
import type { Outgoing } from "../room/conversation.ts";
import type { SealedMessage } from "./sealing.ts";

/** What an outbox tells, in order. */
export interface OutboxListener {
  /** A message has another state. */
  changed(message: Outgoing): void;
  /** A message has another number, and is as it was. */
  renumbered(number: number, message: Outgoing): void;
  /** From now on a message is known by what it was sealed as. */
  sealed(number: number, sealed: SealedMessage): void;
  /** A message is stored as entry `seq` of its room, as the server says. */
  acknowledged(number: number, seq: number): void;
  /** The server has refused a message for good. */
  refused(error: ChatError): void;
  /** The disk is full; what could not be noted is done again next time. */
  unnoted(error: ChatError): void;
}
