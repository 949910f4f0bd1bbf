import { LocalBox } from "../../../lib/sealed/local_box.ts";
import type {
  KeptLine,
  OwnMessage,
} from "../../../lib/sealing/sealed_store.ts";
import { StoredRooms } from "../../../lib/sealing/stored_rooms.ts";
import { openSealedDatabase } from "../../../lib/store/open_sealed_database.ts";
import { fixedIdentity } from "../../../tools/vectors/inputs.ts";

/** What all lines are of. */
export const THREAD = new Uint8Array(32).fill(5);
/** The group all messages are for. */
export const GROUP = new Uint8Array(32).fill(6);

/** Opens the rooms of one identity, the same in every process. */
export async function openFixed(
  directory: string,
  onDamage = (path: string): void => {
    throw new Error(`damaged: ${path}`);
  },
): Promise<StoredRooms> {
  const box = await LocalBox.of(await fixedIdentity("client"));
  const device = new Uint8Array(16).fill(1);
  return openSealedDatabase(directory, {
    owner: box.owner,
    use: (database) => new StoredRooms(database, { box, device, maxLines: 50 }),
    onDamage,
  });
}

/** The line of an entry: of another length each time, long ones too. */
export function lineOf(entry: number): KeptLine {
  return {
    kind: "said",
    room: 3,
    seq: entry,
    at: entry,
    name: "a-name-to-look-for",
    fingerprint: new Uint8Array(32).fill(0x77),
    text: `words to look for ${entry} `.repeat(1 + 97 * (entry % 7)),
  };
}

/** The message of ours of a number. */
export function ownOf(number: number): OwnMessage {
  const envelope = new TextEncoder().encode(`envelope ${number} `.repeat(50));
  return { number, group: GROUP, envelope, content: envelope.slice(0, 30) };
}
