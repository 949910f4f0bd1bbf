import { type Bytes, concat } from "../../bytes.ts";
import { encryptAesCbc } from "../../crypto/aes_cbc.ts";

/** A block of AES, and a tag of CBC-MAC, in bytes. */
export const BLOCK_BYTES = 16;

/**
 * CBC-MAC with AES-256 (ISO/IEC 9797-1, MAC algorithm 1): the last block of the
 * message in CBC mode under an IV of zeros. Here to be attacked, for nothing else.
 *
 * @param message Whole blocks, at least one.
 */
export async function cbcMac(key: Bytes, message: Bytes): Promise<Bytes> {
  if (message.length === 0 || message.length % BLOCK_BYTES !== 0) {
    throw new RangeError(`Cannot authenticate ${message.length} bytes`);
  }
  const blocks = await encryptAesCbc(key, new Uint8Array(BLOCK_BYTES), message);
  return blocks.slice(message.length - BLOCK_BYTES, message.length);
}

/** A message with a tag, as somebody on the way sees it. */
export interface Tagged {
  readonly message: Bytes;
  readonly tag: Bytes;
}

/**
 * Makes a message that nobody sent, with its right tag, from two that somebody
 * did, without the key: the first, then the second with the tag of the first
 * XORed into its first block, which cancels what the first left behind.
 */
export function forgeCbcMac(first: Tagged, second: Tagged): Tagged {
  const begin = second.message.slice(0, BLOCK_BYTES)
    .map((byte, at) => byte ^ (first.tag[at] ?? 0));
  return {
    message: concat(first.message, begin, second.message.slice(BLOCK_BYTES)),
    tag: second.tag,
  };
}
