import { type Bytes, concat } from "../bytes.ts";
import { damagedIdentity } from "./damaged.ts";

/** The ASN.1 tags that key files use (ITU-T X.690). */
export const TAG = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const;

/** One of {@linkcode TAG}. */
export type Tag = typeof TAG[keyof typeof TAG];

/** Largest content {@linkcode encodeDer} and {@linkcode DerReader} know. */
const MAX_DER_BYTES = 0xffff;

/** Encodes one element: tag, shortest length, the joined `contents`. */
export function encodeDer(tag: Tag, ...contents: readonly Bytes[]): Bytes {
  const content = concat(...contents);
  const { length } = content;
  if (length > MAX_DER_BYTES) {
    throw new RangeError(`Cannot encode DER: ${length} bytes are too many`);
  }
  const header = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return concat(Uint8Array.of(tag, ...header), content);
}

/** Encodes a non-negative integer below 2^31. */
export function encodeDerInteger(value: number): Bytes {
  const bytes = [value & 0xff];
  for (let rest = value >> 8; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  if ((bytes[0] as number) >= 0x80) bytes.unshift(0);
  return encodeDer(TAG.integer, Uint8Array.from(bytes));
}

/**
 * Strict cursor over DER (ITU-T X.690): one encoding per value, every byte read
 * exactly once. Each failure is `CHAT_IDENTITY_DAMAGED`.
 */
export class DerReader {
  readonly #bytes: Bytes;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** Whether the next element has this tag. */
  isNext(tag: Tag): boolean {
    return this.#bytes[this.#offset] === tag;
  }

  /** Copies out the content of the next element, which must have this tag. */
  take(tag: Tag): Bytes {
    if (!this.isNext(tag)) {
      throw malformed(`no element 0x${tag.toString(16)} at ${this.#offset}`);
    }
    this.#offset += 1;
    const length = this.#takeLength();
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw malformed("it is cut short");
    const content = this.#bytes.slice(this.#offset, end);
    this.#offset = end;
    return content;
  }

  /** Reads the next element as a sequence, with a reader of its own. */
  takeSequence(): DerReader {
    return new DerReader(this.take(TAG.sequence));
  }

  /** Reads a non-negative integer below 2^31. */
  takeInteger(): number {
    const content = this.take(TAG.integer);
    const [first = 0x80, second = 0x80] = content;
    const padded = content.length > 1 && first === 0 && second < 0x80;
    if (first >= 0x80 || padded || content.length > 4) {
      throw malformed("an integer is out of range");
    }
    return content.reduce((value, byte) => value << 8 | byte, 0);
  }

  /** Ends reading: any byte left over is an error, never ignored. */
  finish(): void {
    const left = this.#bytes.length - this.#offset;
    if (left > 0) throw malformed(`${left} trailing bytes`);
  }

  #takeLength(): number {
    const first = this.#takeByte();
    if (first < 0x80) return first;
    if (first !== 0x81 && first !== 0x82) throw malformed("a length is odd");
    const high = first === 0x82 ? this.#takeByte() : 0;
    const length = high << 8 | this.#takeByte();
    if (length < (first === 0x82 ? 0x100 : 0x80)) {
      throw malformed("a length is not in its shortest form");
    }
    return length;
  }

  #takeByte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw malformed("it is cut short");
    this.#offset += 1;
    return byte;
  }
}

function malformed(found: string): Error {
  return damagedIdentity(`its DER is malformed: ${found}`);
}
