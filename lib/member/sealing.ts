import type { Bytes } from "../bytes.ts";
import type { Author, Entry, KeptEntry, Member } from "../protocol/entry.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import type {
  ConversationEvent,
  EntryPage,
  JoinedRoomInfo,
  Outgoing,
} from "../room/conversation.ts";
import type { SealedRooms } from "../room/sealed_rooms.ts";
import type { Clock } from "./link.ts";
import type { Beginning, Note } from "./rooms.ts";
import type { Wire } from "./wire.ts";

/** What a sealing needs of the conversation it belongs to. */
export interface SealingHost {
  readonly clock: Clock;
  /** From 0 to below 1; spreads what several members would do at once. */
  readonly random: () => number;
  /** Who we are on this server. */
  readonly self: Author;
  /** Rooms we belong to, sealed and direct ones as `describe` has them. */
  readonly rooms: ReadonlyMap<number, JoinedRoomInfo>;
  /** Puts an event, and what is to be noted after it, behind all before. */
  tell(event: ConversationEvent | null, note?: Note): void;
  /** What is called of a room, or known of it, has changed: tell it again. */
  described(room: number): void;
  /** Something of this room may be sealed now that could not be before. */
  sealable(room: number): void;
  /**
   * A message of ours was read back from the log, as this entry of its room: it is
   * stored, and need not be sent again. To be told before what it was sealed as is
   * forgotten, and even if it was told before.
   *
   * @returns Whether the outbox has forgotten it, also on the disk. Else what it was
   * sealed as has to be kept: after a crash, it would be sealed and sent twice.
   */
  stored(number: number, seq: number): boolean;
  /**
   * Sends what is not kept in the outbox, such as a title, under the next number
   * of this device, in its turn; resolves when it is stored. It is tried once.
   *
   * @param seal Seals it under its number; nothing behind it is sent meanwhile.
   * @throws {ChatError} What `seal` throws, a refusal, `CHAT_CONNECTION_CUT`.
   */
  post(
    room: number,
    seal: (number: number) => Promise<SealedMessage>,
  ): Promise<void>;
}

/** A message of ours, ready to be sent. */
export interface SealedMessage {
  /** The group it is for, 32 bytes. */
  readonly group: Bytes;
  readonly body: Bytes;
}

/** Makes the sealing of one conversation. */
export type SealingMaker = (host: SealingHost) => Sealing;

/**
 * Our side of all sealed and direct rooms of a conversation: what of the server's
 * comes in goes in here, in its order, and what people can read comes out, in the
 * same order. Outlives connections. It never makes the caller wait but where it
 * says so.
 */
export interface Sealing extends SealedRooms, AsyncDisposable {
  /** Hides what waits in the outbox to be sealed. */
  readonly vault: Vault;

  /** We are in: it may ask the server from now on. */
  attach(wire: Wire): void;
  /** The connection is over. */
  detach(): void;
  /** All logs are others than before: the rooms are as if new, their keys stay. */
  changeLog(): void;

  /** We belong to a sealed or direct room, or its group has changed. */
  announced(room: MessageOfKind<"room">): void;
  /**
   * We do not belong to it any more. Its keys are forgotten if our user has left;
   * else the server has taken us out, and may take us in again.
   */
  parted(room: number): void;
  /** By now all rooms that we belong to were announced over this connection. */
  complete(): void;
  /** It is read on from here over this connection. */
  began(room: number, beginning: Beginning): void;
  /** The next entry of its log, with what to note once it was shown. */
  take(entry: KeptEntry, note: Note | undefined): void;
  /** What came in passing, such as who is there: shown behind all before. */
  pass(entry: Entry): void;
  /** Entries that will never come, or another log: shown behind all before. */
  interrupt(
    event: Extract<ConversationEvent, { readonly kind: "missed" | "changed" }>,
    note: Note | undefined,
  ): void;
  /** Resolves when there is room for more to take. */
  room(): Promise<void>;

  /** What to call a room, and what it is about, as far as it is known. */
  describe(info: JoinedRoomInfo): JoinedRoomInfo;

  /** Whether a message of this room could be sealed now. */
  isReady(room: number): boolean;
  /**
   * Seals a message of ours, once: asked again for the same number, it gives the
   * same, also after a crash. What is said in one room is sealed in the order of
   * the calls. Begins a direct room if there is no group yet.
   *
   * @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` when it is not ready any more: it
   * says when it is again; `CHAT_IDENTITY_CHANGED`, `CHAT_SEAL_REMOVED` or what
   * else will not pass by itself.
   */
  seal(message: Outgoing): Promise<SealedMessage>;
  /**
   * What a message was sealed as before, also before a crash, whether it is ready
   * or not: that is sent again as it is. `undefined` when it was not, or `unseal`
   * or `dismiss` undid that. Known from the first moment on.
   */
  sealedAs(number: number): SealedMessage | undefined;
  /** The group it was sealed for is over: it has to be sealed again. */
  unseal(number: number): void;
  /** A message of ours was given up, or failed for good. */
  dismiss(number: number): void;

  /** Who is in the group, and whether the server says they are online. */
  who(room: number): Promise<readonly Member[]>;
  /** What was read on this device, newest last. */
  history(
    room: number,
    options: { readonly before: number | null; readonly limit: number },
  ): Promise<EntryPage>;
  search(
    room: number,
    options: { readonly words: string; readonly before: number | null },
  ): Promise<EntryPage>;
  title(text: string, room: number): Promise<void>;
  /** Tells the others that we go; then the conversation leaves the room. */
  leave(room: number): Promise<void>;
}

/** Hides what waits on the disk to be sealed and sent. */
export interface Vault {
  /** What is kept in place of a text. */
  hide(text: string): string;
  /** Inverse of `hide`; `undefined` for what was not hidden by this identity. */
  reveal(hidden: string): string | undefined;
}
