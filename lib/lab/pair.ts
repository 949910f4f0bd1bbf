import { enters, sees } from "./events.ts";
import type { Child } from "./child.ts";
import type { Laboratory, LabServer, Person } from "./laboratory.ts";
import type { Recording } from "./recording.ts";
import type { Relay } from "./relay.ts";

/** Somebody who talks: a process, and what was recorded of its connection. */
export interface Talker {
  readonly person: Person;
  readonly process: Child;
  readonly recording: Recording;
}

/** Two people in a room of a real server, behind an eavesdropper. */
export interface Pair {
  readonly server: LabServer;
  readonly relay: Relay;
  readonly alice: Talker;
  readonly bobby: Talker;
  /**
   * One of them says something; returns when both have it on their screens.
   */
  say(who: "alice" | "bobby", text: string): Promise<void>;
  /** The same for many lines, without waiting in between. */
  sayAtOnce(who: "alice" | "bobby", texts: readonly string[]): Promise<void>;
}

/**
 * Starts a server and two clients.
 *
 * @param options `room` for both; more arguments of `chat serve` and of
 * `chat connect`.
 */
export async function startPair(
  lab: Laboratory,
  options: {
    readonly room: string;
    readonly serve?: readonly string[];
    readonly connect?: readonly string[];
  },
): Promise<Pair> {
  const { room, serve = [], connect = [] } = options;
  const server = await lab.serve(serve);
  const relay = lab.relay(server.port);
  const enter = async (name: string): Promise<Talker> => {
    const person = await lab.person(name);
    const process = lab.connect({
      person,
      port: relay.port,
      pin: server.owner.identity.fingerprint,
      args: [`--room=${room}`, ...connect],
    });
    await enters(process, lab.signal);
    const recording = relay.recordings.at(-1);
    if (recording === undefined) {
      throw new Error(`Cannot record: ${name} did not connect`);
    }
    return { person, process, recording };
  };
  const alice = await enter("alice");
  const bobby = await enter("bobby");
  await sees(
    alice.process,
    { event: "joined", name: "bobby", room },
    lab.signal,
  );
  let said = 0;
  const sayAtOnce: Pair["sayAtOnce"] = async (who, texts) => {
    const speaker = who === "alice" ? alice : bobby;
    said += texts.length;
    const wanted = { event: "said", room, seq: said };
    await speaker.process.type(texts.join("\n"));
    await Promise.all(
      [alice, bobby].map(({ process }) => sees(process, wanted, lab.signal)),
    );
  };
  const say: Pair["say"] = (who, text) => sayAtOnce(who, [text]);
  return { server, relay, alice, bobby, say, sayAtOnce };
}
