import { type Bytes, concat } from "../../bytes.ts";
import type { Passing } from "../active_relay.ts";
import { encodeFrame } from "../../wire/frame.ts";

/** What the attacker has besides the frame that passes. */
export interface Arsenal {
  /** The frame in the same place of another session of the same two. */
  readonly other: Bytes;
  /** Ends the whole connection soon, unless the victims do before. */
  giveUp(): void;
}

/** One way to meddle with a frame. */
export interface Change {
  /** As the head of a column. */
  readonly name: string;
  /** What the attacker does, as the end of a sentence. */
  readonly does: string;
  /** Whether it needs the frame that follows. */
  readonly swaps?: true;
  /** Does it. @param next The frame that follows, for a change that swaps. */
  apply(frame: Passing, arsenal: Arsenal, next?: Passing): void;
}

const HEADER_BYTES = 4;
/** Bytes of the tag at the end of a sealed frame. */
const TAG_BYTES = 16;

/** Every way to meddle with a frame that the experiment tries. */
export const CHANGES: readonly Change[] = [
  flip("length", "changes its length field by one", () => HEADER_BYTES - 1),
  flip("first byte", "flips a bit of its first byte", () => HEADER_BYTES),
  flip(
    "middle",
    "flips a bit in its middle",
    (length) => (HEADER_BYTES + length - TAG_BYTES) >> 1,
  ),
  flip("last byte", "flips a bit of its last byte", (length) => length - 1),
  {
    name: "longer",
    does: "adds 16 bytes to it and corrects its length field",
    apply: ({ bytes, forward }, { giveUp }): void => {
      const body = bytes.slice(HEADER_BYTES);
      forward(encodeFrame(concat(body, new Uint8Array(TAG_BYTES))));
      giveUp();
    },
  },
  {
    name: "cut",
    does: "lets half of it through and hangs up",
    apply: ({ bytes, forward, cut }, { giveUp }): void => {
      forward(bytes.slice(0, bytes.length >> 1));
      cut();
      giveUp();
    },
  },
  {
    name: "dropped",
    does: "drops it and lets the rest through",
    apply: (_frame, { giveUp }): void => giveUp(),
  },
  {
    name: "replayed",
    does: "sends it twice",
    apply: ({ bytes, forward }, { giveUp }): void => {
      forward(bytes);
      forward(bytes);
      giveUp();
    },
  },
  {
    name: "reordered",
    does: "sends the next one first",
    swaps: true,
    apply: ({ bytes, forward }, { giveUp }, next): void => {
      if (next !== undefined) forward(next.bytes);
      forward(bytes);
      giveUp();
    },
  },
  {
    name: "reflected",
    does: "sends it back to where it came from",
    apply: ({ bytes, reflect }, { giveUp }): void => {
      reflect(bytes);
      giveUp();
    },
  },
  {
    name: "of another",
    does: "puts the frame of an earlier session in its place",
    apply: ({ forward }, { other, giveUp }): void => {
      forward(other);
      giveUp();
    },
  },
];

function flip(
  name: string,
  does: string,
  at: (length: number) => number,
): Change {
  return {
    name,
    does,
    apply: ({ bytes, forward }, { giveUp }): void => {
      const changed = bytes.slice();
      const index = at(bytes.length);
      changed[index] = (changed[index] ?? 0) ^ 1;
      forward(changed);
      giveUp();
    },
  };
}
