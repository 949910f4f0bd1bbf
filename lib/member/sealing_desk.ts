import { ChatError, type ErrorCode } from "../errors.ts";
import type { JoinedRoomInfo } from "../room/conversation.ts";
import { elsewhere, homeOf, seen, type Slot } from "./outbox_slot.ts";
import type { SealedMessage, Sealing } from "./sealing.ts";
import { SealingLanes } from "./sealing_lanes.ts";

/** Why a message is not sealed now, and will be once the sealing says so. */
const NOT_YET: readonly ErrorCode[] = [
  "CHAT_SEAL_OUT_OF_STEP",
  "CHAT_SEAL_BUSY",
  "CHAT_SEAL_OUTRUN",
  "CHAT_CONNECTION_CUT",
];

/** Why it is not sealed now, and will be when the disk has room. */
const NO_SPACE: readonly ErrorCode[] = ["CHAT_DEVICE_FULL", "CHAT_OUTBOX_FULL"];

/** What the desk needs of the outbox. */
export interface SealingDeskOptions {
  /** The rooms we belong to, kept up to date. */
  readonly rooms: ReadonlyMap<number, JoinedRoomInfo>;
  /** Whether a message still waits to be sent. */
  readonly isAlive: (slot: Slot) => boolean;
  /** Gives messages new numbers, behind all others, if the disk takes that. */
  readonly renumber: (slots: readonly Slot[]) => void;
  /** A message of an outbox was sealed. */
  readonly sealed: (slot: Slot, sealed: SealedMessage) => void;
  /** Something cannot be sealed, and that does not pass. */
  readonly fail: (slot: Slot, error: ChatError) => void;
  /** The disk took nothing: everything is looked at again some time later. */
  readonly tryLater: () => void;
  /** Everything is to be looked at again now. */
  readonly pump: () => void;
}

/** Has messages sealed, one at a time, each as soon as it may be. */
export class SealingDesk {
  readonly #sealing: Sealing;
  readonly #options: SealingDeskOptions;
  readonly #lanes: SealingLanes;
  #isBusy = false;

  constructor(sealing: Sealing, options: SealingDeskOptions) {
    this.#sealing = sealing;
    this.#options = options;
    this.#lanes = new SealingLanes(sealing, options.rooms);
  }

  /** Whether something is being sealed: then nothing else may be sent. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** A message of the outbox has to be sealed, or was. */
  add(slot: Slot): void {
    this.#lanes.add(slot);
  }

  /** A message is answered. */
  remove(slot: Slot): void {
    this.#lanes.remove(slot);
    this.#settle(slot);
  }

  /** A message is stored: what was refused before it was so for its own sake. */
  stored(slot: Slot): void {
    for (const each of this.#lanes.doubted(slot)) {
      const isBefore = each.message.number < slot.message.number;
      if (isBefore && each.doubt) this.#options.fail(each, each.doubt);
    }
  }

  /** A message is given up, or failed for good. */
  dismiss(slot: Slot): void {
    const { message: { number, hidden }, post } = slot;
    this.remove(slot);
    if (hidden && post === null) this.#sealing.dismiss(number);
  }

  /**
   * Begins to seal something, if it may be.
   *
   * @param sentTo Numbers up to this one may have reached the server: a message
   * that was overtaken gets another one first, with all that wait behind it.
   */
  prepare(slot: Slot, sentTo: number): void {
    if (slot.post === null) {
      if (!this.#lanes.isNext(slot)) return;
      // What was sealed for the room before may have to be sealed again.
      const info = this.#options.rooms.get(slot.message.room);
      if (info !== undefined && homeOf(info) !== slot.home) {
        return this.#options.fail(slot, elsewhere());
      }
      if (slot.message.number <= sentTo) {
        return this.#options.renumber(this.#lanes.waiting(slot));
      }
    }
    void this.#seal(slot);
  }

  /** Whether something sealed may be sent now. */
  mayGo(slot: Slot): boolean {
    return slot.post !== null || this.#lanes.mayGo(slot);
  }

  /** Whether the server refuses a message as its group is over. */
  isOutrun(slot: Slot, { code }: ChatError): boolean {
    if (slot.sealed === null) return false;
    if (code === "CHAT_SEAL_OUTRUN") return true;
    return code === "CHAT_FORGOTTEN" && this.#lanes.isOver(slot);
  }

  /** The server refused a message because of its group, or seems to have. */
  outran(slot: Slot, error: ChatError): void {
    if (error.code === "CHAT_FORGOTTEN") slot.doubt = error;
    else this.#again(slot);
    this.#settle(slot);
  }

  /** Something of a room may be sealed that could not be before. */
  resume(room: number): void {
    this.#lanes.resume(room);
  }

  /** What could not be sealed is tried again. */
  resumeAll(): void {
    this.#lanes.resumeAll();
  }

  /** Another connection: everything is tried again. */
  restart(): void {
    this.#lanes.forgetDoubts();
    this.#lanes.resumeAll();
    this.#lanes.forgetRefusals();
  }

  async #seal(slot: Slot): Promise<void> {
    this.#isBusy = true;
    const { message, post } = slot;
    try {
      const sealed = await (post?.(message.number) ??
        this.#sealing.seal(seen(message, "sending")));
      this.#isBusy = false;
      this.#take(slot, sealed);
    } catch (error) {
      this.#isBusy = false;
      if (!(error instanceof ChatError)) throw error;
      this.#leave(slot, error);
    }
    this.#options.pump();
  }

  #take(slot: Slot, sealed: SealedMessage): void {
    if (!this.#options.isAlive(slot)) return this.dismiss(slot);
    slot.sealed = sealed;
    if (slot.post !== null) return;
    if (this.#lanes.took(slot)) return this.#options.sealed(slot, sealed);
    this.#unseal(slot);
  }

  #leave(slot: Slot, error: ChatError): void {
    if (!this.#options.isAlive(slot)) return this.dismiss(slot);
    if (slot.post !== null) return this.#options.fail(slot, error);
    const isFull = NO_SPACE.includes(error.code);
    if (isFull) this.#options.tryLater();
    if (isFull || NOT_YET.includes(error.code)) this.#lanes.stall(slot);
    else this.#options.fail(slot, error);
  }

  /** What is in doubt is sealed again once nothing behind it can be stored. */
  #settle(slot: Slot): void {
    for (const each of this.#lanes.doubted(slot)) {
      if (this.#lanes.isLast(each)) this.#again(each);
    }
  }

  #again(slot: Slot): void {
    for (const each of this.#lanes.outran(slot)) {
      each.doubt = null;
      this.#unseal(each);
    }
  }

  #unseal(slot: Slot): void {
    slot.sealed = null;
    this.#sealing.unseal(slot.message.number);
  }
}
