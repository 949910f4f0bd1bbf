import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { MAX_PLAINTEXT_BYTES } from "./message.ts";
import { isPaddedLength } from "./padding.ts";

/** Bytes of the length in front of every frame. */
export const FRAME_HEADER_BYTES = 4;
/** Bytes a sealed record adds to its plaintext: the tag of AES-GCM. */
export const RECORD_OVERHEAD_BYTES = 16;

/** Decides whether a frame may have this many bytes; called before it is read. */
export type AcceptLength = (length: number) => boolean;

/** The sizes a sealed record may have: a Padmé size plus the tag. */
export function isRecordLength(length: number): boolean {
  const plaintext = length - RECORD_OVERHEAD_BYTES;
  return plaintext >= 0 && plaintext <= MAX_PLAINTEXT_BYTES &&
    isPaddedLength(plaintext);
}

/** `length:u32` of a body, as it stands in front of it. */
export function frameHeader(bodyLength: number): Bytes {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, bodyLength);
  return header;
}

/** A frame: `length:u32 || body`. */
export function encodeFrame(body: Uint8Array): Bytes {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, FRAME_HEADER_BYTES);
  return frame;
}

const IDLE_BYTES = 512;
const BUSY_BYTES = 131_072;
/** Small reads in a row after which a grown buffer is given back. */
const CALM_READS = 4;

/**
 * Cuts a byte stream into frames. Read into {@linkcode FrameBuffer.space}, say
 * how much with {@linkcode FrameBuffer.commit}, then take frames until none is
 * left. An idle connection holds 512 bytes; a busy one grows to 128 KiB and
 * falls back when it calms down. At the bound, frames must be taken before
 * there is space again.
 */
export class FrameBuffer {
  #buffer: Bytes = new Uint8Array(IDLE_BYTES);
  #start = 0;
  #end = 0;
  #calm = 0;

  /** Where the next bytes go; never empty once all whole frames are taken. */
  space(): Bytes {
    if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    if (this.#end === 0 && this.#calm >= CALM_READS) this.#resize(IDLE_BYTES);
    if (this.#end === this.#buffer.length) {
      this.#resize(Math.min(this.#buffer.length * 4, BUSY_BYTES));
    }
    return this.#buffer.subarray(this.#end);
  }

  /** Says that `count` bytes were written to the start of `space()`. */
  commit(count: number): void {
    this.#calm = count < IDLE_BYTES ? this.#calm + 1 : 0;
    this.#end += count;
  }

  /** Whether bytes of an unfinished frame are held. */
  get partial(): boolean {
    return this.#end > this.#start;
  }

  /**
   * Body of the next whole frame, as a view that lasts until `space()`, or
   * `undefined` when more bytes are needed.
   *
   * @throws {ChatError} `CHAT_FRAME_SIZE` as soon as a refused length is known.
   */
  next(accept: AcceptLength): { header: Bytes; body: Bytes } | undefined {
    const held = this.#end - this.#start;
    if (held < FRAME_HEADER_BYTES) return undefined;
    const at = this.#start + FRAME_HEADER_BYTES;
    const length = new DataView(this.#buffer.buffer).getUint32(this.#start);
    if (!accept(length)) {
      throw new ChatError(
        "CHAT_FRAME_SIZE",
        `Cannot read frame: a length of ${length} bytes is not allowed here`,
      );
    }
    if (held < FRAME_HEADER_BYTES + length) return undefined;
    const header = this.#buffer.subarray(this.#start, at);
    this.#start = at + length;
    return { header, body: this.#buffer.subarray(at, at + length) };
  }

  #resize(capacity: number): void {
    if (capacity === this.#buffer.length) return;
    const grown = new Uint8Array(capacity);
    grown.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = grown;
  }
}
