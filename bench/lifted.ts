import type { ServerLimits } from "../serve_options.ts";

const LIFTED = 1e9;

/** Limits for measuring what a server can do, rather than what it allows. */
export const LIFTED_LIMITS: Partial<ServerLimits> = {
  perAddress: LIFTED,
  connections: LIFTED,
  members: LIFTED,
  messagesPerSecond: LIFTED,
  messageBurst: LIFTED,
  bytesPerSecond: LIFTED * 1000,
  byteBurst: LIFTED * 1000,
  roomMessagesPerSecond: LIFTED,
  roomMessageBurst: LIFTED,
  roomBytesPerSecond: LIFTED * 1000,
  roomByteBurst: LIFTED * 1000,
};
