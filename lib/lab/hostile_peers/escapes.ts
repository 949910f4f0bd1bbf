import { utf8 } from "../../bytes.ts";
import type { Laboratory, Person } from "../laboratory.ts";
import type { Part } from "../part.ts";
import { EvilServer } from "./evil_server.ts";
import { RawMember } from "../raw_member.ts";
import type { Verdict } from "../verdict.ts";
import type { WatchedServer } from "../watched_server.ts";

/** What somebody says to take over a terminal, or to lie with it. */
const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ["clears the screen", "a\x1b[2J\x1b[Hb"],
  ["writes to the clipboard", "a\x1b]52;c;ZXZpbA==\x07b"],
  ["changes the title", "a\x1b]0;owned\x1b\\b"],
  [
    "makes a link that leads elsewhere",
    "a\x1b]8;;http://evil/\x07b\x1b]8;;\x07",
  ],
  ["asks the terminal to type", "a\x1b[6n\x1b[0c\x1bP+q544e\x1b\\b"],
  ["uses the 8-bit form of the same", "a\x9b2J\x9d0;owned\x9cb"],
  ["rings", "a\x07\x07\x07b"],
  ["writes over the line before", "a\rHana: I agree\x08\x08b"],
  ["turns the direction of writing", "a\u202e\u2066live\u2069\u202cb"],
  ["hides letters of no width", "a\u200b\u2060\ufeff\u00adb"],
  ["hides a text in tags", "a\u{e0068}\u{e0069}b"],
  ["piles up marks", `a${"\u0301".repeat(200)}b`],
  ["breaks the line to say something as Hana", "a\nHana: I agree\u2028b"],
  ["draws with private characters", "a\ue000\uf8ffb"],
];

/** Names that would do the same wherever a name is shown. */
const NAMES = ["\x1b[2Jroot", "\u202eanaH", "Ha\u200bna", "a\nb", "H\u0430na"];

/**
 * What must not reach a terminal: controls but the line feed, bidirectional
 * controls and marks, and whatever has no width.
 */
const DANGEROUS =
  /[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]--\n]/v;

/** The last thing that is said: behind it, nothing is missing. */
const LAST = "the last of them";

/** A hostile member, and then a hostile server, speak to people at terminals. */
export async function escapes(
  lab: Laboratory,
  server: WatchedServer,
): Promise<Part> {
  const mallory = await lab.person("Mallory");
  const texts = [...TEXTS.map(([, text]) => text), LAST];
  const evil = lab.keep(new EvilServer(mallory.identity, texts));
  const [stored, printed] = await Promise.all([
    saidToServer(server),
    printedOf(lab, evil, mallory),
  ]);
  const shown = printed.filter((line) => line.includes("\u{b7}"));
  const refused: string[] = [];
  for (const name of NAMES) refused.push(await nameRefused(server, name));
  return {
    steps: [
      {
        who: "attacker",
        did: `As a member, says ${TEXTS.length} things. One ${
          TEXTS.map(([what]) => what).join(", one ")
        }.`,
        saw:
          `the server refuses ${stored.refused} of them, and passes on the rest as it is`,
      },
      {
        who: "attacker",
        did:
          "As a server of its own, says all of it to Paula: as text, as names, as topic and as message of the day. No server stands in between that would refuse anything.",
        saw: `her terminal gets, for example: ${shown[0] ?? "nothing"}`,
        exhibits: [
          { label: "what was said first", bytes: utf8(TEXTS[0]?.[1] ?? "") },
          { label: "what was shown of it", bytes: utf8(shown[0] ?? "") },
        ],
      },
      {
        who: "attacker",
        did:
          `Asks the real server for ${NAMES.length} names that would do the same, or pass for Hana.`,
        saw: [...new Set(refused)].join(", "),
      },
    ],
    verdicts: [
      harmless(printed),
      {
        claim: "No such name is given to anybody",
        held: refused.every((why) => why !== "given"),
        evidence: `${
          refused.filter((why) => why !== "given").length
        } of ${NAMES.length} refused: ${[...new Set(refused)].join(", ")}`,
      },
    ],
  };
}

/** Everything `chat connect` prints of a conversation, as text and as JSON. */
async function printedOf(
  lab: Laboratory,
  { port }: EvilServer,
  mallory: Person,
): Promise<readonly string[]> {
  const person = await lab.person("Paula");
  const pin = mallory.identity.fingerprint;
  const processes = ["--plain", "--json"].map((form) =>
    lab.chat("Paula", [
      "connect",
      form,
      "--no-state",
      "--name=Paula",
      `--identity=${person.keyFile}`,
      `--pin=${pin}`,
      `127.0.0.1:${port}`,
    ])
  );
  await Promise.all(processes.map(async (process) => {
    await process.stdout.find(
      "the last line",
      (line) => line.includes(LAST) ? true : undefined,
      lab.signal,
    );
    await process.endInput();
    await process.exit(lab.signal);
  }));
  return processes.flatMap(({ stdout, stderr }) => [
    ...stdout.lines,
    ...stderr.lines,
  ]);
}

async function saidToServer(
  server: WatchedServer,
): Promise<{ readonly refused: number }> {
  using member = await RawMember.enter(server, "Mallory");
  for (const [, text] of TEXTS) member.say(text);
  let refused = 0;
  for (let answers = 0; answers < TEXTS.length;) {
    const { kind } = await member.next();
    if (kind === "refused") refused += 1;
    if (kind === "refused" || kind === "ack") answers += 1;
  }
  return { refused };
}

/** Whether nothing in what was printed could do anything to a terminal. */
export function harmless(lines: readonly string[]): Verdict {
  const bad = lines.find((line) => DANGEROUS.test(line));
  return {
    claim: "Nothing that anybody says does anything to a terminal",
    held: bad === undefined && lines.length > TEXTS.length,
    evidence: bad === undefined
      ? `${lines.length} lines were printed without one control, invisible or turning character, as text and as JSON`
      : `this reached the terminal: ${JSON.stringify(bad)}`,
  };
}

async function nameRefused(
  server: WatchedServer,
  name: string,
): Promise<string> {
  try {
    using _member = await RawMember.enter(server, name);
    return "given";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message.replace(/^Cannot enter: /, "");
  }
}
