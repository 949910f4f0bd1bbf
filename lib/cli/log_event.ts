import type { ErrorCode } from "../errors.ts";
import type { ServerEvent } from "../metrics/server_event.ts";

/** How much an event matters. */
export type LogLevel = "info" | "warn" | "error";

/** What `chat serve` writes into its log. */
export type LogEvent =
  | ServerEvent
  | {
    readonly kind: "listening";
    readonly host: string;
    readonly port: number;
    /** As `SHA256:...`. */
    readonly fingerprint: string;
    /** How many keys may enter; `null` when any may. */
    readonly keys: number | null;
  }
  /** The key that will follow is announced to whoever enters. */
  | {
    readonly kind: "next_key";
    /** As `SHA256:...`. */
    readonly fingerprint: string;
  }
  | {
    readonly kind: "connection_failed";
    readonly address: string;
    readonly code: ErrorCode;
    /** May quote what the peer said. */
    readonly message: string;
  }
  /** The list of those who may enter changed, and was read again. */
  | {
    readonly kind: "authorized_read";
    readonly path: string;
    /** How many may enter. */
    readonly keys: number;
  }
  /** A line of the list that does not count. */
  | {
    readonly kind: "authorized_line_skipped";
    readonly path: string;
    readonly line: number;
    readonly message: string;
  }
  /** The list changed and cannot be read; the one before stays in force. */
  | { readonly kind: "authorized_refused"; readonly message: string }
  | {
    readonly kind: "status_listening";
    readonly host: string;
    readonly port: number;
  }
  /** Told to stop: says goodbye to everybody and stores what was accepted. */
  | { readonly kind: "draining"; readonly members: number }
  | { readonly kind: "stopped" }
  /** So many events were left out, as there were too many in a second. */
  | { readonly kind: "suppressed"; readonly count: number };

type Kind = LogEvent["kind"];

type FieldOf<K extends Kind> = Exclude<
  keyof Extract<LogEvent, { readonly kind: K }>,
  "kind"
>;

/**
 * How each event is written: only the fields named here ever are.
 * docs/operation.md, "Logs", explains them.
 */
export const LOG_EVENTS = {
  listening: { level: "info", fields: ["host", "port", "fingerprint", "keys"] },
  next_key: { level: "info", fields: ["fingerprint"] },
  status_listening: { level: "info", fields: ["host", "port"] },
  authorized_read: { level: "info", fields: ["path", "keys"] },
  authorized_line_skipped: {
    level: "warn",
    fields: ["path", "line", "message"],
  },
  authorized_refused: { level: "error", fields: ["message"] },
  connection_failed: { level: "info", fields: ["address", "code", "message"] },
  entered: { level: "info", fields: ["name", "fingerprint", "address"] },
  left: { level: "info", fields: ["name", "fingerprint", "why"] },
  room_created: {
    level: "info",
    fields: ["room", "roomName", "name", "fingerprint"],
  },
  moderated: {
    level: "info",
    fields: ["verb", "subject", "target", "until", "name", "fingerprint"],
  },
  invitation_made: { level: "info", fields: ["until", "name", "fingerprint"] },
  renewed: { level: "info", fields: ["name", "fingerprint", "next"] },
  invitation_redeemed: { level: "info", fields: ["fingerprint", "address"] },
  invitation_refused: { level: "warn", fields: ["fingerprint", "address"] },
  relayed: { level: "info", fields: ["group", "seq", "bytes", "start"] },
  store_full: { level: "error", fields: ["message"] },
  store_failed: { level: "error", fields: ["code", "message"] },
  store_recovered: { level: "info", fields: [] },
  draining: { level: "info", fields: ["members"] },
  stopped: { level: "info", fields: [] },
  suppressed: { level: "warn", fields: ["count"] },
} as const satisfies {
  readonly [K in Kind]: {
    readonly level: LogLevel;
    readonly fields: readonly FieldOf<K>[];
  };
};

/** Fields that hold a moment, which is written as text (ISO 8601). */
const MOMENTS: ReadonlySet<string> = new Set(["until"]);

/** Whether a field holds milliseconds since the epoch. */
export function isMoment(field: string): boolean {
  return MOMENTS.has(field);
}
