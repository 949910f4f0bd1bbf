import { errorIn } from "../events.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { startInTerminal } from "../this_program.ts";
import type { Verdict } from "../verdict.ts";
import { examine } from "./anonymous.ts";
import { inFrontOf, type Scene, shownAs } from "./scene.ts";

/** Exit status when the key of a server is not known or not confirmed. */
const UNKNOWN_EXIT = 6;

/** The last line of what is said before the question. */
const LAST_LINE = /anybody in between would show a key of their own/;

/**
 * Nobody has given the user a fingerprint: with nobody to ask, the program
 * refuses; in a terminal, it shows the key and asks.
 */
export async function firstVisits(
  lab: Laboratory,
  scene: Scene,
): Promise<Part> {
  const parts = await Promise.all([
    nobodyToAsk(lab, scene),
    inTerminal(lab, scene),
  ]);
  return {
    steps: parts.flatMap(({ steps }) => steps),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
  };
}

async function nobodyToAsk(lab: Laboratory, scene: Scene): Promise<Part> {
  const middle = inFrontOf(lab, scene);
  const person = await lab.person("Dora");
  const process = lab.connect({ person, port: middle.port });
  await process.endInput();
  const code = await process.exit(lab.signal);
  const error = errorIn(process.stderr.lines);
  return {
    steps: [{
      who: "people",
      did:
        "Dora's script connects without a fingerprint, to a server it never was at. Nobody sits there who could be asked.",
      saw: `exit status ${code}: ${error}`,
    }],
    verdicts: [{
      claim: "Where nobody can be asked, an unknown key is refused",
      held: code === UNKNOWN_EXIT && error.includes("CHAT_SERVER_UNKNOWN") &&
        middle.catches.length === 0,
      evidence: `${error}, before any connection was made`,
    }],
  };
}

async function inTerminal(lab: Laboratory, scene: Scene): Promise<Part> {
  const { server, mallory } = scene;
  const middle = inFrontOf(lab, scene);
  const person = await lab.person("Emma");
  const home = lab.path("home_of_emma");
  const process = startInTerminal([
    "connect",
    "--plain",
    "--name=Emma",
    `--identity=${person.keyFile}`,
    `127.0.0.1:${middle.port}`,
  ], { name: "Emma", home });
  if (process === undefined) {
    return {
      steps: [{
        who: "people",
        did:
          "What a person is asked on a first visit cannot be shown here: there is no `script` of util-linux to make a terminal.",
      }],
      verdicts: [],
    };
  }
  lab.start(process);
  const real = server.owner.identity.fingerprint;
  const asked = process.stdout.find(
    "the question about the key",
    (line) => LAST_LINE.test(line) ? true : undefined,
    lab.signal,
  );
  await asked;
  await process.type(real);
  const code = await process.exit(lab.signal);
  const screen = process.stdout.lines.map((line) => line.replaceAll("\r", ""));
  const sent = middle.catches.map(({ received }) => examine(received, person));
  const silent = sent.every(({ isHelloAlone, found }) =>
    isHelloAlone && found.length === 0
  );
  return {
    steps: [
      {
        who: "people",
        did:
          "Emma connects from a terminal, for the first time and without a fingerprint. This is what she is shown; the key is the attacker's.",
        saw: screen.filter((line) => line.trim() !== "").join(" / "),
      },
      {
        who: "people",
        did:
          `She pastes the fingerprint that the operator read to her over the telephone: ${real}.`,
        saw: `exit status ${code}`,
      },
    ],
    verdicts: [asks(screen.join("\n"), shownAs(mallory)), {
      claim: "Comparing with the true fingerprint unmasks the attacker",
      held: code === UNKNOWN_EXIT && sent.length > 0 && silent,
      evidence: silent
        ? `exit status ${code}; the attacker learned nothing about Emma, in ${sent.length} connection`
        : "the attacker learned who Emma is",
    }],
  };
}

/** Whether the key of whoever answered is shown, both as text and in words. */
export function asks(
  screen: string,
  [fingerprint, words]: readonly [string, string],
): Verdict {
  const shown = [fingerprint, words].filter((text) => screen.includes(text));
  const question = screen.includes("Paste the fingerprint");
  return {
    claim: "On a first visit the user is shown the key, and asked",
    held: shown.length === 2 && question,
    evidence: shown.length === 2 && question
      ? `the fingerprint, its eight words (${words}), and a question that is not answered by default`
      : `only ${shown.join(", ")} was shown`,
  };
}
