import { encodeInto } from "cborg";
import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { CborReader } from "./cbor_reader.ts";
import { isKept, type KeptEntry } from "./entry.ts";
import { encodable } from "./encodable.ts";
import type { Field, Fields, MessageOf, Schema } from "./field.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "./schema.ts";

/** Decodes exactly one client message. @throws {ChatError} `CHAT_PROTOCOL`. */
export function decodeClientMessage(bytes: Uint8Array): ClientMessage {
  return decode(bytes, CLIENT_KINDS) as unknown as ClientMessage;
}

/** Decodes exactly one server message. @throws {ChatError} `CHAT_PROTOCOL`. */
export function decodeServerMessage(bytes: Uint8Array): ServerMessage {
  return decode(bytes, SERVER_KINDS) as unknown as ServerMessage;
}

/**
 * Decodes the entries of a `page`, a CBOR sequence (RFC 8742).
 *
 * @throws {ChatError} `CHAT_PROTOCOL` also for a message that is no entry of a
 * log, or one that no log keeps.
 */
export function decodeEntries(bytes: Uint8Array): readonly KeptEntry[] {
  const reader = new CborReader(bytes);
  const entries: KeptEntry[] = [];
  while (!reader.done) {
    entries.push(decodeOne(reader, KEPT_KINDS) as unknown as KeptEntry);
  }
  return entries;
}

/**
 * Inverse of {@linkcode decodeClientMessage}.
 *
 * @throws {ChatError} `CHAT_PROTOCOL` when a field exceeds its limits.
 */
export function encodeClientMessage(message: ClientMessage): Bytes {
  return encode(message, CLIENT_MESSAGES[message.kind]);
}

/**
 * Inverse of {@linkcode decodeServerMessage}.
 *
 * @throws {ChatError} `CHAT_PROTOCOL` when a field exceeds its limits.
 */
export function encodeServerMessage(message: ServerMessage): Bytes {
  return encode(message, SERVER_MESSAGES[message.kind]);
}

/** Encodes and decodes the messages of one schema. */
export interface Codec<Message> {
  /** @throws {ChatError} `CHAT_PROTOCOL` when a field exceeds its limits. */
  encode(message: Message): Bytes;
  /** Decodes exactly one message. @throws {ChatError} `CHAT_PROTOCOL`. */
  decode(bytes: Uint8Array): Message;
}

/**
 * The codec of another schema, as strict as that of the protocol.
 *
 * @param schema Of which all values that keep to their limits make a message of at
 * most `MAX_MESSAGE_BYTES`, or the caller sees to it.
 */
export function codecOf<const S extends Schema>(
  schema: S,
): Codec<MessageOf<S>> {
  const kinds = kindsByTag(schema);
  return {
    encode: (message) => {
      const kind = message.kind as string;
      return encode({ ...message, kind }, schema[kind] as S[string]);
    },
    decode: (bytes) => decode(bytes, kinds) as unknown as MessageOf<S>,
  };
}

interface Kind {
  readonly kind: string;
  readonly fields: readonly (readonly [string, Field])[];
}

const CLIENT_KINDS = kindsByTag(CLIENT_MESSAGES);
const SERVER_KINDS = kindsByTag(SERVER_MESSAGES);
const KEPT_KINDS = new Map(
  [...SERVER_KINDS].filter(([, { kind }]) => isKept(kind)),
);

function kindsByTag(schema: Schema): ReadonlyMap<number, Kind> {
  return new Map(
    Object.entries(schema).map((
      [kind, { tag, fields }],
    ) => [tag, { kind, fields: Object.entries(fields) }]),
  );
}

function decode(
  bytes: Uint8Array,
  kinds: ReadonlyMap<number, Kind>,
): Record<string, unknown> {
  const reader = new CborReader(bytes);
  const message = decodeOne(reader, kinds);
  reader.finish();
  return message;
}

function decodeOne(
  reader: CborReader,
  kinds: ReadonlyMap<number, Kind>,
): Record<string, unknown> {
  const length = reader.array();
  const tag = reader.uint();
  const found = kinds.get(tag);
  if (found === undefined) throw refusal(`unknown message ${tag}`);
  const { kind, fields } = found;
  expectLength(length - 1, fields.length);
  return readFields(reader, fields, { kind });
}

function readFields(
  reader: CborReader,
  fields: Kind["fields"],
  into: Record<string, unknown>,
): Record<string, unknown> {
  for (const [name, field] of fields) into[name] = readField(reader, field);
  return into;
}

function readField(reader: CborReader, field: Field): unknown {
  switch (field.type) {
    case "uint":
      return reader.uint();
    case "optional uint":
      return reader.optionalUint();
    case "optional bytes":
      return reader.optionalBytes(field.size);
    case "blob":
    case "entries":
      return reader.someBytes(field.max);
    case "constant": {
      const value = reader.uint();
      if (value === field.value) return value;
      throw refusal(`${value} where ${field.value} belongs`);
    }
    case "flag":
      return reader.flag();
    case "bytes":
      return reader.bytes(field.size);
    case "text":
      return reader.text(field.max);
    case "optional text":
      return reader.optionalText(field.max);
    case "word": {
      const value = reader.text(MAX_WORD_BYTES);
      if (field.of.includes(value)) return value;
      throw refusal("an unknown word");
    }
    case "list":
      return readList(reader, field.max, field.of);
  }
}

/** Longest word that is looked up at all. */
const MAX_WORD_BYTES = 64;

function readList(reader: CborReader, max: number, fields: Fields): unknown[] {
  const count = reader.array();
  if (count > max) throw refusal(`a list of ${count}, more than ${max}`);
  const entries = Object.entries(fields);
  return Array.from({ length: count }, () => {
    expectLength(reader.array(), entries.length);
    return readFields(reader, entries, {});
  });
}

function expectLength(found: number, expected: number): void {
  if (found === expected) return;
  throw refusal(`${found} fields where ${expected} belong`);
}

// One message is encoded at a time and copied out, so one buffer serves all.
const scratch = new Uint8Array(MAX_MESSAGE_BYTES);

function encode(
  message: { readonly kind: string },
  { tag, fields }: Schema[string],
): Bytes {
  const items = encodable(message, fields);
  items.unshift(tag);
  const { written } = encodeInto(items, scratch);
  return scratch.slice(0, written);
}

function refusal(found: string): ChatError {
  return new ChatError("CHAT_PROTOCOL", `Cannot decode message: ${found}`);
}
