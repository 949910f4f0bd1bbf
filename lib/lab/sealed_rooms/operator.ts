import type { Laboratory } from "../laboratory.ts";
import { needlesOf } from "../needles.ts";
import type { Part } from "../part.ts";
import type { Verdict } from "../verdict.ts";
import type { Life } from "./life.ts";
import { searchAll, type Searched } from "./server_disk.ts";

/** A sealed message as the log of `--show-ciphertext` has it. */
export interface Relayed {
  readonly bytes: number;
  /** Its first 32 bytes, in hexadecimal. */
  readonly start: string;
}

/** Smallest thing that is sealed, in bytes; longer ones have 256 more or so. */
const STEP_BYTES = 256;
const LEAST_BYTES = 294;

/** First bytes of a sealed message that are the same in all of an epoch. */
const HEADER_BYTES = 10;

/** What the operator of a real server sees, and what is on its disk. */
export async function operatorsView(
  lab: Laboratory,
  life: Life,
): Promise<Part> {
  const { server, stages, names, direct, open, secret, images } = life;
  const log = [...server.process.stdout.lines, ...server.process.stderr.lines];
  const logged = await lab.file("server_log", log.join("\n"));
  const texts = [
    ...stages.flatMap(({ alice, bob }) => [alice, bob]),
    direct,
  ];
  const needles = [
    ...[...texts, ...names].flatMap((text) =>
      needlesOf({ kind: "text", what: `"${text}"`, text })
    ),
    ...needlesOf({
      kind: "bytes",
      what: "the secret of the room",
      bytes: secret,
    }),
    ...images.bob.groups.filter(({ peer }) => peer !== null).flatMap((group) =>
      needlesOf({
        kind: "bytes",
        what: "the secret of the room of two",
        bytes: group.secret,
      })
    ),
  ];
  const control = needlesOf({
    kind: "text",
    what: "the open text",
    text: open,
  });
  const paths = [server.data, server.owner.keyFile, logged];
  const searched = await searchAll(paths, needles);
  const { found } = await searchAll(paths, control);
  const relayed = relayedIn(log);
  const [shown] = relayed;
  return {
    steps: [
      {
        who: "people",
        did:
          "Alice founds a sealed room on a real `chat serve`. Bob and Carol join by its link. They talk, Bob removes Carol, Alice renews her keys, and Alice and Bob talk alone. Alice says something in the lobby, which is open.",
        saw: `Carol is shown: "${life.farewell}"`,
      },
      {
        who: "attacker",
        did:
          "Is the operator: has started the server with `--show-ciphertext`, and reads along.",
        saw: `${relayed.length} sealed messages, of ${
          [...new Set(relayed.map(({ bytes }) => bytes))].join(", ")
        } bytes each`,
        exhibits: shown === undefined ? [] : [{
          label: "first bytes of a sealed message, as the log shows them",
          bytes: Uint8Array.fromHex(shown.start),
        }],
      },
      {
        who: "attacker",
        did:
          "Searches the data folder, its own key and the log for every text, every name that members have in the room, its name and its secret: as they are, backwards, in UTF-16, hexadecimal and base64.",
        saw: searched.found.length === 0
          ? `nothing in ${searched.files} files of ${searched.bytes} bytes`
          : searched.found.join(", "),
      },
    ],
    verdicts: [
      sizesAlone(relayed, texts.length),
      nothingStored(searched, found, open),
    ],
  };
}

/** The sealed messages that a server has logged. */
function relayedIn(log: readonly string[]): readonly Relayed[] {
  return log.filter((line) => line.includes('"event":"relayed"')).map((line) =>
    JSON.parse(line)
  );
}

/** That lengths in steps are all that can be told from sealed messages. */
export function sizesAlone(
  relayed: readonly Relayed[],
  said: number,
): Verdict {
  const starts = relayed.map(({ start }) => start.slice(2 * HEADER_BYTES));
  const isStep = ({ bytes }: Relayed): boolean =>
    (bytes - LEAST_BYTES) % STEP_BYTES === 0;
  return {
    claim:
      "The operator sees of a sealed message its length in steps and random bytes",
    held: relayed.length >= said && said > 0 && relayed.every(isStep) &&
      new Set(starts).size === starts.length,
    evidence:
      `${relayed.length} messages were shown for ${said} texts; no two begin alike behind their epoch`,
  };
}

/** That a server has nothing of a sealed room, where it has all of an open one. */
export function nothingStored(
  { found, bytes, files }: Searched,
  control: readonly string[],
  open: string,
): Verdict {
  const works = control.includes("the open text (UTF-8)");
  return {
    claim:
      "No text, no name and no secret of a sealed room is on the server's disk or in its log",
    held: found.length === 0 && works && bytes > 0,
    evidence: found.length > 0
      ? `found: ${found.join(", ")}`
      : works
      ? `nothing in ${files} files of ${bytes} bytes, in which "${open}" of the lobby was found at once`
      : "not even what was said in the open was found",
  };
}
