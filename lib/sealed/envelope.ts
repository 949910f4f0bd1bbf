import { type Bytes, concat } from "../bytes.ts";
import { GCM_NONCE_BYTES, GCM_TAG_BYTES } from "../crypto/aes_gcm.ts";
import { ChatError } from "../errors.ts";
import { PADDING_BYTES } from "./limits.ts";
import { type RoomKeys, SEALED_KINDS, type SealedKind } from "./room_secret.ts";

/** First byte of everything sealed. */
export const ENVELOPE_VERSION = 1;

/** Version, kind and epoch, in clear. */
export const ENVELOPE_HEADER_BYTES = 10;

/** What an envelope holds, once it is open. */
export interface Opened {
  /** The epoch it was sealed in; authenticated. */
  readonly epoch: bigint;
  readonly content: Bytes;
}

/**
 * Seals `content` towards the server: AES-256-GCM under the key of its kind,
 * with a random nonce; what is authenticated with it is the room, the kind and
 * the epoch. Padded, so that its length tells little:
 *
 * | offset | bytes | field |
 * | -----: | ----: | ----- |
 * | 0 | 1 | version, 1 |
 * | 1 | 1 | kind, its place in {@linkcode SEALED_KINDS} |
 * | 2 | 8 | epoch, big-endian |
 * | 10 | 12 | nonce |
 * | 22 | n | content, 0x80, zeros to a multiple of 256, and the tag, 16 |
 */
export async function sealEnvelope(
  keys: RoomKeys,
  kind: SealedKind,
  { epoch, content }: { epoch: bigint; content: Uint8Array },
): Promise<Bytes> {
  const header = headerOf(kind, epoch);
  const nonce = crypto.getRandomValues(new Uint8Array(GCM_NONCE_BYTES));
  const sealed = await keys.seals[kind].seal(pad(content), {
    nonce,
    additionalData: concat(keys.roomId, header),
  });
  return concat(header, nonce, sealed);
}

/**
 * Inverse of {@linkcode sealEnvelope}; `undefined` when `sealed` is not an
 * envelope of this room and kind: nobody without the room secret makes one.
 */
export async function openEnvelope(
  keys: RoomKeys,
  kind: SealedKind,
  sealed: Bytes,
): Promise<Opened | undefined> {
  const overhead = ENVELOPE_HEADER_BYTES + GCM_NONCE_BYTES + GCM_TAG_BYTES;
  if (sealed.length < overhead) return undefined;
  const header = sealed.slice(0, ENVELOPE_HEADER_BYTES);
  if (header[0] !== ENVELOPE_VERSION) return undefined;
  if (header[1] !== SEALED_KINDS.indexOf(kind)) return undefined;
  const nonceEnd = ENVELOPE_HEADER_BYTES + GCM_NONCE_BYTES;
  const epoch = new DataView(header.buffer).getBigUint64(2);
  try {
    const padded = await keys.seals[kind].open(sealed.slice(nonceEnd), {
      nonce: sealed.slice(ENVELOPE_HEADER_BYTES, nonceEnd),
      additionalData: concat(keys.roomId, header),
    });
    const content = unpad(padded);
    return content && { epoch, content };
  } catch (error) {
    if (error instanceof ChatError) return undefined;
    throw error;
  }
}

function headerOf(kind: SealedKind, epoch: bigint): Bytes {
  const header = new Uint8Array(ENVELOPE_HEADER_BYTES);
  header[0] = ENVELOPE_VERSION;
  header[1] = SEALED_KINDS.indexOf(kind);
  new DataView(header.buffer).setBigUint64(2, epoch);
  return header;
}

/** Ends `content` with 0x80 and zeros (ISO/IEC 7816-4). */
function pad(content: Uint8Array): Bytes {
  const blocks = Math.floor(content.length / PADDING_BYTES) + 1;
  const padded = new Uint8Array(blocks * PADDING_BYTES);
  padded.set(content);
  padded[content.length] = 0x80;
  return padded;
}

function unpad(padded: Bytes): Bytes | undefined {
  const end = padded.findLastIndex((byte) => byte !== 0);
  return padded[end] === 0x80 ? padded.slice(0, end) : undefined;
}
