/** Whether a server can be used, as its health says. */
export const SERVER_STATES = ["serving", "draining", "store_failed"] as const;

/** One of {@linkcode SERVER_STATES}. */
export type ServerState = typeof SERVER_STATES[number];

/** How a server is at this moment; cheap to ask for once in a while. */
export interface ServerStatus {
  /**
   * `"draining"` from the moment it is told to stop; `"store_failed"` while the
   * history is full or cannot be written.
   */
  readonly state: ServerState;
  /** Connections by state. */
  readonly connections: {
    readonly established: number;
    readonly halfOpen: number;
  };
  /** Identities present. */
  readonly members: number;
  /** Rooms there are, the lobby and rooms of two included. */
  readonly rooms: number;
  /** Bytes of the logs that members present have not been sent yet, in all. */
  readonly waitingBytes: number;
  /** Members present that are not at the end of their logs. */
  readonly laggingReaders: number;
  /** Bytes that the history takes. */
  readonly historyBytes: number;
}
