/** Section 11.1 of docs/protocol.md: the CBOR that application messages use. */
import { type Bytes, join } from "./primitives.ts";
import { readUint, uint } from "./records.ts";

/** What an item may be. */
export type Item = number | boolean | null | string | Uint8Array | Item[];

/** Encodes an item in the shortest way. */
export function encodeItem(item: Item): Bytes {
  if (typeof item === "number") return head(0, item);
  if (item instanceof Uint8Array) return join(head(2, item.length), item);
  if (Array.isArray(item)) {
    return join(head(4, item.length), ...item.map(encodeItem));
  }
  if (typeof item === "string") {
    const text = new TextEncoder().encode(item);
    return join(head(3, text.length), text);
  }
  return Uint8Array.of(item === null ? 0xf6 : item ? 0xf5 : 0xf4);
}

/** Decodes exactly one item. */
export function decodeItem(bytes: Bytes): Item {
  let at = 0;
  const item = next();
  if (at !== bytes.length) throw new Error("CHAT_PROTOCOL");
  return item;

  function next(): Item {
    const initial = readUint(bytes, at++, 1);
    if (initial === 0xf6) return null;
    if (initial === 0xf5 || initial === 0xf4) return initial === 0xf5;
    const value = argument(initial & 31);
    switch (initial >> 5) {
      case 0:
        return value;
      case 2:
        return take(value);
      case 3:
        return new TextDecoder("utf-8", { fatal: true }).decode(take(value));
      case 4:
        return Array.from({ length: value }, next);
      default:
        throw new Error("CHAT_PROTOCOL");
    }
  }

  function argument(info: number): number {
    if (info < 24) return info;
    const size = 2 ** (info - 24);
    at += size;
    return readUint(bytes, at - size, size);
  }

  function take(length: number): Bytes {
    at += length;
    return bytes.slice(at - length, at);
  }
}

function head(major: number, value: number): Bytes {
  const size = [1, 2, 4, 8].findIndex((bytes) => value < 256 ** bytes);
  return value < 24
    ? Uint8Array.of(major << 5 | value)
    : join(Uint8Array.of(major << 5 | 24 + size), uint(value, 2 ** size));
}
