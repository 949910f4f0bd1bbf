/** Sections 4, 5.4 and 6 of docs/protocol.md. */
import { aesGcm, ascii, type Bytes, hmac, join } from "./primitives.ts";

/** A message: its type and payload. */
export interface Message {
  readonly type: number;
  readonly payload: Bytes;
}

const NONE: Bytes = new Uint8Array(0);

/** An integer in so many bytes. */
export function uint(value: number, bytes: number): Bytes {
  return Uint8Array.from(
    { length: bytes },
    (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256,
  );
}

/** Reads an integer of `bytes` bytes. */
export function readUint(from: Uint8Array, at: number, bytes: number): number {
  return from.subarray(at, at + bytes).reduce((n, byte) => n * 256 + byte, 0);
}

/** Section 4.1. */
export function frameOf(body: Bytes): Bytes {
  return join(uint(body.length, 4), body);
}

/** Section 4.2. */
export function encode(type: number, payload: Bytes = NONE): Bytes {
  return join(uint(type, 1), uint(payload.length, 2), payload);
}

/** Section 4.3, "padded". */
export function padded(n: number): number {
  if (n <= 256) return 256;
  const e = Math.floor(Math.log2(n));
  const s = Math.floor(Math.log2(e)) + 1;
  const unit = 2 ** (e - s);
  return Math.ceil(n / unit) * unit;
}

/** Section 4.3, "messages". */
export function messagesOf(plaintext: Bytes): Message[] {
  const found: Message[] = [];
  let at = 0;
  while (at < plaintext.length) {
    if (plaintext[at] === 0) {
      if (plaintext.subarray(at).some((byte) => byte !== 0)) throw refuse();
      break;
    }
    if (at + 3 > plaintext.length) throw refuse();
    const n = readUint(plaintext, at + 1, 2);
    if (at + 3 + n > plaintext.length) throw refuse();
    const payload = plaintext.slice(at + 3, at + 3 + n);
    found.push({ type: readUint(plaintext, at, 1), payload });
    at += 3 + n;
  }
  if (found.length === 0) throw refuse();
  return found;
}

function refuse(): Error {
  return new Error("CHAT_WIRE_MALFORMED");
}

/** Section 5.4, "Expand-Label". */
export async function expandLabel(
  secret: Bytes,
  label: string,
  context: Bytes,
  length: number,
): Promise<Bytes> {
  const hkdfLabel = join(
    uint(length, 2),
    uint(7 + label.length, 1),
    ascii("chat/1 "),
    ascii(label),
    uint(context.length, 1),
    context,
  );
  return (await hmac(secret, join(hkdfLabel, uint(1, 1)))).slice(0, length);
}

/** One direction of a connection under one secret. */
export class Direction {
  #sequence = 0;
  #secret: Bytes;

  constructor(secret: Bytes) {
    this.#secret = secret;
  }

  /** Seals messages as a frame. */
  async seal(messages: Bytes): Promise<Bytes> {
    const plaintext = new Uint8Array(padded(messages.length));
    plaintext.set(messages);
    const additional = uint(plaintext.length + 16, 4);
    const how = { ...await this.#next(), additional };
    return frameOf(await aesGcm(false, { ...how, data: plaintext }));
  }

  /** Opens the body of a frame. */
  async open(body: Bytes): Promise<Bytes> {
    const additional = uint(body.length, 4);
    return await aesGcm(true, {
      ...await this.#next(),
      additional,
      data: body,
    });
  }

  /** Section 6.3: moves to the next secret. */
  async update(): Promise<void> {
    this.#secret = await expandLabel(this.#secret, "traffic upd", NONE, 32);
    this.#sequence = 0;
  }

  async #next(): Promise<{ key: Bytes; nonce: Bytes }> {
    const sequence = uint(this.#sequence++, 12);
    const key = await expandLabel(this.#secret, "key", NONE, 32);
    const iv = await expandLabel(this.#secret, "iv", NONE, 12);
    const nonce = iv.map((byte, i) => byte ^ (sequence[i] ?? 0));
    return { key, nonce };
  }
}
