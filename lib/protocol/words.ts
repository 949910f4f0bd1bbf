import type { ErrorCode } from "../errors.ts";

/** Why the server asks for a name (again). */
export const NAME_REASONS = [
  "needed",
  "taken",
  "look_alike",
  "invalid",
] as const;

/** One of {@linkcode NAME_REASONS}. */
export type NameReason = typeof NAME_REASONS[number];

/** Error codes with which a server refuses one request and goes on. */
export const REFUSAL_CODES = [
  "CHAT_MESSAGE_INVALID",
  "CHAT_RATE_LIMITED",
  "CHAT_NO_SUCH_MEMBER",
  "CHAT_NO_SUCH_ROOM",
  "CHAT_NAME_INVALID",
  "CHAT_NAME_TAKEN",
  "CHAT_FULL",
  "CHAT_FORBIDDEN",
  "CHAT_MUTED",
  "CHAT_FORGOTTEN",
  "CHAT_NOT_AUTHORIZED",
  "CHAT_STORE_FULL",
  "CHAT_STORE_DAMAGED",
  "CHAT_SEAL_OUTRUN",
] as const satisfies readonly ErrorCode[];

/** One of {@linkcode REFUSAL_CODES}. */
export type RefusalCode = typeof REFUSAL_CODES[number];

/**
 * Whether anybody may join a room by its name, it is one of just two people, or
 * one of those who hold its secret. The server can read open rooms only.
 */
export const ROOM_KINDS = ["open", "direct", "sealed"] as const;

/** One of {@linkcode ROOM_KINDS}. */
export type RoomKind = typeof ROOM_KINDS[number];

/** What may be forbidden: to speak, or to be here. */
export const SANCTION_KINDS = ["mute", "ban"] as const;

/** One of {@linkcode SANCTION_KINDS}. */
export type SanctionKind = typeof SANCTION_KINDS[number];

/** Why the server ends a session, as `goodbye` tells it. */
export const GOODBYE_REASONS = [
  "shutdown",
  "restart",
  "kicked",
  "banned",
  "removed",
  "full",
  "idle",
  "too_slow",
  "flooding",
  "protocol_error",
  "uninvited",
] as const;

/** One of {@linkcode GOODBYE_REASONS}. */
export type GoodbyeReason = typeof GOODBYE_REASONS[number];

/** The error a goodbye amounts to; a shutdown is none. */
export const GOODBYE_ERRORS = {
  shutdown: null,
  restart: "CHAT_RESTARTING",
  kicked: "CHAT_KICKED",
  banned: "CHAT_BANNED",
  removed: "CHAT_NOT_AUTHORIZED",
  full: "CHAT_FULL",
  idle: "CHAT_IDLE",
  too_slow: "CHAT_TOO_SLOW",
  flooding: "CHAT_FLOODING",
  protocol_error: "CHAT_PROTOCOL",
  uninvited: "CHAT_INVITATION_INVALID",
} as const satisfies Record<GoodbyeReason, ErrorCode | null>;
