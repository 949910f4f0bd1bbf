import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Target } from "../identity/target.ts";
import {
  type Conversation,
  type JoinedRoomInfo,
  LOBBY,
} from "../room/conversation.ts";
import type { SealedRooms } from "../room/sealed_rooms.ts";

const HINT = "Name a room, 1 to 32 letters or digits of one script, as dev";

/** Where to begin. */
export type WantedRoom =
  | { readonly kind: "lobby" }
  | { readonly kind: "open"; readonly name: string }
  /** A sealed room of this name that we belong to; made if `make` says so. */
  | { readonly kind: "sealed"; readonly name: string; readonly make: boolean }
  /** The sealed room of a link. */
  | { readonly kind: "link"; readonly name: string; readonly key: Bytes };

/**
 * What was asked for, on the command line and by the link.
 *
 * @throws {ChatError} `CHAT_USAGE` for a room of two, which has no name to join it
 * by, and for what contradicts itself.
 */
export function wantedRoom(
  { room, sealed }: {
    readonly room?: string | undefined;
    readonly sealed: boolean;
  },
  target: Pick<Target, "room" | "key">,
): WantedRoom {
  if (target.key !== undefined && target.room !== undefined) {
    if (room === undefined && !sealed) {
      return { kind: "link", name: target.room, key: target.key };
    }
    throw usage(
      "Cannot join the sealed room of the link: the link says which room that is",
      "Leave out --room and --sealed",
    );
  }
  const name = room ?? target.room;
  if (name === undefined) {
    if (!sealed) return { kind: "lobby" };
    throw usage(
      "Cannot go to a sealed room: --sealed takes --room NAME",
      "Name it, as in --room plans --sealed",
    );
  }
  checkNotDirect(name);
  if (sealed || name.startsWith("&")) {
    return { kind: "sealed", name: name.replace(/^&/, ""), make: sealed };
  }
  return { kind: "open", name };
}

/**
 * Goes to the room to begin in.
 *
 * @returns Its number.
 * @throws {ChatError} As `Conversation.join` and `SealedRooms`;
 * `CHAT_NO_SUCH_ROOM` for a sealed room that we are not in.
 */
export async function enterWanted(
  conversation: Pick<Conversation, "join" | "rooms" | "sealed" | "who">,
  wanted: WantedRoom,
): Promise<number> {
  const { rooms, sealed } = conversation;
  switch (wanted.kind) {
    case "lobby":
      return LOBBY;
    case "open":
      return await joinOpen(conversation, wanted.name);
    case "link":
      return await joinLinked(sealed, wanted);
    case "sealed": {
      await conversation.who(LOBBY); // by then, all our rooms were told
      const known = knownSealed(rooms, wanted.name);
      if (known !== undefined) return known.room;
      const again = await rejoin(sealed, wanted);
      if (again !== undefined) return again;
      if (wanted.make) return (await sealed.create(wanted.name)).room;
      throw new ChatError(
        "CHAT_NO_SUCH_ROOM",
        `Cannot go to "&${wanted.name}": you are in no sealed room of that name`,
        { hint: "Open its link, or make one with --sealed" },
      );
    }
  }
}

/** Who has a link finds no other room in a list. */
async function joinLinked(
  sealed: SealedRooms,
  { name, key }: { readonly name: string; readonly key: Bytes },
): Promise<number> {
  try {
    return (await sealed.join(name, key)).room;
  } catch (error) {
    const isLost = error instanceof ChatError &&
      error.code === "CHAT_NO_SUCH_ROOM";
    if (!isLost) throw error;
    throw new ChatError(error.code, error.message, {
      cause: error,
      hint: "Its members may have left: ask one for its link",
    });
  }
}

/** One of ours, as `plans` or, of several of one name, as `plans~17`. */
function knownSealed(
  rooms: ReadonlyMap<number, JoinedRoomInfo>,
  wanted: string,
): JoinedRoomInfo | undefined {
  const all = [...rooms.values()].filter(({ type }) => type === "sealed");
  const named = all.filter(({ name }) => name === wanted);
  if (named.length > 1) {
    const names = named.map(({ name, room }) => `&${name}~${room}`);
    throw usage(
      `Cannot go to "&${wanted}": ${named.length} of your sealed rooms are called so`,
      `Name one of ${names.join(", ")}`,
    );
  }
  return named[0] ??
    all.find(({ name, room }) => `${name}~${room}` === wanted);
}

/** Goes again to a room that the server has taken us out of. */
async function rejoin(
  sealed: SealedRooms,
  { name, make }: { readonly name: string; readonly make: boolean },
): Promise<number | undefined> {
  const [key, other] = sealed.known(name);
  if (key === undefined) return undefined;
  if (other !== undefined) {
    throw usage(
      `Cannot go to "&${name}": several sealed rooms that you were in are called so`,
      "Open the link of the one you mean",
    );
  }
  try {
    return (await sealed.join(name, key)).room;
  } catch (error) {
    const isLost = error instanceof ChatError &&
      error.code === "CHAT_NO_SUCH_ROOM";
    if (isLost && make) return undefined; // the server has lost it for good
    throw error;
  }
}

function checkNotDirect(name: string): void {
  if (!name.startsWith("@")) return;
  throw usage(
    `Cannot join room "${name}": a name with @ is somebody's, not a room's`,
    "A pipe cannot speak in a direct room; in a terminal, " +
      `connect without --room and use /msg ${name.slice(1) || "NAME"}`,
  );
}

/** What is wrong with the name is said of a room, not of ourselves. */
async function joinOpen(
  conversation: Pick<Conversation, "join">,
  name: string,
): Promise<number> {
  try {
    return (await conversation.join(name)).room;
  } catch (error) {
    const isName = error instanceof ChatError &&
      error.code === "CHAT_NAME_INVALID";
    if (!isName) throw error;
    const found = error.message.replace(/^Cannot take name: /, "");
    throw new ChatError(error.code, `Cannot join room "${name}": ${found}`, {
      cause: error,
      hint: HINT,
    });
  }
}

function usage(message: string, hint: string): ChatError {
  return new ChatError("CHAT_USAGE", message, { hint });
}
