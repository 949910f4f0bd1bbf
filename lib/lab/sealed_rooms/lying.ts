import type { Figure } from "../figure.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Part } from "../part.ts";
import type { Verdict } from "../verdict.ts";
import { LAST_LIES, type Lie, LIES } from "./lies.ts";
import { Stand, type StandOptions } from "./stand.ts";

/** A lie that was told, and what the victim was shown, if anything. */
export interface Told extends Pick<Lie, "name" | "did" | "claim"> {
  readonly words: string | undefined;
}

/** A line of a screen in which somebody says something: who, and what. */
const SAID = /^(?:@\S+ )?(\S+?)·\S+: (\S+)$/;

/** A server that has everything but the link does what it can. */
export async function lying(
  lab: Laboratory,
  options: StandOptions = {},
): Promise<Part & { readonly figures: readonly Figure[] }> {
  const stand = await Stand.build(lab, options);
  const told: Told[] = [];
  const tell = async (lie: Lie): Promise<Told> => ({
    ...lie,
    words: await lie.tell(stand),
  });
  for (const lie of LIES) told.push(await tell(lie));
  told.push(...await Promise.all(LAST_LIES.map(tell))); // of two other people
  const { alice, bob, carol, said } = stand;
  const screens = [alice, bob, carol].map(({ words }) => saidOn(words));
  return {
    steps: [
      {
        who: "people",
        did:
          "Alice, Bob and Carol are in a sealed room of a server whose owner changes what it likes on its way: the rooms of the real server, behind a door of the laboratory's.",
      },
      ...told.map(({ did, words }) => ({
        who: "attacker" as const,
        did,
        saw: words === undefined
          ? "nothing is shown"
          : `what is shown: "${words}"`,
      })),
    ],
    figures: [{
      kind: "table",
      name: "lies",
      title: "What the server does, and the words in which people are told",
      columns: ["the server", "is shown as"],
      rows: told.map(({ name, words }) => [name, words ?? "nothing"]),
    }],
    verdicts: [...told.map(isShown), nothingWrong(screens, said)],
  };
}

/** What a screen shows as said by somebody. */
function saidOn(words: readonly string[]): readonly string[] {
  return words.flatMap((line) => {
    const [, who, text] = SAID.exec(line) ?? [];
    return text === undefined ? [] : [`${who}: ${text}`];
  });
}

/** That a lie shows. */
export function isShown({ claim, words }: Told): Verdict {
  return {
    claim,
    held: words !== undefined,
    evidence: words === undefined ? "nothing was shown" : `"${words}"`,
  };
}

/**
 * That nobody was shown anything that was not said, nor as somebody else's, nor
 * twice.
 */
export function nothingWrong(
  screens: readonly (readonly string[])[],
  said: readonly string[],
): Verdict {
  const wrong = screens.flatMap((shown) =>
    shown.filter((line, at) => !said.includes(line) || shown.indexOf(line) < at)
  );
  return {
    claim:
      "Whatever the server did, nobody was shown what was not said, nor twice, nor by another",
    held: screens.length > 0 && screens.every(({ length }) => length > 0) &&
      wrong.length === 0,
    evidence: wrong.length === 0
      ? `${screens.flat().length} lines were shown to ${screens.length} people, each once, all of them said by who stands before them`
      : `shown, and not said, or twice: ${wrong.join(", ")}`,
  };
}
