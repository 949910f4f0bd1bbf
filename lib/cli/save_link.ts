import { type Bytes, fromUtf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { MAX_LINK_LENGTH, parseTarget } from "../identity/target.ts";
import type { Conversation } from "../room/conversation.ts";
import { roomLabel } from "../ui/room_label.ts";
import type { LinkSecrets } from "../ui/scene.ts";
import {
  createPrivateFile,
  readSmallFile,
  replacePrivateFile,
} from "./files.ts";
import { foreignOwner } from "./ownership.ts";
import type { WantedRoom } from "./wanted_room.ts";

/** Bytes of its line end. */
const LINE_END_BYTES = 2;

/** A file that the link of a sealed room may be written to. */
export interface LinkPlace {
  readonly path: string;
  /** Whether the link that it holds is to be replaced. */
  readonly isThere: boolean;
}

/**
 * Looks at where the link of a room is to be saved, before a room is made whose
 * link has no place: at nothing, or at a link that only we can read.
 *
 * @throws {ChatError} `CHAT_USAGE` for a room that is not sealed, `CHAT_FILE`; no
 * error quotes what is in the file.
 */
export async function linkPlace(
  path: string,
  { kind }: WantedRoom,
): Promise<LinkPlace> {
  if (kind !== "sealed" && kind !== "link") {
    throw new ChatError(
      "CHAT_USAGE",
      "Cannot save link: --save-link is for a sealed room",
      { hint: "Name one, as in --room plans --sealed" },
    );
  }
  const file = await readSmallFile(path, MAX_LINK_LENGTH + LINE_END_BYTES);
  if (file === undefined) return { path, isThere: false };
  const owner = foreignOwner(file);
  if (owner !== undefined) {
    throw refused(path, `it belongs to another user (uid ${owner})`);
  }
  const { mode = 0o600 } = file; // Windows has none
  if ((mode & 0o077) !== 0) {
    const octal = mode.toString(8).padStart(4, "0");
    throw refused(path, `other users may read it (mode ${octal})`);
  }
  if (!isLink(file.bytes)) throw refused(path, "it holds something else");
  return { path, isThere: true };
}

/**
 * Writes the link of a sealed room that we are in to a file of mode 0600.
 *
 * @param options `name` is for a room that has not told its own yet.
 * @returns What to tell about it; not the link.
 * @throws {ChatError} `CHAT_FILE`, `CHAT_SEAL_NO_KEYS`.
 */
export async function saveLink(
  { path, isThere }: LinkPlace,
  { rooms, sealed }: Pick<Conversation, "rooms" | "sealed">,
  { room, name, linkFor }: {
    readonly room: number;
    readonly name: string;
    readonly linkFor: (secrets: LinkSecrets) => string;
  },
): Promise<string> {
  const named = rooms.get(room)?.name || name;
  const label = roomLabel({ room, type: "sealed", name: named });
  const key = sealed.secret(room);
  if (key === undefined) {
    throw new ChatError(
      "CHAT_SEAL_NO_KEYS",
      `Cannot save link of ${label}: this device does not have its key`,
    );
  }
  const link = linkFor({ room: { name: named, key } });
  const bytes = new TextEncoder().encode(`${link}\n`);
  if (isThere) await replacePrivateFile(path, bytes);
  else if (!await createPrivateFile(path, bytes)) {
    throw refused(path, "something else was put there meanwhile");
  }
  return `The link of ${label} is in ${path}: whoever reads it can join`;
}

/** A link, or nothing yet, as of `mktemp`. */
function isLink(bytes: Bytes): boolean {
  if (bytes.length === 0) return true;
  try {
    const text = fromUtf8(bytes).trim();
    parseTarget(text);
    return text.startsWith("chat://"); // a host alone may be any word
  } catch (error) {
    if (error instanceof TypeError || error instanceof ChatError) return false;
    throw error;
  }
}

function refused(path: string, found: string): ChatError {
  return new ChatError("CHAT_FILE", `Cannot save link in ${path}: ${found}`, {
    hint: "Name a file that is not there yet: it is made for you alone to read",
  });
}
