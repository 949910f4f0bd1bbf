import type { House, Person, Session } from "./house.ts";

/** Whose event is being applied, where and when. */
export interface Turn {
  readonly house: House;
  readonly session: Session;
  /** Server time in milliseconds since the epoch. */
  readonly at: number;
}

/** A turn of somebody who has entered. */
export interface PersonTurn extends Turn {
  readonly person: Person;
}
