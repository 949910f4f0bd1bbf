/** Words that Tab can complete. */
export interface Vocabulary {
  /** Commands with their slash, and what is completed after each. */
  readonly commands: ReadonlyMap<string, "names" | "rooms" | undefined>;
  /** Names of people, completed anywhere. */
  readonly names: readonly string[];
  /** Rooms with their sign, such as `#dev`; completed anywhere. */
  readonly rooms: readonly string[];
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
  vocabulary: Vocabulary,
): Completion | undefined {
  const start = before.search(/\S*$/);
  const word = before.slice(start);
  const words = candidates(before.slice(0, start), word, vocabulary);
  return words.length === 0 ? undefined : { start, words, index: 0 };
}

function candidates(
  before: string,
  word: string,
  { commands, names, rooms }: Vocabulary,
): readonly string[] {
  const first = /^\/\S*(?=\s+$)/.exec(before)?.[0].toLowerCase() ?? "";
  switch (commands.get(first)) {
    case "names":
      return matching(names, word.replace(/^@/, ""));
    case "rooms":
      return rooms.filter((room) => (
        starts(room, word) || starts(room.slice(1), word)
      ));
  }
  if (word === "") return [];
  if (before === "" && word.startsWith("/")) {
    return matching([...commands.keys()], word).map((name) => `${name} `);
  }
  if (/^[#&]/.test(word)) return matching(rooms, word).map(spaced);
  return matching(names, word.replace(/^@/, ""))
    .map((name) => before === "" ? `${name}: ` : `${name} `);
}

function spaced(word: string): string {
  return `${word} `;
}

function matching(words: readonly string[], start: string): readonly string[] {
  return words.filter((word) => starts(word, start));
}

function starts(word: string, start: string): boolean {
  return word.toLowerCase().startsWith(start.toLowerCase());
}
