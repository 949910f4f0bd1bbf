import type { Child } from "../lib/lab/child.ts";
import { sees as seesEvent } from "../lib/lab/events.ts";
import { type SeenFrame, splitFrames } from "../lib/lab/frames.ts";
import type { Direction, Recording } from "../lib/lab/recording.ts";
import type { Name, Speech } from "./script.ts";

/** Somebody in the room: a process, and what the relay recorded of it. */
export interface Player {
  readonly name: Name;
  readonly process: Child;
  readonly recording: Recording;
}

/** What was said, as the other one received it, and what the relay saw. */
export interface Exchange extends Speech {
  /** From the speaker to the server. */
  readonly up: readonly SeenFrame[];
  /** From the server to the other one. */
  readonly down: readonly SeenFrame[];
}

/** A line as somebody saw it, and its number in the room. */
export interface Heard {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

/** Lets a player wait until it is in the room itself. */
export async function enters(
  process: Child,
  signal: AbortSignal,
): Promise<void> {
  await sees({ process }, { event: "room" }, { signal });
}

/** Lets `player` wait until it has seen somebody else enter. */
export async function seesEntering(
  player: Player,
  name: Name,
  signal: AbortSignal,
): Promise<void> {
  await sees(player, { event: "joined", name }, { signal });
}

/** One player says something; returns when both have it on their screens. */
export async function say(
  speech: Speech,
  players: readonly [Player, Player],
  signal: AbortSignal,
): Promise<Exchange> {
  const { name, text } = speech;
  const [speaker, listener] = players[0].name === name
    ? players
    : players.toReversed() as [Player, Player];
  const framesUp = mark(speaker.recording, "up");
  const framesDown = mark(listener.recording, "down");
  await speaker.process.type(text);
  const heard = await sees(listener, saysThat(speech), { signal });
  await sees(speaker, saysThat(speech), { signal });
  return {
    name,
    text: String(heard["text"]),
    up: framesUp(),
    down: framesDown(),
  };
}

/** The fields of the event that tells of a speech. */
export function saysThat(
  { name, text }: Speech,
): Readonly<Record<string, string>> {
  return { event: "said", name, text };
}

/** Every line that a player has seen, in the order it did. */
export function heardBy({ process }: Pick<Player, "process">): Heard[] {
  return process.stdout.lines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === "said")
    .map(({ seq, name, text }): Heard => ({ seq, name, text }));
}

/** Remembers where a recording stands; later tells the frames since. */
function mark(
  recording: Recording,
  direction: Direction,
): () => readonly SeenFrame[] {
  const before = splitFrames(recording.stream(direction)).length;
  return () => splitFrames(recording.stream(direction)).slice(before);
}

/** Lets a player wait for an event with these fields, and returns it. */
export async function sees(
  { process }: Pick<Player, "process">,
  wanted: Readonly<Record<string, string>>,
  { signal }: { readonly signal: AbortSignal },
): Promise<Readonly<Record<string, unknown>>> {
  return await seesEvent(process, wanted, signal);
}
