import { wordsOf } from "../../identity/words.ts";
import type { Laboratory, LabServer, Person } from "../laboratory.ts";
import { Middle } from "./middle.ts";

/** A server, and somebody who wants to be taken for it. */
export interface Scene {
  readonly server: LabServer;
  readonly mallory: Person;
}

/** Puts the attacker in front of the server. */
export function inFrontOf(
  lab: Laboratory,
  { server, mallory }: Scene,
): Middle {
  const { fingerprint } = server.owner.identity;
  return lab.keep(
    new Middle(mallory.identity, { port: server.port, fingerprint }),
  );
}

/** A fingerprint and its words, as people compare them. */
export function shownAs({ identity }: Person): readonly [string, string] {
  const { fingerprint } = identity;
  return [fingerprint, wordsOf(fingerprint).join(" ")];
}
