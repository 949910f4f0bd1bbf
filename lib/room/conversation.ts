import type { Bytes } from "../bytes.ts";
import type {
  Author,
  Entry,
  KeptEntry,
  Member,
  Standing,
  Verb,
} from "../protocol/entry.ts";
import type {
  GoodbyeReason,
  RoomKind,
  SanctionKind,
} from "../protocol/words.ts";
import type { SealedNews, SealedRooms } from "./sealed_rooms.ts";

/** The lobby's number: everybody on a server belongs to it. */
export const LOBBY = 0;

/** A room that we belong to. */
export interface JoinedRoomInfo {
  readonly room: number;
  readonly type: RoomKind;
  /**
   * Of a direct room, the name of the other; of a sealed room, what its members
   * call it, empty as long as that is not known. Text of peers, so sanitise it.
   */
  readonly name: string;
  /** Empty when it has none; text of peers. */
  readonly topic: string;
  /** Fingerprint of the other in a direct room, 32 bytes. */
  readonly peer: Bytes | null;
  /**
   * What the server calls the group that a sealed or direct room has, 32 bytes;
   * `null` for open rooms, and for direct rooms in which nothing was said yet.
   */
  readonly group: Bytes | null;
}

/** A room in the list of all open ones. */
export interface ListedRoom {
  readonly room: number;
  readonly name: string;
  readonly topic: string;
  /** People in it who are online. */
  readonly present: number;
  /** Whether we belong to it. */
  readonly joined: boolean;
}

/** How far a message of ours has got. */
export type SendingState =
  /** Kept on this device; not acknowledged yet. */
  | "sending"
  /** Stored by the server. */
  | "sent"
  /** Refused for good; it waits to be sent again or given up. */
  | "failed";

/** A message of ours that is not acknowledged. */
export interface Outgoing {
  /** Its number of this device. */
  readonly number: number;
  readonly kind: "say" | "act";
  readonly room: number;
  readonly text: string;
  /** When it was entered, by our own clock. */
  readonly at: number;
  readonly state: SendingState;
  /** Why it failed; may quote the server, so sanitise it. */
  readonly why: string | null;
}

/** What happens in a conversation, in the order to show it. */
export type ConversationEvent =
  | Entry
  /** We belong to this room from now on, or something about it has changed. */
  | { readonly kind: "room"; readonly room: JoinedRoomInfo }
  /** We do not belong to this room any more. */
  | { readonly kind: "parted"; readonly room: number }
  /** A message of ours has another state. */
  | { readonly kind: "outgoing"; readonly message: Outgoing }
  /** Entries `from` to `to` of a room will never come: they are not kept. */
  | {
    readonly kind: "missed";
    readonly room: number;
    readonly from: number;
    readonly to: number;
  }
  /**
   * The log of this room is not the one we read before, from here on back, or a
   * message of ours is not there that was acknowledged; `text` may quote that.
   */
  | { readonly kind: "changed"; readonly room: number; readonly text: string }
  /** The connection is lost, and made again by itself, or restored. */
  | {
    readonly kind: "connection";
    readonly state: "lost" | "restored";
    /** Why it was lost; may quote the server, so sanitise it. */
    readonly text: string;
    /** Milliseconds until the next try; 0 when restored. */
    readonly retryMs: number;
  }
  /** Something about the keys of a sealed or direct room. */
  | SealedNews
  /** What we may do has changed. */
  | { readonly kind: "standing"; readonly standing: Standing }
  /** A remark of this program itself, not of a peer. */
  | { readonly kind: "notice"; readonly text: string }
  /** The end, said by the server before it closed. */
  | {
    readonly kind: "goodbye";
    readonly why: GoodbyeReason;
    readonly text: string;
  };

/** What `/whois` tells. */
export interface MemberIdentity extends Author {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
  /** When it came online: server time in milliseconds since the epoch. */
  readonly since: number;
  readonly standing: Standing;
  /** Where it is connected from; told to operators only. */
  readonly address: string | null;
}

/** Entries of a room's log, oldest first. */
export interface EntryPage {
  readonly entries: readonly KeptEntry[];
  /** Go on before this one; `null` when there is nothing before. */
  readonly before: number | null;
}

/** Somebody who may not speak, or not be here. */
export interface ListedSanction {
  readonly sanction: SanctionKind;
  /** A fingerprint as `SHA256:...`, or an IP address. */
  readonly subject: string;
  /** What the subject was called; empty for an address. */
  readonly name: string;
  /** Who decided it: a name. */
  readonly by: string;
  readonly at: number;
  /** When it ends; `null` when it does not. */
  readonly until: number | null;
}

/** A link's secret that admits one new identity. */
export interface MadeInvitation {
  /** 16 bytes. */
  readonly secret: Bytes;
  /** When it expires: server time in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * The rooms of a server as a user interface sees them: joined over the network
 * (`client.ts`) or hosted by this process (the operator's console of `server.ts`).
 * Over the network it outlives its connections. What asks the server throws
 * `ChatError`: one of `REFUSAL_CODES` when the server refuses,
 * `CHAT_CONNECTION_CUT` when the connection is lost before the answer.
 */
export interface Conversation {
  /** Who we are. */
  readonly self: Author;
  readonly standing: Standing;
  /** The server's display name; text of a peer, so sanitise it. */
  readonly serverName: string;
  /** The rooms we belong to, by number. */
  readonly rooms: ReadonlyMap<number, JoinedRoomInfo>;
  /** What concerns only sealed and direct rooms. */
  readonly sealed: SealedRooms;
  /** Messages of ours that are not acknowledged, by number. */
  readonly outgoing: readonly Outgoing[];
  /**
   * Iterate once. Ends after a goodbye or our own `close`; throws another
   * `ChatError` when there is no way on.
   */
  readonly events: AsyncIterable<ConversationEvent>;
  /**
   * Says `text` in a room; resolves when the server has stored it, however many
   * connections that takes. What is said in order is stored in order.
   *
   * @throws {ChatError} `CHAT_MESSAGE_INVALID`, another refusal, or why it will
   * not be sent any more.
   */
  say(text: string, room?: number): Promise<void>;
  /** Like `say`, for `/me`: what we do rather than say. */
  act(text: string, room?: number): Promise<void>;
  /** Sends a message again that failed. */
  retry(number: number): void;
  /** Gives up a message that is not acknowledged. */
  discard(number: number): void;
  /** Joins the room of that name, which is made if there is none. */
  join(name: string): Promise<JoinedRoomInfo>;
  /** Leaves a room for good. */
  leave(room: number): Promise<void>;
  /** All open rooms. */
  listRooms(): Promise<readonly ListedRoom[]>;
  /** Gives a room another topic. */
  title(text: string, room?: number): Promise<void>;
  /**
   * The room of just us and somebody, which is made if there is none.
   *
   * @param subject A name, or a fingerprint as `SHA256:...`.
   */
  direct(subject: string): Promise<JoinedRoomInfo>;
  /** The newest entries before one, by default of all. */
  history(
    room: number,
    options?: { readonly before?: number | null; readonly limit?: number },
  ): Promise<EntryPage>;
  /** The newest entries that have all these words. */
  search(
    words: string,
    options: { readonly room: number; readonly before?: number | null },
  ): Promise<EntryPage>;
  /** Notes that what was taken in of a direct room was shown to a person. */
  read(room: number): void;
  /** Tells the others of a room that something is being typed. */
  typing(room: number): void;
  /** Who is in a room, in order of entry. */
  who(room?: number): Promise<readonly Member[]>;
  /** @param subject A name, or a fingerprint as `SHA256:...`. */
  whois(subject: string): Promise<MemberIdentity>;
  /**
   * Does what operators may.
   *
   * @param subject A name, a fingerprint as `SHA256:...`, or an address to ban.
   * @param seconds How long a mute or ban lasts; `null` for good.
   */
  moderate(
    verb: Verb,
    subject: string,
    seconds?: number | null,
  ): Promise<void>;
  /** Whoever is muted or banned; operators only. */
  bans(): Promise<readonly ListedSanction[]>;
  /** Makes an invitation; operators only. */
  invite(seconds: number): Promise<MadeInvitation>;
  /** Puts a remark of this program itself among the events. */
  notice(text: string): void;
  /** Says goodbye and ends. Idempotent. */
  close(): Promise<void>;
}
