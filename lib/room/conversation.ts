import type { Bytes } from "../bytes.ts";
import type { Author, Entry, Member } from "../protocol/entry.ts";
import type { GoodbyeReason } from "../protocol/words.ts";

/** What happens in a conversation, in the order to show it. */
export type ConversationEvent =
  | Entry
  /** A remark of this program itself, not of a peer. */
  | { readonly kind: "notice"; readonly text: string }
  /** The end, said by the server before it closed. */
  | {
    readonly kind: "goodbye";
    readonly why: GoodbyeReason;
    readonly text: string;
  };

/** What `/whois` tells. */
export interface MemberIdentity extends Member {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
}

/**
 * A room as a user interface sees it: joined over the network (`client.ts`) or
 * hosted by this process (the operator's console of `server.ts`).
 */
export interface Conversation {
  /** Who we are in it. */
  readonly self: Author;
  /** The server's display name; text of a peer, so sanitise it. */
  readonly serverName: string;
  /**
   * Iterate once. Ends after a goodbye or our own `close`; throws
   * `CHAT_CONNECTION_CUT` or another `ChatError` when the connection broke.
   */
  readonly events: AsyncIterable<ConversationEvent>;
  /**
   * Says `text` to the room; resolves when the server has accepted it.
   *
   * @throws {ChatError} `CHAT_MESSAGE_INVALID`, `CHAT_RATE_LIMITED`, or why the
   * connection ended.
   */
  say(text: string): Promise<void>;
  /** Like `say`, for `/me`: what we do rather than say. */
  act(text: string): Promise<void>;
  /** Everybody present, in order of entry. */
  who(): Promise<readonly Member[]>;
  /** @throws {ChatError} `CHAT_NO_SUCH_MEMBER`. */
  whois(name: string): Promise<MemberIdentity>;
  /** Puts a remark of this program itself among the events. */
  notice(text: string): void;
  /** Operators only: ends every session of the named member. */
  kick?(name: string): Promise<void>;
  /** Says goodbye and ends. Idempotent. */
  close(): Promise<void>;
}
