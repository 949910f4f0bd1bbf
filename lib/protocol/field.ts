import type { Bytes } from "../bytes.ts";
import { KEY_BYTES } from "./limits.ts";

/**
 * The type of one field of an application message, as data: encoding, decoding,
 * the TypeScript type and the CDDL all follow from it.
 */
export type Field =
  /** An integer from 0 to `MAX_UINT`. */
  | { readonly type: "uint" }
  /** Exactly this integer. */
  | { readonly type: "constant"; readonly value: number }
  /** True or false. */
  | { readonly type: "flag" }
  /** Such an integer, or null. */
  | { readonly type: "optional uint" }
  /** Exactly `size` bytes. */
  | { readonly type: "bytes"; readonly size: number }
  /** Exactly `size` bytes, or null. */
  | { readonly type: "optional bytes"; readonly size: number }
  /** At most `max` bytes, which the server does not look into. */
  | { readonly type: "blob"; readonly max: number }
  /** At most `max` bytes that hold entries of a log, one after another. */
  | { readonly type: "entries"; readonly max: number }
  /** Well-formed text of at most `max` bytes of UTF-8. */
  | { readonly type: "text"; readonly max: number }
  /** Such a text, or null. */
  | { readonly type: "optional text"; readonly max: number }
  /** One of these words. */
  | { readonly type: "word"; readonly of: readonly string[] }
  /** At most `max` arrays of these fields. */
  | { readonly type: "list"; readonly max: number; readonly of: Fields };

/** Fields by name, in the order they have on the wire. */
export type Fields = { readonly [name: string]: Field };

/** Messages by kind: the number that comes first on the wire, and the fields. */
export type Schema = {
  readonly [kind: string]: { readonly tag: number; readonly fields: Fields };
};

/** The TypeScript type of a field's value. */
export type ValueOf<F extends Field> = F extends { type: "uint" } ? number
  : F extends { type: "constant"; value: infer V } ? V
  : F extends { type: "flag" } ? boolean
  : F extends { type: "optional uint" } ? number | null
  : F extends { type: "bytes" } ? Bytes
  : F extends { type: "optional bytes" } ? Bytes | null
  : F extends { type: "blob" } ? Bytes
  : F extends { type: "entries" } ? Bytes
  : F extends { type: "text" } ? string
  : F extends { type: "optional text" } ? string | null
  : F extends { type: "word"; of: readonly (infer W)[] } ? W
  : F extends { type: "list"; of: infer I extends Fields }
    ? readonly RecordOf<I>[]
  : never;

/** The TypeScript type of an object with these fields. */
export type RecordOf<F extends Fields> = {
  readonly [N in keyof F]: ValueOf<F[N]>;
};

/** The union of all messages of a schema, told apart by `kind`. */
export type MessageOf<S extends Schema> = {
  readonly [K in keyof S]: Readonly<
    { kind: K } & RecordOf<S[K]["fields"]>
  >;
}[keyof S];

/** An integer from 0 to `MAX_UINT`. */
export const uint = { type: "uint" } as const;

/** An integer from 0 to `MAX_UINT`, or null. */
export const optionalUint = { type: "optional uint" } as const;

/** True or false. */
export const flag = { type: "flag" } as const;

/** A fingerprint or a public key. */
export const key = { type: "bytes", size: KEY_BYTES } as const;

/** Exactly `size` bytes. */
export function bytes<const S extends number>(
  size: S,
): { readonly type: "bytes"; readonly size: S } {
  return { type: "bytes", size };
}

/** Exactly `size` bytes, or null. */
export function optionalBytes<const S extends number>(
  size: S,
): { readonly type: "optional bytes"; readonly size: S } {
  return { type: "optional bytes", size };
}

/** At most `max` bytes, which the server does not look into. */
export function blob<const M extends number>(
  max: M,
): { readonly type: "blob"; readonly max: M } {
  return { type: "blob", max };
}

/** Text of at most `max` bytes of UTF-8. */
export function text<const M extends number>(
  max: M,
): { readonly type: "text"; readonly max: M } {
  return { type: "text", max };
}

/** Text of at most `max` bytes of UTF-8, or null. */
export function optionalText<const M extends number>(
  max: M,
): { readonly type: "optional text"; readonly max: M } {
  return { type: "optional text", max };
}

/** One of `words`. */
export function word<const W extends readonly string[]>(
  words: W,
): { readonly type: "word"; readonly of: W } {
  return { type: "word", of: words };
}

/** At most `max` arrays of `fields`. */
export function list<const F extends Fields>(
  max: number,
  fields: F,
): { readonly type: "list"; readonly max: number; readonly of: F } {
  return { type: "list", max, of: fields };
}
