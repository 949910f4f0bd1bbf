import { type Token, Tokenizer, Type } from "cborg";
import { type Bytes, fromUtf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

// Deterministic encoding (RFC 8949 section 4.2.1) as far as cborg can be told;
// what it has no option for (floats, tags, maps) is refused by type below.
const STRICT = {
  strict: true, // shortest integers and lengths only
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  allowInfinity: false,
  allowNaN: false,
  retainStringBytes: true,
};

/**
 * Reads one CBOR item by item, each of the type its caller expects, so neither
 * an unexpected type nor a depth or count the caller did not ask for is read.
 * Every method throws `CHAT_PROTOCOL` when it finds something else.
 */
export class CborReader {
  readonly #tokens: Tokenizer;

  /** @throws {ChatError} `CHAT_PROTOCOL` above {@linkcode MAX_MESSAGE_BYTES}. */
  constructor(bytes: Uint8Array) {
    if (bytes.length > MAX_MESSAGE_BYTES) {
      throw malformed(`${bytes.length} bytes, more than ${MAX_MESSAGE_BYTES}`);
    }
    this.#tokens = new Tokenizer(bytes, STRICT);
  }

  /** Reads the head of an array and returns how many items follow. */
  array(): number {
    return this.#next(Type.array).value as number;
  }

  /** Reads an integer from 0 to 2^53 - 1. */
  uint(): number {
    return this.#next(Type.uint).value as number;
  }

  /** Reads such an integer, or null. */
  optionalUint(): number | null {
    const token = this.#any();
    if (token.type === Type.null) return null;
    return expect(token, Type.uint).value as number;
  }

  /** Reads true or false. */
  flag(): boolean {
    const token = this.#any();
    if (token.type === Type.true) return true;
    if (token.type === Type.false) return false;
    throw malformed(`${token.type.name} where a boolean belongs`);
  }

  /** Reads exactly `size` bytes, copied out. */
  bytes(size: number): Bytes {
    return sized(this.#next(Type.bytes), size);
  }

  /** Reads exactly `size` bytes, copied out, or null. */
  optionalBytes(size: number): Bytes | null {
    const token = this.#any();
    if (token.type === Type.null) return null;
    return sized(expect(token, Type.bytes), size);
  }

  /** Reads at most `max` bytes, copied out. */
  someBytes(max: number): Bytes {
    const value = this.#next(Type.bytes).value as Bytes;
    if (value.length <= max) return value;
    throw malformed(`${value.length} bytes, more than ${max}`);
  }

  /** Whether nothing follows. */
  get done(): boolean {
    return this.#tokens.done();
  }

  /** Reads well-formed text of at most `max` bytes. */
  text(max: number): string {
    return textOf(this.#next(Type.string), max);
  }

  /** Reads such a text, or null. */
  optionalText(max: number): string | null {
    const token = this.#any();
    if (token.type === Type.null) return null;
    return textOf(expect(token, Type.string), max);
  }

  /** Ends reading: a byte left over is an error. */
  finish(): void {
    if (!this.#tokens.done()) throw malformed("trailing bytes");
  }

  #next(type: Type): Token {
    return expect(this.#any(), type);
  }

  #any(): Token {
    if (this.#tokens.done()) throw malformed("it ends too early");
    try {
      return this.#tokens.next();
    } catch (cause) {
      throw malformed("not the CBOR this protocol allows", cause);
    }
  }
}

function sized(token: Token, size: number): Bytes {
  const value = token.value as Bytes;
  if (value.length === size) return value;
  throw malformed(`${value.length} bytes where ${size} belong`);
}

function expect(token: Token, type: Type): Token {
  if (token.type === type) return token;
  throw malformed(`${token.type.name} where ${type.name} belongs`);
}

/**
 * cborg replaces invalid UTF-8 by U+FFFD and drops a leading byte order mark,
 * so its text is believed only where it is ASCII: as many characters as bytes,
 * and none of them a replacement.
 */
function textOf(token: Token, max: number): string {
  if (token.encodedLength === 1) return ""; // shared by cborg, without bytes
  const bytes = token.byteValue as Uint8Array;
  if (bytes.length > max) {
    throw malformed(`text of ${bytes.length} bytes, more than ${max}`);
  }
  const loose = token.value as string;
  if (loose.length === bytes.length && !loose.includes("\ufffd")) return loose;
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw malformed("text is not UTF-8", cause);
  }
}

function malformed(found: string, cause?: unknown): ChatError {
  return new ChatError(
    "CHAT_PROTOCOL",
    `Cannot decode message: ${found}`,
    cause === undefined ? undefined : { cause },
  );
}
