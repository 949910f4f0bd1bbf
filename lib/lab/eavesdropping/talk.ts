import { madeUpWord, type Random, unrepeatable } from "../random.ts";

/** One line that somebody says. */
export interface Line {
  readonly who: "alice" | "bobby";
  readonly text: string;
}

/**
 * A conversation to be recorded. The first two lines are those of the original
 * program's recorded run, but for words of four letters: they occur by chance in
 * what is recorded, and a check must not fail by chance.
 */
const LINES: readonly Line[] = [
  { who: "alice", text: "the meeting is at eleven, bring the green folder" },
  { who: "bobby", text: "understood: eleven, green folder" },
  { who: "alice", text: "ok" },
  { who: "bobby", text: "?" },
  { who: "alice", text: "Zürich: southern entrance ☂" },
  { who: "bobby", text: "who is coming?" },
  {
    who: "alice",
    text:
      "Nobody. The treasurer believes the accounts are settled, and the lawyers arrive on Thursday. Before Thursday, neither letters nor telephone calls, please.",
  },
  { who: "bobby", text: "password of the archive?" },
  { who: "bobby", text: "it changed again" },
];

/** The conversation, with a secret that has never been said before. */
export function conversation(random: Random = unrepeatable): readonly Line[] {
  const secret = `${madeUpWord(random)} ${madeUpWord(random)}`;
  return [...LINES, { who: "alice", text: secret }, {
    who: "bobby",
    text: `${secret}, thanks`,
  }];
}
