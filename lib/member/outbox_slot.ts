import { ChatError } from "../errors.ts";
import type {
  JoinedRoomInfo,
  Outgoing,
  SendingState,
} from "../room/conversation.ts";
import type { OutgoingMessage } from "./device_state.ts";
import type { SealedMessage, Sealing, Vault } from "./sealing.ts";

/** Whoever waits for a message to be stored. */
export interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Of a message that nobody in this process waits for. */
export const NOBODY: Waiting = { resolve(): void {}, reject(): void {} };

/** Something of ours on its way to the server. */
export interface Slot {
  /** As it is kept, but for its text, which is not hidden here. */
  message: OutgoingMessage;
  readonly waiting: Waiting;
  inFlight: boolean;
  /** What it is hidden for: {@linkcode homeOf}; `null` for what is not hidden. */
  readonly home: string | null;
  /** What it was sealed as, once it was. */
  sealed: SealedMessage | null;
  /**
   * The server says that something later is stored. If what is sealed behind it is
   * not, it meant that the group is over, and the answer that said so was lost.
   */
  doubt: ChatError | null;
  /** Seals what is not kept and nobody sees; `null` for messages. */
  readonly post: ((number: number) => Promise<SealedMessage>) | null;
  /** Whether its text cannot be revealed. */
  readonly isUnreadable: boolean;
}

/** A fingerprint or a group in hex. */
const HOME_LENGTH = 64;
const IS_HOME = /^[0-9a-f]{64}$/;

/** Why a message of an earlier life cannot be sent. */
export const UNREADABLE =
  "Cannot send message: what it says is hidden from the identity that you use now";

/**
 * What a sealed or direct room is, whatever its number: that may mean another room
 * over the next connection, and what was said here is not for people there.
 *
 * @returns `null` for an open room, or one that we do not belong to.
 */
export function homeOf(
  info: Pick<JoinedRoomInfo, "type" | "peer" | "group"> | undefined,
): string | null {
  if (info === undefined || info.type === "open") return null;
  return (info.peer ?? info.group)?.toHex() ?? null;
}

/** Why what is for one room is not sealed for another of its number. */
export function elsewhere(): ChatError {
  return new ChatError(
    "CHAT_NO_SUCH_ROOM",
    "Cannot send message: you do not belong to the room that it is for",
  );
}

/** What is kept of a text that waits to be sealed for a room. */
export function hideFor(home: string, text: string, vault: Vault): string {
  return vault.hide(home + text);
}

/** Of a message that was just entered. */
export function slotOf(
  message: OutgoingMessage,
  { waiting, home }: Pick<Slot, "waiting" | "home">,
): Slot {
  return {
    ...{ message, waiting, home, inFlight: false, sealed: null, post: null },
    doubt: null,
    isUnreadable: false,
  };
}

/** Of a message that was kept in an earlier life. */
export function restoreSlot(
  kept: OutgoingMessage,
  sealing: Pick<Sealing, "vault" | "sealedAs">,
): Slot {
  const waiting = NOBODY;
  if (!kept.hidden) return slotOf(kept, { waiting, home: null });
  const revealed = sealing.vault.reveal(kept.text) ?? "";
  const home = revealed.slice(0, HOME_LENGTH);
  const isUnreadable = !IS_HOME.test(home);
  const failed = isUnreadable ? kept.failed ?? UNREADABLE : kept.failed;
  const message = { ...kept, text: revealed.slice(HOME_LENGTH), failed };
  const sealed = sealing.sealedAs(kept.number) ?? null;
  return { ...slotOf(message, { waiting, home }), sealed, isUnreadable };
}

/** A message as users see it. */
export function seen(message: OutgoingMessage, state: SendingState): Outgoing {
  const { number, kind, room, text, at, failed } = message;
  return { number, kind, room, text, at, state, why: failed };
}

/** What is sent in its turn without being kept or shown. */
export function postSlot(
  { number, room, seal, waiting }: {
    readonly number: number;
    readonly room: number;
    readonly seal: NonNullable<Slot["post"]>;
    readonly waiting: Waiting;
  },
): Slot {
  const nothing = { kind: "say", text: "", hidden: true, at: 0 } as const;
  return {
    message: { number, room, ...nothing, failed: null },
    ...{ waiting, home: null, inFlight: false, sealed: null, post: seal },
    doubt: null,
    isUnreadable: false,
  };
}
