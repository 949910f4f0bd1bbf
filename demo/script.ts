/** The people of the demo; their keys are in certs/. */
export const PEOPLE = {
  Alice: { key: "alice.pem", hue: 3 },
  Bobby: { key: "bob", hue: 5 },
} as const;

/** One of {@linkcode PEOPLE}. */
export type Name = keyof typeof PEOPLE;

/** What the server calls itself; looked for in the recordings, too. */
export const TITLE = "The Harbour Library";

/** Greets everybody who enters. */
export const MOTD = "Whisper, others are reading";

/** The room everybody enters. */
export const ROOM = "lobby";

/** One line that somebody says. */
export interface Speech {
  readonly name: Name;
  readonly text: string;
}

/**
 * What they say at first. Every word of four letters and more must not be found in what
 * the relay records. Hardly any has four or five: so few bytes occur by chance
 * once in some thousand runs, and a check must not fail by chance.
 */
export const SPEECHES: readonly Speech[] = [
  { name: "Alice", text: "Hello Bobby, is anybody listening to us?" },
  { name: "Bobby", text: "Yes." },
  { name: "Bobby", text: "A recorder in between. It copies everything." },
  {
    name: "Alice",
    text:
      "Let it puzzle. The harbour at sunrise; manuscript, umbrella ☂, no hat.",
  },
  { name: "Bobby", text: "Zürich or Łódź?" },
  {
    name: "Alice",
    text:
      "Zürich. Go by the southern entrance of the station, follow the railway to the fishermen's bridge, and behind the eleventh lantern ask the orange seller for a violin without strings. Her answer: not before Thursday. Anybody who differs is an impostor, a lodger or a tourist; buy an orange and go.",
  },
  { name: "Bobby", text: "Understood. Now I eat the letter." },
];

/** What is said while there is no server. */
export const MEANWHILE: Speech = {
  name: "Alice",
  text: "Before you swallow it: remember nothing but the umbrella.",
};

/** The answer, once there is a server again. */
export const AFTERWARDS: Speech = {
  name: "Bobby",
  text: "Already swallowed. Delicious.",
};

/** All that is said, in this order. */
export const SCRIPT: readonly Speech[] = [...SPEECHES, MEANWHILE, AFTERWARDS];
