import { type Bytes, concat } from "../bytes.ts";
import { FieldWriter } from "./field_writer.ts";
import { MAX_BODY_BYTES } from "./limits.ts";

/** What a sealed message says: something, or that its author goes. */
export interface Body {
  readonly kind: "said" | "leaving";
  /** Counted by the author since it joined, from 0 on. */
  readonly number: number;
  readonly bytes: Bytes;
}

const KINDS = ["said", "leaving"] as const;
const HEADER_BYTES = 9;

/** Encodes what is sealed: kind (1), number (8), then the bytes. */
export function encodeBody({ kind, number, bytes }: Body): Bytes {
  return new FieldWriter()
    .uint8(KINDS.indexOf(kind))
    .uint64(BigInt(number))
    .fixed(bytes)
    .finish();
}

/** Inverse of {@linkcode encodeBody}; `undefined` for anything else. */
export function decodeBody(encoded: Uint8Array): Body | undefined {
  const kind = KINDS[encoded[0] ?? KINDS.length];
  const length = encoded.length - HEADER_BYTES;
  if (kind === undefined || length < 0 || length > MAX_BODY_BYTES) {
    return undefined;
  }
  const copy = concat(encoded);
  const number = new DataView(copy.buffer).getBigUint64(1);
  if (number > Number.MAX_SAFE_INTEGER) return undefined;
  return { kind, number: Number(number), bytes: copy.slice(HEADER_BYTES) };
}
