import { ChatError } from "../errors.ts";
import type { Field, Fields } from "./field.ts";
import { utf8Length } from "./text.ts";

/**
 * The values of `fields` in wire order, ready for a CBOR encoder, each checked
 * against its limits, so that no peer has reason to refuse what we send.
 *
 * @throws {ChatError} `CHAT_PROTOCOL`, naming the field.
 */
export function encodable(record: object, fields: Fields): unknown[] {
  const items: unknown[] = [];
  for (const name in fields) {
    const value = (record as Record<string, unknown>)[name];
    const field = fields[name] as Field;
    if (!fits(value, field)) {
      throw new ChatError(
        "CHAT_PROTOCOL",
        `Cannot encode message: ${name} is not ${field.type} within its limits`,
      );
    }
    items.push(
      field.type === "list"
        ? (value as object[]).map((entry) => encodable(entry, field.of))
        : value,
    );
  }
  return items;
}

function fits(value: unknown, field: Field): boolean {
  switch (field.type) {
    case "uint":
      return Number.isSafeInteger(value) && value as number >= 0;
    case "optional uint":
      return value === null ||
        (Number.isSafeInteger(value) && value as number >= 0);
    case "constant":
      return value === field.value;
    case "flag":
      return typeof value === "boolean";
    case "bytes":
      return value instanceof Uint8Array && value.length === field.size;
    case "optional bytes":
      return value === null ||
        (value instanceof Uint8Array && value.length === field.size);
    case "blob":
    case "entries":
      return value instanceof Uint8Array && value.length <= field.max;
    case "text":
      return isText(value, field.max);
    case "optional text":
      return value === null || isText(value, field.max);
    case "word":
      return field.of.includes(value as string);
    case "list":
      return Array.isArray(value) && value.length <= field.max;
  }
}

function isText(value: unknown, max: number): boolean {
  return typeof value === "string" && value.isWellFormed() &&
    utf8Length(value) <= max;
}
