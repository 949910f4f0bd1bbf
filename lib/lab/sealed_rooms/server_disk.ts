import type { Bytes } from "../../bytes.ts";
import { decodeStoredEntry } from "../../protocol/stored_entry.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import type { SealedKind } from "../../sealed/room_secret.ts";
import type { GroupEntry } from "../../sealing/group_session.ts";
import { openHistory } from "../../store/open_history.ts";
import { findNeedles } from "../search.ts";
import type { Needle } from "../needles.ts";
import type { Person } from "../laboratory.ts";

/** Something that members have sealed, as the server has it. */
export interface StoredEnvelope {
  readonly kind: SealedKind;
  /** Of which group. */
  readonly group: Bytes;
  readonly bytes: Bytes;
}

/** A sealed room or a room of two, as the server has it. */
export interface StoredRoom {
  readonly kind: "sealed" | "direct";
  readonly group: Bytes;
  /** The secret of a room of two, sealed for the other; else empty. */
  readonly hello: Bytes;
  readonly entries: readonly GroupEntry[];
  readonly envelopes: readonly StoredEnvelope[];
}

/** What the disk of a server tells of sealed rooms to whoever can read it. */
export interface ServerDisk {
  readonly rooms: readonly StoredRoom[];
  /** Sealing keys that these people have published. */
  readonly published: readonly Bytes[];
}

/** Reads the data folder of a server that does not run any more. */
export function readDisk(path: string, people: readonly Person[]): ServerDisk {
  using history = openHistory(path);
  const rooms = [...history.rooms()].flatMap(({ number, kind, group }) => {
    if (group === null || kind === "open") return [];
    const id = new Uint8Array(group.id);
    const entries = [...history.entries(number)].flatMap(({ seq, payload }) => {
      const entry = decodeStoredEntry(payload);
      return entry.kind === "sealed" || entry.kind === "committed"
        ? [{ ...entry, seq }]
        : [];
    });
    const { title, info, hello } = history.group(number) ?? NOTHING;
    const envelope = (kind: SealedKind, bytes: Uint8Array): StoredEnvelope => ({
      ...{ kind, group: id, bytes: new Uint8Array(bytes) },
    });
    const envelopes = [
      ...title.length > 0 ? [envelope("room name", title)] : [],
      envelope("group info", info),
      ...entries.map(({ kind, body }) =>
        envelope(kind === "sealed" ? "message" : "commit", body)
      ),
    ];
    return [{
      kind,
      group: id,
      hello: new Uint8Array(hello),
      entries,
      envelopes,
    }];
  });
  const published = people.flatMap(({ identity }) => {
    const key = history.sealingKey(fingerprintBytes(identity.fingerprint));
    return key === undefined ? [] : [new Uint8Array(key)];
  });
  return { rooms, published };
}

/** What was found in some files, and how much there is of them. */
export interface Searched {
  readonly bytes: number;
  readonly files: number;
  /** What was found, such as `the word "x" (UTF-8)`. */
  readonly found: readonly string[];
}

/** Searches files, and whatever else is given as text, for needles. */
export async function searchAll(
  paths: readonly string[],
  needles: readonly Needle[],
): Promise<Searched> {
  const found = new Set<string>();
  let bytes = 0;
  let files = 0;
  for (const path of paths) {
    for await (const file of filesUnder(path)) {
      const content = await Deno.readFile(file);
      bytes += content.length;
      files += 1;
      for (const { needle } of findNeedles(content, needles)) {
        found.add(`${needle.secret.what} (${needle.encoding})`);
      }
    }
  }
  return { bytes, files, found: [...found] };
}

async function* filesUnder(path: string): AsyncGenerator<string> {
  const { isDirectory } = await Deno.stat(path);
  if (!isDirectory) {
    yield path;
    return;
  }
  for await (const { name } of Deno.readDir(path)) {
    yield* filesUnder(`${path}/${name}`);
  }
}

const NOTHING = {
  title: new Uint8Array(0),
  info: new Uint8Array(0),
  hello: new Uint8Array(0),
};
