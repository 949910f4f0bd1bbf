import { encodeClientMessage } from "../../protocol/codec.ts";
import { utf8 } from "../../bytes.ts";
import { FRAME_HEADER_BYTES, RECORD_OVERHEAD_BYTES } from "../../wire/frame.ts";
import { MESSAGE_HEADER_BYTES } from "../../wire/message.ts";
import { splitFrames } from "../frames.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Pair } from "../pair.ts";
import { type Random, shuffled } from "../random.ts";
import { pause } from "../pause.ts";

/** What may be said; the eavesdropper knows the list, as in a form or a menu. */
export const PHRASES = [
  "no",
  "yes, please",
  "not before Thursday",
  "the offer is withdrawn as of now",
  "meet me where we met the first time, alone",
  "they will announce the merger at the end of the week",
  "the diagnosis is confirmed, treatment begins next Monday in the morning",
  "all of the money has been transferred to the account of the second company, without a receipt",
] as const;

/** Milliseconds that a person types at a letter, in a hurry of this lab. */
const MS_PER_LETTER = 1;

/** How unevenly people type: the standard deviation, as a part of the time. */
const UNEVENNESS = 0.2;

/** One phrase as it was said, and what of it could be seen. */
export interface SaidPhrase {
  readonly phrase: string;
  /** Bytes of its record on the wire. */
  readonly seen: number;
  /** Bytes that it would have had without padding. */
  readonly unpadded: number;
  /** Milliseconds from what was seen last until its record was. */
  readonly gap: number;
}

/** Lets Alice say each phrase so many times, in any order, as a person would. */
export async function sayPhrases(
  lab: Laboratory,
  pair: Pair,
  options: { readonly times: number; readonly random: Random },
): Promise<SaidPhrase[]> {
  const { times, random } = options;
  const order = PHRASES.flatMap((phrase) => Array<string>(times).fill(phrase));
  const said: SaidPhrase[] = [];
  for (const phrase of shuffled(order, random)) {
    const begin = (): Promise<void> =>
      pause(typingMs(phrase, random), lab.signal);
    said.push(await sayOne(pair, { phrase, number: said.length + 1, begin }));
  }
  return said;
}

/** Lets Alice say texts of these lengths in bytes, pasted. */
export async function sayLengths(
  pair: Pair,
  options: { readonly lengths: readonly number[]; readonly from: number },
): Promise<SaidPhrase[]> {
  const said: SaidPhrase[] = [];
  for (const length of options.lengths) {
    const number = options.from + said.length;
    said.push(await sayOne(pair, { phrase: "x".repeat(length), number }));
  }
  return said;
}

async function sayOne(
  { alice: { recording }, say }: Pair,
  { phrase, number, begin }: {
    readonly phrase: string;
    readonly number: number;
    readonly begin?: () => Promise<void>;
  },
): Promise<SaidPhrase> {
  const frames = splitFrames(recording.stream("up")).length;
  const captures = recording.captures.length;
  const last = recording.captures.at(-1)?.at ?? 0;
  await begin?.();
  await say("alice", phrase);
  const [frame] = splitFrames(recording.stream("up")).slice(frames);
  const capture = recording.captures.slice(captures)
    .find(({ direction }) => direction === "up");
  if (frame === undefined || capture === undefined) {
    throw new Error("Cannot analyse: a phrase made no record");
  }
  return {
    phrase,
    seen: frame.bytes.length,
    unpadded: unpaddedBytes(phrase, number),
    gap: capture.at - last,
  };
}

/** Bytes on the wire of the message of this number, if nothing were padded. */
export function unpaddedBytes(text: string, number: number): number {
  const message = encodeClientMessage({
    kind: "say",
    id: number,
    room: 1,
    number,
    text,
  });
  return FRAME_HEADER_BYTES + MESSAGE_HEADER_BYTES + message.length +
    RECORD_OVERHEAD_BYTES;
}

function typingMs(phrase: string, random: Random): number {
  const even = utf8(phrase).length * MS_PER_LETTER;
  return Math.max(0, even * (1 + UNEVENNESS * normal(random)));
}

/** Standard normally distributed, nearly: the sum of twelve (Irwin-Hall). */
function normal(random: Random): number {
  return Array.from({ length: 12 }, random)
    .reduce((sum, each) => sum + each, -6);
}
