import { type Bytes, fromUtf8, utf8 } from "../bytes.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import type { RoomKeys } from "./room_secret.ts";

/** Seals a name that the server keeps for the room but cannot read. */
export async function sealName(
  keys: RoomKeys,
  kind: "room name" | "member name",
  name: string,
): Promise<Bytes> {
  return await sealEnvelope(keys, kind, { epoch: 0n, content: utf8(name) });
}

/**
 * Inverse of {@linkcode sealName}; `undefined` when no holder of the room secret
 * sealed it, for this room and as this kind of name. Show it sanitised.
 */
export async function openName(
  keys: RoomKeys,
  kind: "room name" | "member name",
  sealed: Bytes,
): Promise<string | undefined> {
  const opened = await openEnvelope(keys, kind, sealed);
  try {
    return opened && fromUtf8(opened.content);
  } catch {
    return undefined; // not UTF-8
  }
}
