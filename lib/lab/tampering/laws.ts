/** One line of the room, as a member was told it. */
export interface Heard {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

/** What the victim knows when its session is over. */
export interface Account {
  readonly name: string;
  /** What it said, in this order. */
  readonly said: readonly string[];
  /** Those that the server acknowledged. */
  readonly acknowledged: readonly string[];
  /** What it was told of the room. */
  readonly heard: readonly Heard[];
  /** Code of the error its session ended with; none after a goodbye. */
  readonly error: string | undefined;
}

/** The law that was broken, and by what. */
export interface Breach {
  readonly law: "accepted" | "lost";
  readonly what: string;
}

/**
 * What a session did that must never happen, whatever anybody does on the way: a
 * message is accepted that was not sent, or one is lost and nobody was told.
 *
 * @param room What is stored, as somebody heard it who was not attacked.
 */
export function breaches(account: Account, room: readonly Heard[]): Breach[] {
  return [...acceptedWrongly(account, room), ...lostSilently(account, room)];
}

function acceptedWrongly(
  { name, said, heard }: Account,
  room: readonly Heard[],
): Breach[] {
  const stored = room.filter((line) => line.name === name)
    .map(({ text }) => text);
  const isPrefix = stored.every((text, at) => text === said[at]);
  const inServer: Breach[] = isPrefix ? [] : [{
    law: "accepted",
    what: `the server stored ${JSON.stringify(stored)} of ${
      JSON.stringify(said)
    }`,
  }];
  const inClient = heard.filter((line, at) => {
    const before = heard[at - 1];
    const genuine = room.find(({ seq }) => seq === line.seq);
    return genuine?.name !== line.name || genuine.text !== line.text ||
      before !== undefined && line.seq !== before.seq + 1;
  }).map((line): Breach => ({
    law: "accepted",
    what: `the client took "${line.text}" as line ${line.seq}`,
  }));
  return [...inServer, ...inClient];
}

function lostSilently(
  { name, said, acknowledged, heard, error }: Account,
  room: readonly Heard[],
): Breach[] {
  const stored = new Set(
    room.filter((line) => line.name === name).map(({ text }) => text),
  );
  const broken = acknowledged.filter((text) => !stored.has(text))
    .map((text): Breach => ({
      law: "lost",
      what: `"${text}" was acknowledged and is not stored`,
    }));
  if (error !== undefined) return broken; // the victim knows that it was cut off
  const told = new Set(heard.map(({ text }) => text));
  const silent = said.filter((text) => !stored.has(text) || !told.has(text))
    .map((text): Breach => ({
      law: "lost",
      what: `"${text}" did not arrive, and the session ended as if it had`,
    }));
  return [...broken, ...silent];
}
