import { concat, fromUtf8 } from "../../bytes.ts";
import type { Laboratory } from "../laboratory.ts";
import { PlainClient, PlainRoom } from "./plain_room.ts";
import { type Capture, DIRECTIONS, type Recording } from "../recording.ts";
import type { Line } from "./talk.ts";

/** What an eavesdropper has of a conversation in a plain room. */
export interface PlainTap {
  readonly recordings: readonly Recording[];
  /** Names, as they were sent. */
  readonly names: readonly string[];
  /** All that was said and by whom, read off the wire. */
  readonly lines: readonly Line[];
  /** What Bobby saw when somebody else spoke as Alice. */
  readonly forged: string;
}

/** Lets the two talk in a plain room, behind an eavesdropper. */
export async function tapPlainRoom(
  lab: Laboratory,
  script: readonly Line[],
): Promise<PlainTap> {
  const room = lab.keep(new PlainRoom());
  const relay = lab.relay(room.port);
  const alice = lab.keep(await PlainClient.enter("alice", relay.port));
  await room.named(1);
  const bobby = lab.keep(await PlainClient.enter("bobby", relay.port));
  await alice.hear(); // that Bobby has come
  for (const { who, text } of script) {
    const [speaker, listener] = who === "alice"
      ? [alice, bobby]
      : [bobby, alice];
    await speaker.say(text);
    await listener.hear();
  }
  const recordings = [...relay.recordings];
  const sent = recordings.map(({ captures }) =>
    captures.filter(({ direction }) => direction === "up")
  );
  const impostor = lab.keep(await PlainClient.enter("mallory", relay.port));
  await bobby.hear(); // that Mallory has come
  await impostor.say("the meeting is cancelled", "alice");
  const forged = await bobby.hear();
  return {
    recordings,
    names: sent.flatMap(([name]) => name === undefined ? [] : text(name)),
    lines: sent.flatMap(([, ...said]) => said)
      .toSorted((a, b) => a.at - b.at)
      .map(parseLine),
    forged,
  };
}

/** Every byte of `recordings`, both ways. */
export function allBytes(
  recordings: readonly Recording[],
): Uint8Array<ArrayBuffer> {
  return concat(
    ...recordings.flatMap((each) => DIRECTIONS.map((way) => each.stream(way))),
  );
}

function parseLine(capture: Capture): Line {
  const [who, ...rest] = text(capture).split(" - ");
  if (who !== "alice" && who !== "bobby") {
    throw new Error("Cannot read the plain room: a line is nobody's");
  }
  return { who, text: rest.join(" - ") };
}

function text({ bytes }: Capture): string {
  return fromUtf8(bytes);
}
