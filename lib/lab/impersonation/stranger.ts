import { errorIn } from "../events.ts";
import type { Laboratory, Person } from "../laboratory.ts";
import type { Part } from "../part.ts";
import type { WatchedServer } from "../watched_server.ts";

/** Exit status of `chat connect` when it is refused as who it is. */
const REFUSED_EXIT = 4;

/** Comes with a key of its own, which proves who it is: nobody on the list. */
export async function strangers(
  lab: Laboratory,
  { server, mallory }: {
    readonly server: WatchedServer;
    readonly mallory: Person;
  },
): Promise<Part> {
  const process = lab.connect({
    person: mallory,
    port: server.port,
    pin: server.fingerprint,
  });
  await process.endInput();
  const code = await process.exit(lab.signal);
  const error = errorIn(process.stderr.lines);
  return {
    steps: [{
      who: "attacker",
      did:
        "Comes as who it is, with a key of its own that is not on the server's list.",
      saw: `exit status ${code}: ${error}`,
    }],
    verdicts: [{
      claim: "A key that is not on the list is refused, and told so",
      held: code === REFUSED_EXIT && error.includes("[CHAT_NOT_AUTHORIZED]"),
      evidence: `exit status ${code}. ${error}`,
    }],
  };
}
