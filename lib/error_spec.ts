/**
 * Names of the alerts one peer may send the other; their bytes are in
 * `lib/wire/alert.ts` and docs/protocol.md, "Alerts".
 */
export type AlertName =
  | "handshake_failed"
  | "unsupported_version"
  | "busy"
  | "protocol_error"
  | "not_authorized"
  | "banned"
  | "full"
  | "kicked"
  | "too_slow"
  | "idle"
  | "record_limit"
  | "flooding"
  | "development_identity";

/** How one error code surfaces: to the shell, to the peer, and to the user. */
export interface ErrorSpec {
  /**
   * Process exit status: 1 failure, 2 usage, 3 the server's key is not the
   * pinned one, 4 the server refused us, 5 the connection failed, 6 the server
   * is unknown and nobody could be asked.
   */
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6;
  /** Alert told to the peer, or `null` to close without a reason. */
  readonly alert: AlertName | null;
  /** One imperative sentence telling the user what to do next. */
  readonly hint: string;
}
