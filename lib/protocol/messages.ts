import type { MessageOf } from "./field.ts";
import type { CLIENT_MESSAGES, SERVER_MESSAGES } from "./schema.ts";

/** Anything a client may send. */
export type ClientMessage = MessageOf<typeof CLIENT_MESSAGES>;

/** Anything a server may send; includes every `Entry` of a room's log. */
export type ServerMessage = MessageOf<typeof SERVER_MESSAGES>;

/** The message of one kind, such as `MessageOfKind<"say">`. */
export type MessageOfKind<K extends (ClientMessage | ServerMessage)["kind"]> =
  Extract<ClientMessage | ServerMessage, { readonly kind: K }>;

/** A client's message that the server answers, under the same `id`. */
export type Request = Extract<ClientMessage, { readonly id: number }>;

/** The answer to the request of the same `id`; `members` come in pages. */
export type Answer = Extract<ServerMessage, { readonly id: number }>;
