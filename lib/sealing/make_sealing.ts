import type { Identity } from "../identity/identity.ts";
import type { SealingMaker } from "../member/sealing.ts";
import { LocalBox } from "../sealed/local_box.ts";
import { ID_BYTES } from "../protocol/limits.ts";
import {
  ConversationSealing,
  type SealingOptions,
} from "./conversation_sealing.ts";
import { type FoundSession, GroupSession, isDamage } from "./group_session.ts";
import { MemorySealedDatabase } from "./memory_sealed_database.ts";
import { StoredRooms } from "./stored_rooms.ts";

export type { SealingOptions } from "./conversation_sealing.ts";
export type { Trust } from "./surroundings.ts";

/**
 * Makes what seals and opens the sealed and direct rooms of one conversation. What
 * was noted to be sealed before a crash, but does not show in the keys, is
 * forgotten before anything can be sent.
 *
 * @throws {ChatError} What reading the store throws.
 */
export async function makeSealing(
  options: Omit<SealingOptions, "restored">,
): Promise<SealingMaker> {
  const { store } = options;
  const restored = new Map<string, FoundSession>();
  for (const known of store.groups()) {
    const { group } = known;
    if (store.envelopes(group).length === 0) continue;
    try {
      const found = await GroupSession.restore(known, options);
      if (found !== undefined) restored.set(group.toHex(), found);
    } catch (error) {
      if (!isDamage(error)) throw error; // told when the room is entered
    }
  }
  return (host) => new ConversationSealing(host, { ...options, restored });
}

/** Sealed and direct rooms that are known for as long as this process. */
export async function memorySealing(
  identity: Identity,
  options: Pick<SealingOptions, "trust" | "sealedName"> = {},
): Promise<SealingMaker> {
  const box = await LocalBox.of(identity);
  const device = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  const store = new StoredRooms(new MemorySealedDatabase(), { box, device });
  return await makeSealing({ ...options, identity, store, vault: box });
}
