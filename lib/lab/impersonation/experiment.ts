import { opensshPublicLine } from "../../identity/openssh_public.ts";
import type { Experiment, Outcome } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import { WatchedServer } from "../watched_server.ts";
import { impostors } from "./impostor.ts";
import { stolenInvitations } from "./invitations.ts";
import { strangers } from "./stranger.ts";

/** Somebody wants to be taken for a member, or let in as one. */
export const impersonation: Experiment = {
  name: "impersonation",
  title: "Impostors, strangers and stolen invitations",
  attacker:
    "Knows the public key of everybody, but has a private key of his own only; has found invitations that were meant for others.",
  run: (lab) => impersonate(lab),
};

/** What is wrong in this world; nothing unless a test says so. */
export interface Flaws {
  /** The impostor has the private key as well. */
  readonly keyIsStolen?: boolean;
  /** The server lets everybody in. */
  readonly isOpen?: boolean;
}

/** Carries it out. */
export async function impersonate(
  lab: Laboratory,
  flaws: Flaws = {},
): Promise<Outcome> {
  const [alice, mallory] = [
    await lab.person("Alice"),
    await lab.person("Mallory"),
  ];
  const line = opensshPublicLine(alice.identity.publicKey, "Alice");
  const list = await lab.file("authorized_keys", `${line}\n`);
  const server = await WatchedServer.start(
    lab,
    flaws.isOpen ? [] : [`--authorized=${list}`],
  );
  const parts = [
    await impostors(lab, {
      server,
      alice,
      signer: flaws.keyIsStolen ? alice : mallory,
    }),
    await strangers(lab, { server, mallory }),
    await stolenInvitations(lab, { server, mallory }),
  ];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    figures: [],
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
  };
}
