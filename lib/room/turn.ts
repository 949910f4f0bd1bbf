import type { Room, Session } from "./room_state.ts";

/** Whose event is being applied, where and when. */
export interface Turn {
  readonly room: Room;
  readonly session: Session;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
}
