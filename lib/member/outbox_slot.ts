import type { Outgoing, SendingState } from "../room/conversation.ts";
import type { OutgoingMessage } from "./device_state.ts";
import type { SealedMessage, Sealing } from "./sealing.ts";

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
  /** What it was sealed as, once it was. */
  sealed: SealedMessage | null;
  /** Seals what is not kept and nobody sees; `null` for messages. */
  readonly post: ((number: number) => Promise<SealedMessage>) | null;
  /** Whether its text cannot be revealed. */
  readonly isUnreadable: boolean;
}

/** Why a message of an earlier life cannot be sent. */
export const UNREADABLE =
  "Cannot send message: what it says is hidden from the identity that you use now";

/** Of a message that was just entered. */
export function slotOf(message: OutgoingMessage, waiting: Waiting): Slot {
  return {
    ...{ message, waiting, inFlight: false, sealed: null, post: null },
    isUnreadable: false,
  };
}

/** Of a message that was kept in an earlier life. */
export function restoreSlot(
  kept: OutgoingMessage,
  sealing: Pick<Sealing, "vault" | "sealedAs">,
): Slot {
  if (!kept.hidden) return slotOf(kept, NOBODY);
  const text = sealing.vault.reveal(kept.text);
  const isUnreadable = text === undefined;
  const failed = isUnreadable ? kept.failed ?? UNREADABLE : kept.failed;
  const message = { ...kept, text: text ?? "", failed };
  const sealed = sealing.sealedAs(kept.number) ?? null;
  return { ...slotOf(message, NOBODY), sealed, isUnreadable };
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
    ...{ waiting, inFlight: false, sealed: null, post: seal },
    isUnreadable: false,
  };
}
