import { parseKeyFile } from "../../lib/identity/key_file.ts";
import { LocalBox } from "../../lib/sealed/local_box.ts";
import { StoredRooms } from "../../lib/sealing/stored_rooms.ts";
import { openSealedDatabase } from "../../lib/store/open_sealed_database.ts";

/**
 * What was said in the rooms that a person who has ended its programs keeps the keys
 * of, by their names: as it is on its disk, with its key of now.
 */
export async function linesOn(
  home: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const file = await parseKeyFile(
    await Deno.readFile(`${home}/chat/identity.pem`),
  );
  if (file.kind !== "open") throw new Error("It asks for a passphrase");
  const box = await LocalBox.of(file.key.identity);
  const [device] = [...Deno.readDirSync(`${home}/chat/devices`)];
  using rooms = openSealedDatabase(`${home}/chat/devices/${device?.name}`, {
    owner: box.owner,
    use: (database) =>
      new StoredRooms(database, { box, device: new Uint8Array(16) }),
    onDamage: (path) => {
      throw new Error(`damaged: ${path}`);
    },
  });
  return Object.fromEntries(
    rooms.groups().map(({ name, thread }) => {
      const all = { before: null, limit: 1_000 };
      const texts = rooms.linesBefore(thread, all).flatMap(({ line }) =>
        line.kind === "said" ? [`${line.name}: ${line.text}`] : []
      );
      return [name, texts];
    }),
  );
}
