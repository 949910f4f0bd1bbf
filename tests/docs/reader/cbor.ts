/** Section 11.1 of docs/protocol.md: the CBOR that application messages use. */
import { type Bytes, join, same } from "./primitives.ts";
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

/** Decodes exactly one item, in the one encoding it has. */
export function decodeItem(bytes: Bytes): Item {
  const [item, ...more] = decodeItems(bytes);
  if (item === undefined || more.length > 0) throw refuse();
  return item;
}

/** Decodes items that stand one after another (RFC 8742). */
export function decodeItems(bytes: Bytes): Item[] {
  const items: Item[] = [];
  let at = 0;
  while (at < bytes.length) items.push(next());
  if (!same(join(...items.map(encodeItem)), bytes)) throw refuse();
  return items;

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
        return utf8.decode(take(value));
      case 4:
        if (value > bytes.length - at) throw refuse();
        return Array.from({ length: value }, next);
      default:
        throw refuse();
    }
  }

  function argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw refuse();
    const size = 2 ** (info - 24);
    at += size;
    const value = readUint(bytes, at - size, size);
    if (value >= 2 ** 53) throw refuse();
    return value;
  }

  function take(length: number): Bytes {
    at += length;
    return bytes.slice(at - length, at);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function refuse(): Error {
  return new Error("CHAT_PROTOCOL");
}

function head(major: number, value: number): Bytes {
  const size = [1, 2, 4, 8].findIndex((bytes) => value < 256 ** bytes);
  return value < 24
    ? Uint8Array.of(major << 5 | value)
    : join(Uint8Array.of(major << 5 | 24 + size), uint(value, 2 ** size));
}
