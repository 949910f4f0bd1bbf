import { enters, errorIn, sees } from "../events.ts";
import type { Experiment, Outcome } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { madeUpWord } from "../random.ts";
import { examine } from "./anonymous.ts";
import { firstVisits } from "./first_visit.ts";
import { inFrontOf, type Scene } from "./scene.ts";

/** Exit status of `chat connect` when a key is not the pinned one. */
const PIN_MISMATCH_EXIT = 3;

/** Somebody answers in the server's place, with a key of its own. */
export const interception: Experiment = {
  name: "interception",
  title: "Man in the middle with keys of its own",
  attacker:
    "Has taken over the server's address and answers in its place, with a key of its own; passes everything on to the real server and reads it.",
  run: (lab) => intercept(lab),
};

/**
 * Carries it out.
 *
 * @param trusts Whose key the victims trust; the attacker's only in tests.
 */
export async function intercept(
  lab: Laboratory,
  trusts: "server" | "attacker" = "server",
): Promise<Outcome> {
  const [server, mallory] = await Promise.all([
    lab.serve(),
    lab.person("Mallory"),
  ]);
  const parts = await Promise.all([
    pinned(lab, { server, mallory, trusts }),
    careless(lab, { server, mallory }),
    firstVisits(lab, { server, mallory }),
    changedKey(lab, { server, mallory, trusts }),
  ]);
  return {
    steps: parts.flatMap(({ steps }) => steps),
    figures: [],
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
  };
}

interface Trusting extends Scene {
  readonly trusts: "server" | "attacker";
}

async function pinned(lab: Laboratory, scene: Trusting): Promise<Part> {
  const middle = inFrontOf(lab, scene);
  const alice = await lab.person("Alice");
  const pin = scene[scene.trusts === "server" ? "server" : "mallory"];
  const { fingerprint } = "identity" in pin ? pin.identity : pin.owner.identity;
  const process = lab.connect({
    person: alice,
    port: middle.port,
    pin: fingerprint,
  });
  await process.endInput();
  const code = await process.exit(lab.signal);
  const [caught] = middle.catches;
  const sent = caught?.received ?? new Uint8Array(0);
  const sighting = examine(sent, alice);
  return {
    steps: [
      {
        who: "people",
        did:
          "Alice connects with the fingerprint that she was given: `chat connect --pin`.",
      },
      {
        who: "attacker",
        did:
          "Answers with a key of its own, as the real server would: greeting, key exchange, a valid signature, all of it right but the key.",
        saw: `Alice's program ends with exit status ${code}: ${
          errorIn(process.stderr.lines)
        }`,
      },
      {
        who: "attacker",
        did:
          "Looks at what it got. It made the keys of this connection together with Alice, so it could open anything that she had sealed.",
        saw: sighting.text,
        exhibits: [{ label: "all that Alice sent", bytes: sent }],
      },
    ],
    verdicts: [
      {
        claim: "A server with another key than the pinned one is refused",
        held: code === PIN_MISMATCH_EXIT && caught !== undefined,
        evidence: `exit status ${code}. ${errorIn(process.stderr.lines)}`,
      },
      {
        claim: "The client had not said who it is by then",
        held: sighting.isHelloAlone && sighting.found.length === 0 &&
          caught?.client === undefined,
        evidence: sighting.found.length === 0 && caught?.client === undefined
          ? `neither name nor key nor fingerprint of Alice is in the ${sent.length} bytes, in any spelling`
          : `the attacker knows ${caught?.client ?? sighting.found.join(", ")}`,
      },
    ],
  };
}

/** The control: the same attacker, and somebody who trusts its key. */
async function careless(lab: Laboratory, scene: Scene): Promise<Part> {
  const middle = inFrontOf(lab, scene);
  const person = await lab.person("Carla");
  const word = madeUpWord();
  const pin = scene.mallory.identity.fingerprint;
  const process = lab.connect({ person, port: middle.port, pin });
  await enters(process, lab.signal);
  await process.type(word);
  await sees(process, { event: "said", text: word }, lab.signal);
  await process.endInput();
  await process.exit(lab.signal);
  const [caught] = middle.catches;
  const read = caught?.texts.includes(word) === true;
  const known = caught?.client === person.identity.fingerprint;
  return {
    steps: [{
      who: "attacker",
      did:
        "For comparison: Carla believes the attacker's fingerprint, as somebody would who answers yes without comparing.",
      saw: `Mallory reads "${
        caught?.texts.join(" ") ?? ""
      }", and knows that it was ${caught?.client ?? "nobody"}`,
    }],
    verdicts: [{
      claim: "The attack is a real one: who trusts the wrong key is read",
      held: read && known,
      evidence: read
        ? `"${word}" was read on its way, and Carla noticed nothing`
        : "the attacker could not read even that",
    }],
  };
}

async function changedKey(lab: Laboratory, scene: Trusting): Promise<Part> {
  const { server, mallory, trusts } = scene;
  const middle = inFrontOf(lab, scene);
  const relay = lab.relay(server.port);
  const bert = await lab.person("Bert");
  const home = lab.path("home_of_bert");
  const visit = async (
    pin?: string,
  ): Promise<{ readonly code: number; readonly said: readonly string[] }> => {
    const process = lab.chat("Bert", [
      "connect",
      "--json",
      "--name=Bert",
      `--identity=${bert.keyFile}`,
      ...(pin === undefined ? [] : [`--pin=${pin}`]),
      `127.0.0.1:${relay.port}`,
    ], trusts === "server" ? home : undefined);
    await process.endInput();
    const code = await process.exit(lab.signal);
    return { code, said: process.stderr.lines };
  };
  const first = await visit(server.owner.identity.fingerprint);
  relay.lead({ host: "127.0.0.1", port: middle.port });
  const second = await visit(
    trusts === "server" ? undefined : mallory.identity.fingerprint,
  );
  const sighting = examine(
    middle.catches[0]?.received ?? new Uint8Array(0),
    bert,
  );
  const warned = second.said.some((line) =>
    line.includes("IS NOT THE ONE YOU TRUST")
  );
  return {
    steps: [
      {
        who: "people",
        did:
          "Bert visits the real server once, with its fingerprint. His program remembers it.",
        saw: `exit status ${first.code}`,
      },
      {
        who: "attacker",
        did:
          "Takes over the address. Bert comes again, this time without naming a fingerprint.",
        saw: second.said.slice(1).join(" / "),
      },
    ],
    verdicts: [{
      claim: "A key that has changed is refused",
      held: first.code === 0 && second.code === PIN_MISMATCH_EXIT && warned &&
        sighting.isHelloAlone && sighting.found.length === 0,
      evidence:
        `the first visit ended with ${first.code}, the second with ${second.code}${
          warned ? " and a warning that shows both keys" : ""
        }; the attacker got ${sighting.text}`,
    }],
  };
}
