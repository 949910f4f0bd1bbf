/** Words that Tab can complete. */
export interface Vocabulary {
  /** Commands with their slash, completed at the start of a text. */
  readonly commands: readonly string[];
  /** Names of people, completed anywhere. */
  readonly names: readonly string[];
}

/** Ways to complete the word before the cursor, one of them in place. */
export interface Completion {
  /** Where the word begins, in UTF-16 units. */
  readonly start: number;
  /** Words with what follows them; `index` is the one in place. */
  readonly words: readonly string[];
  readonly index: number;
}

/** Finds the ways to complete what stands before the cursor. */
export function completionsOf(
  before: string,
  { commands, names }: Vocabulary,
): Completion | undefined {
  const start = before.search(/\S*$/);
  const word = before.slice(start);
  const argument = /^\/(?:whois|kick)\s+$/i.test(before.slice(0, start));
  if (word === "" && !argument) return undefined;
  const words = start === 0 && word.startsWith("/")
    ? matching(commands, word).map((command) => `${command} `)
    : matching(names, word.replace(/^@/, "")).map((name) => (
      argument ? name : start === 0 ? `${name}: ` : `${name} `
    ));
  return words.length === 0 ? undefined : { start, words, index: 0 };
}

function matching(words: readonly string[], start: string): readonly string[] {
  const folded = start.toLowerCase();
  return words.filter((word) => word.toLowerCase().startsWith(folded));
}
