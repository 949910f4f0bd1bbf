import { ChatError } from "../errors.ts";
import type {
  JoinedRoomInfo,
  Outgoing,
  SendingState,
} from "../room/conversation.ts";
import {
  type DeviceState,
  MAX_OUTBOX,
  type OutgoingMessage,
} from "./device_state.ts";
import type { OutboxListener } from "./outbox_listener.ts";
import {
  elsewhere,
  hideFor,
  homeOf,
  NOBODY,
  postSlot,
  restoreSlot,
  seen,
  type Slot,
  slotOf,
  UNREADABLE,
} from "./outbox_slot.ts";
import { Pace } from "./pace.ts";
import type { Sealing } from "./sealing.ts";
import { SealingDesk } from "./sealing_desk.ts";
import { send } from "./send.ts";
import { unexpected } from "./unexpected.ts";
import type { Wire } from "./wire.ts";

/** Messages that may be on their way at once. */
export const MAX_IN_FLIGHT = 16;

/** Largest number taken from a server; it leaves room for all we may say. */
const MAX_NUMBER = 2 ** 48;

/** Milliseconds until a disk that took nothing is tried again. */
const DISK_RETRY_MS = 1_000;

/** What somebody enters. */
type Entered = Pick<OutgoingMessage, "kind" | "room" | "text" | "at">;

/** What an outbox needs of the conversation. */
export interface OutboxOptions {
  readonly listener: OutboxListener;
  readonly sealing: Sealing;
  /** The rooms we belong to, kept up to date. */
  readonly rooms: ReadonlyMap<number, JoinedRoomInfo>;
}

/**
 * Messages of ours that are not acknowledged, oldest first. Each is on the disk
 * before it is sent, and stays there until it is acknowledged or given up. How
 * many may be, the state decides. What is for a sealed or direct room is sealed
 * just before it is sent; until it can be, it makes no other room wait, and gets
 * another number when it is overtaken, as the server takes ascending ones only.
 */
export class Outbox {
  readonly #state: DeviceState;
  readonly #listener: OutboxListener;
  readonly #sealing: Sealing;
  readonly #rooms: ReadonlyMap<number, JoinedRoomInfo>;
  readonly #desk: SealingDesk;
  /** By number, which is their order. */
  readonly #slots = new Map<number, Slot>();
  /** Numbers up to this one may have reached the server. */
  #sentTo: number;
  #waitsForDisk = false;
  #wire: Wire | null = null;
  #pace: Pace | null = null;
  #over: unknown;

  constructor(
    state: DeviceState,
    { listener, sealing, rooms }: OutboxOptions,
  ) {
    this.#state = state;
    this.#listener = listener;
    this.#sealing = sealing;
    this.#rooms = rooms;
    this.#desk = new SealingDesk(sealing, {
      rooms,
      isAlive: (slot) => this.#isAlive(slot),
      renumber: (slots): void => this.#renumber(slots),
      sealed: ({ message: { number } }, sealed): void =>
        listener.sealed(number, sealed),
      fail: (slot, error): void => this.#give(slot, error),
      tryLater: (): void => this.#tryLater(),
      pump: (): void => this.#pump(),
    });
    this.#sentTo = state.lastNumber;
    for (const kept of state.outbox()) this.#hold(restoreSlot(kept, sealing));
  }

  /** What is not acknowledged, by number. */
  get outgoing(): readonly Outgoing[] {
    return [...this.#slots.values()].filter(({ post }) => post === null)
      .map(({ message }) =>
        seen(message, message.failed === null ? "sending" : "failed")
      );
  }

  /** Whether a message is kept hidden. */
  isHidden(number: number): boolean {
    return this.#slots.get(number)?.message.hidden ?? false;
  }

  /**
   * Keeps a message and sends it as soon as may be; resolves when it is stored.
   *
   * @throws {ChatError} `CHAT_OUTBOX_FULL` or what else keeping or hiding it
   * throws, a refusal, or why it will not be sent any more.
   */
  async add(entered: Entered): Promise<void> {
    if (this.#over !== undefined) throw this.#over;
    const { promise, ...waiting } = Promise.withResolvers<void>();
    this.#keep(entered, { waiting, home: this.#homeOf(entered.room) });
    this.#pump();
    await promise;
  }

  /** As {@linkcode SealingHost.post}. */
  async post(room: number, seal: NonNullable<Slot["post"]>): Promise<void> {
    if (this.#wire === null) throw this.#over ?? cut();
    if (this.#slots.size >= MAX_OUTBOX) {
      const text = `Cannot send this: ${MAX_OUTBOX} others wait`;
      throw new ChatError("CHAT_OUTBOX_FULL", text);
    }
    const number = this.#state.lastNumber + 1;
    this.#state.skipTo(number);
    const { promise, ...waiting } = Promise.withResolvers<void>();
    this.#slots.set(number, postSlot({ number, room, seal, waiting }));
    this.#pump();
    await promise;
  }

  /**
   * Sends a message again that failed, as a new one.
   *
   * @throws {ChatError} What keeping it throws, or `CHAT_SEAL_NO_KEYS` when its
   * text is hidden from us; then the old one stays.
   */
  retry(number: number): void {
    const slot = this.#slots.get(number);
    if (this.#over !== undefined || slot === undefined) return;
    if (slot.message.failed === null) return;
    if (slot.isUnreadable) {
      throw new ChatError("CHAT_SEAL_NO_KEYS", UNREADABLE);
    }
    const { room } = slot.message;
    const home = slot.home ?? this.#homeOf(room);
    if (this.#rooms.has(room) && home !== this.#homeOf(room)) throw elsewhere();
    // Between the two, a crash leaves it twice on this device, never nowhere.
    this.#keep(slot.message, { waiting: NOBODY, home });
    this.#forget(slot);
    this.#pump();
  }

  /** Gives a message up. On its way already, it may be stored all the same. */
  discard(number: number): void {
    const slot = this.#slots.get(number);
    if (this.#over !== undefined || slot === undefined) return;
    this.#forget(slot);
    this.#desk.dismiss(slot);
    const text = "Cannot send message: it was given up";
    slot.waiting.reject(new ChatError("CHAT_MESSAGE_INVALID", text));
    this.#pump();
  }

  /**
   * Sends everything that waits over a new connection.
   *
   * @param number The newest number the server knows of this device.
   * @throws {ChatError} `CHAT_PROTOCOL` for a number nobody can have reached.
   */
  attach(wire: Wire, number: number): void {
    const max = Math.max(MAX_NUMBER, this.#state.lastNumber); // ours may be above
    if (number > max) throw unexpected(`message number ${number}`);
    this.#state.skipTo(number);
    this.#sentTo = Math.max(this.#sentTo, number);
    this.#wire = wire;
    this.#pace = new Pace(wire, {
      max: MAX_IN_FLIGHT,
      resume: (): void => this.#pump(),
    });
    this.#desk.restart();
    this.#pump();
  }

  /** The connection is over: what was not answered is sent again. */
  detach(): void {
    this.#wire = null;
    this.#pace = null;
    for (const slot of this.#slots.values()) {
      slot.inFlight = false;
      if (slot.post === null) continue;
      this.#slots.delete(slot.message.number);
      slot.waiting.reject(cut());
    }
  }

  /** As {@linkcode SealingHost.stored}. */
  stored(number: number, seq: number): boolean {
    const slot = this.#slots.get(number);
    if (slot !== undefined && this.#isAlive(slot)) this.#acknowledge(slot, seq);
    return this.#state.outbox().every((kept) =>
      kept.number !== number || kept.failed !== null
    );
  }

  /** Something of a room may be sealed that could not be before. */
  resume(room: number): void {
    this.#desk.resume(room);
    this.#pump();
  }

  /** What was not sealed for rooms that we are not in never will be: all, or one. */
  abandon(only?: number): void {
    for (const slot of this.#slots.values()) {
      const { home, sealed, message: { room, failed } } = slot;
      if (home === null || failed !== null || sealed !== null) continue;
      if (home === this.#homeOf(room)) continue;
      if (only === undefined || only === room) this.#give(slot, elsewhere());
    }
  }

  /** The state has failed what waited, as it belonged to another log. */
  changeLog(): void {
    for (const { number, failed } of this.#state.outbox()) {
      const slot = this.#slots.get(number);
      if (slot === undefined || failed === null) continue;
      if (slot.message.failed !== null) continue;
      this.#fail(slot, new ChatError("CHAT_LOG_CHANGED", failed));
    }
  }

  /** It is over: what waits stays on the disk. */
  end(reason: unknown): void {
    this.detach();
    this.#over ??= reason;
    for (const { waiting } of this.#slots.values()) waiting.reject(reason);
  }

  #homeOf(room: number): string | null {
    return homeOf(this.#rooms.get(room));
  }

  #keep(
    { kind, room, text, at }: Entered,
    { waiting, home }: Pick<Slot, "waiting" | "home">,
  ): void {
    const [number, hidden] = [this.#state.lastNumber + 1, home !== null];
    const message = { number, kind, room, text, hidden, at, failed: null };
    const kept = home !== null
      ? hideFor(home, text, this.#sealing.vault)
      : text;
    this.#state.keep({ ...message, text: kept });
    this.#hold(slotOf(message, { waiting, home }));
    this.#tell(message, "sending");
  }

  #hold(slot: Slot): void {
    const { number, hidden, failed } = slot.message;
    this.#slots.set(number, slot);
    if (hidden && failed === null) this.#desk.add(slot);
  }

  #tell(message: OutgoingMessage, state: SendingState): void {
    this.#listener.changed(seen(message, state));
  }

  #forget(slot: Slot): void {
    const { number } = slot.message;
    this.#slots.delete(number);
    this.#desk.remove(slot);
    if (slot.post === null) this.#note(() => this.#state.forget(number));
  }

  #note(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.#listener.unnoted(error);
    }
  }

  /** Sends what may be sent, in order. */
  #pump(): void {
    for (const slot of this.#slots.values()) {
      if (this.#wire === null || !this.#pace?.isFree) return;
      if (this.#desk.isBusy) return;
      if (slot.inFlight || slot.message.failed !== null) continue;
      if (slot.doubt !== null) continue;
      if (slot.message.hidden && slot.sealed === null) {
        this.#desk.prepare(slot, this.#sentTo);
        continue;
      }
      if (slot.sealed !== null && !this.#desk.mayGo(slot)) return;
      slot.inFlight = true;
      this.#sentTo = Math.max(this.#sentTo, slot.message.number);
      this.#pace.begin();
      send(slot, {
        ...{ wire: this.#wire, pace: this.#pace },
        acknowledged: (seq): void => {
          if (this.#isHere(slot)) this.#acknowledge(slot, seq);
        },
        refused: (error): void => {
          if (this.#isHere(slot)) this.#refuse(slot, error);
        },
        next: (): void => this.#pump(),
      });
    }
  }

  #renumber(slots: readonly Slot[]): void {
    const next = this.#state.lastNumber + 1;
    try {
      this.#state.renumber(slots.map(({ message }) => message.number), next);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return this.#tryLater();
    }
    for (const [index, slot] of slots.entries()) {
      const { number } = slot.message;
      this.#slots.delete(number);
      slot.message = { ...slot.message, number: next + index };
      this.#slots.set(next + index, slot);
      this.#listener.renumbered(number, seen(slot.message, "sending"));
    }
  }

  /** Whether a message still waits to be sent. */
  #isAlive(slot: Slot): boolean {
    return this.#isHere(slot) && slot.message.failed === null;
  }

  #isHere(slot: Slot): boolean {
    return this.#slots.get(slot.message.number) === slot;
  }

  /** The disk takes nothing now: nothing is lost, and some time it will. */
  #tryLater(): void {
    if (this.#waitsForDisk || this.#wire === null) return;
    this.#waitsForDisk = true;
    void this.#wire.wait(DISK_RETRY_MS).then(() => {
      this.#waitsForDisk = false;
      this.#desk.resumeAll();
      this.#pump();
    });
  }

  #acknowledge(slot: Slot, seq: number): void {
    const { message, waiting, post } = slot;
    this.#desk.stored(slot);
    this.#forget(slot);
    if (post === null) {
      this.#tell(message, "sent");
      this.#listener.acknowledged(message.number, seq);
    }
    waiting.resolve();
  }

  #refuse(slot: Slot, error: ChatError): void {
    const isMessage = slot.post === null;
    if (isMessage && this.#desk.isOutrun(slot, error)) {
      // That it was outrun may not have reached us: now it is late. It is certainly
      // not stored, as the server still knows numbers that are so near.
      const distance = this.#state.lastNumber - slot.message.number;
      if (distance < MAX_OUTBOX) return this.#desk.outran(slot, error);
    }
    this.#give(slot, error);
    if (isMessage) this.#listener.refused(error);
  }

  /** Gives a message up for a reason that does not pass. */
  #give(slot: Slot, error: ChatError): void {
    if (slot.post !== null) {
      this.#forget(slot);
      return slot.waiting.reject(error);
    }
    this.#note(() => this.#state.fail(slot.message.number, error.message));
    this.#fail(slot, error);
  }

  #fail(slot: Slot, error: ChatError): void {
    slot.message = { ...slot.message, failed: error.message };
    this.#desk.dismiss(slot);
    this.#tell(slot.message, "failed");
    slot.waiting.reject(error);
  }
}

function cut(): ChatError {
  return new ChatError(
    "CHAT_CONNECTION_CUT",
    "Cannot send this: there is no connection",
  );
}
