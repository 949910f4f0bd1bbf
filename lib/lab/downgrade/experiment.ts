import type { Bytes } from "../../bytes.ts";
import { openChannel } from "../../channel/open.ts";
import { ChatError } from "../../errors.ts";
import { generateIdentity } from "../../identity/identity.ts";
import { dial } from "../../net/dial.ts";
import { encodeFrame } from "../../wire/frame.ts";
import { type Meddle, passOn, startActiveRelay } from "../active_relay.ts";
import { errorIn } from "../events.ts";
import type { Experiment, Outcome } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { type Reason, WatchedServer } from "../watched_server.ts";
import { type Edit, makeEdits } from "./edits.ts";

const HEADER_BYTES = 4;

/** Where the version stands in a ClientHello with its frame's length. */
const VERSION_AT = HEADER_BYTES + 7;

/** Bytes of a ClientHello of chat/1 in its frame. */
const CLIENT_HELLO_FRAME_BYTES = 1260;

/** Somebody tries to make both sides agree on something weaker. */
export const downgrade: Experiment = {
  name: "downgrade",
  title: "Downgrade: other versions, missing and weak keys",
  attacker:
    "Sits between client and server and edits their greetings, which are in clear, so that the two agree on something weaker.",
  run: (lab) => degrade(lab),
};

/** Where a client goes. */
export interface Door {
  readonly port: number;
  readonly server: WatchedServer;
}

/** Greets a server. @returns `"connected"`, or the code of the error. */
export type Greet = (door: Door) => Promise<string>;

/** Carries it out. @param greet The client; tests pass a broken one. */
export async function degrade(
  lab: Laboratory,
  greet: Greet = realGreeting,
): Promise<Outcome> {
  const server = await WatchedServer.start(lab);
  const control = await attempt(server, greet, undefined);
  const results = [];
  for (const edit of await makeEdits()) {
    results.push({ edit, ...await attempt(server, greet, edit) });
  }
  const fallback = await noFallback(lab, server);
  const connected = results.find(({ client, reason }) =>
    client === "connected" || reason === "ok"
  );
  const works = control.client === "connected" && control.reason === "ok";
  return {
    steps: [
      {
        who: "people",
        did:
          "A client greets a real server, and nobody meddles: there is one version and one way to agree on keys, X25519 and ML-KEM-768 together. Nothing is offered to choose from.",
        saw: control.client,
      },
      ...results.map(({ edit, client, reason }) => ({
        who: "attacker" as const,
        did: edit.did,
        saw: `client: ${client}; server: ${reason ?? "nothing"}`,
      })),
      ...fallback.steps,
    ],
    figures: [{
      kind: "table",
      name: "greetings",
      title: "What became of greetings that were edited",
      columns: ["greeting of", "the client ended with", "times"],
      rows: counted(results),
    }],
    verdicts: [
      {
        claim: "No edited greeting leads to a connection",
        held: works && results.length > 0 && connected === undefined,
        evidence: connected === undefined
          ? `${results.length} edits, and each ended the attempt on both sides; unedited, it connects`
          : `connected although the attacker did this: ${connected.edit.did}`,
      },
      ...fallback.verdicts,
    ],
  };
}

async function attempt(
  server: WatchedServer,
  greet: Greet,
  edit: Edit | undefined,
): Promise<{ readonly client: string; readonly reason: Reason }> {
  let greeting: Bytes = new Uint8Array(0);
  const target = { host: "127.0.0.1", port: server.port };
  await using relay = startActiveRelay(target, (): Meddle => (frame) => {
    const message = frame.bytes.slice(HEADER_BYTES);
    if (frame.direction === "up" && frame.index === 0) greeting = message;
    if (edit?.direction !== frame.direction || frame.index > 0) passOn(frame);
    else frame.forward(encodeFrame(edit.apply(message, greeting)));
  });
  let client = "";
  const reason = await server.handshakeDuring(async () => {
    client = await greet({ port: relay.port, server });
    await relay.connections[0]?.ended;
  });
  return { client, reason };
}

async function realGreeting({ port, server }: Door): Promise<string> {
  const duplex = await dial({ host: "127.0.0.1", port });
  try {
    const identity = await generateIdentity();
    const channel = await openChannel(duplex, {
      identity,
      pins: [server.fingerprint],
    });
    await channel.close();
    return "connected";
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  } finally {
    duplex.close();
  }
}

/** A client that is told to speak another version does not try a weaker one. */
async function noFallback(
  lab: Laboratory,
  { port, fingerprint }: WatchedServer,
): Promise<Part> {
  const edit = (await makeEdits()).find(({ did }) => /not spoken/.test(did));
  const target = { host: "127.0.0.1", port };
  const relay = lab.keep(startActiveRelay(target, (): Meddle => (frame) => {
    if (frame.direction === "up" || edit === undefined) passOn(frame);
    else if (frame.index === 0) {
      frame.forward(encodeFrame(edit.apply(frame.bytes, frame.bytes)));
    }
  }));
  const person = await lab.person("Alice");
  const process = lab.connect({ person, port: relay.port, pin: fingerprint });
  await process.endInput();
  const code = await process.exit(lab.signal);
  const hellos = relay.connections.flatMap(({ sent }) => sent.up.slice(0, 1));
  const same = hellos.length > 0 &&
    hellos.every((hello) =>
      hello.length === CLIENT_HELLO_FRAME_BYTES && hello[VERSION_AT] === 1
    );
  const error = errorIn(process.stderr.lines);
  const [hello] = hellos;
  return {
    steps: [{
      who: "attacker",
      did:
        "Tells `chat connect` in the server's name that version 1 is not spoken, and waits for a weaker offer.",
      saw: `exit status ${code}: ${error}`,
      ...hello === undefined
        ? {}
        : { exhibits: [{ label: "the only offer it made", bytes: hello }] },
    }],
    verdicts: [{
      claim: "A client that is turned down offers nothing weaker",
      held: same && code !== 0,
      evidence:
        `${hellos.length} greeting, of version 1 with both keys; then it ended with ${code}`,
    }],
  };
}

function counted(
  results: readonly { readonly edit: Edit; readonly client: string }[],
): (string | number)[][] {
  const counts = new Map<string, number>();
  for (const { edit, client } of results) {
    const whose = edit.direction === "up" ? "the client" : "the server";
    const key = `${whose}|${client}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => [...key.split("|"), count]);
}
