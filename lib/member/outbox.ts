import { ChatError } from "../errors.ts";
import type { Outgoing, SendingState } from "../room/conversation.ts";
import type { DeviceState, OutgoingMessage } from "./device_state.ts";
import { Pace } from "./pace.ts";
import { unexpected } from "./unexpected.ts";
import type { Wire } from "./wire.ts";

/** Messages that may be on their way at once. */
export const MAX_IN_FLIGHT = 16;

/** Largest number taken from a server; it leaves room for all we may say. */
const MAX_NUMBER = 2 ** 48;

/** What somebody enters. */
type Entered = Pick<OutgoingMessage, "kind" | "room" | "text" | "at">;

/** Whoever waits for a message to be stored. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Slot {
  message: OutgoingMessage;
  readonly waiting: Waiting;
  inFlight: boolean;
}

/** What an outbox tells, in order. */
export interface OutboxListener {
  /** A message has another state. */
  changed(message: Outgoing): void;
  /** A message is stored as entry `seq` of its room, as the server says. */
  acknowledged(number: number, seq: number): void;
  /** The server has refused a message for good. */
  refused(error: ChatError): void;
  /** The disk is full; what could not be noted is done again next time. */
  unnoted(error: ChatError): void;
}

/**
 * Messages of ours that are not acknowledged, oldest first. Each is on the disk
 * before it is sent, and stays there until it is acknowledged or given up. How
 * many may be, the state decides.
 */
export class Outbox {
  readonly #state: DeviceState;
  readonly #listener: OutboxListener;
  readonly #slots = new Map<number, Slot>();
  #wire: Wire | null = null;
  #pace: Pace | null = null;
  #over: unknown;

  constructor(state: DeviceState, listener: OutboxListener) {
    this.#state = state;
    this.#listener = listener;
    for (const message of state.outbox()) this.#hold(message, NOBODY);
  }

  /** What is not acknowledged, by number. */
  get outgoing(): readonly Outgoing[] {
    return [...this.#slots.values()].map(({ message }) =>
      seen(message, message.failed === null ? "sending" : "failed")
    );
  }

  /**
   * Keeps a message and sends it as soon as may be; resolves when it is stored.
   *
   * @throws {ChatError} `CHAT_OUTBOX_FULL` or what else keeping it throws, a
   * refusal, or why it will not be sent any more.
   */
  async add(entered: Entered): Promise<void> {
    if (this.#over !== undefined) throw this.#over;
    const { promise, ...waiting } = Promise.withResolvers<void>();
    this.#keep(entered, waiting);
    this.#pump();
    await promise;
  }

  /**
   * Sends a message again that failed, as a new one.
   *
   * @throws {ChatError} What keeping it throws; then the old one stays.
   */
  retry(number: number): void {
    const slot = this.#slots.get(number);
    if (this.#over !== undefined || slot === undefined) return;
    if (slot.message.failed === null) return;
    // Between the two, a crash leaves it twice on this device, never nowhere.
    this.#keep(slot.message, NOBODY);
    this.#forget(number);
    this.#pump();
  }

  /** Gives a message up. On its way already, it may be stored all the same. */
  discard(number: number): void {
    const slot = this.#slots.get(number);
    if (this.#over !== undefined || slot === undefined) return;
    this.#forget(number);
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
    this.#wire = wire;
    this.#pace = new Pace(wire, {
      max: MAX_IN_FLIGHT,
      resume: (): void => this.#pump(),
    });
    this.#pump();
  }

  /** The connection is over: what was not answered is sent again. */
  detach(): void {
    this.#wire = null;
    this.#pace = null;
    for (const slot of this.#slots.values()) slot.inFlight = false;
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

  #keep({ kind, room, text, at }: Entered, waiting: Waiting): void {
    const number = this.#state.lastNumber + 1;
    const message = { number, kind, room, text, at, failed: null };
    this.#state.keep(message);
    this.#hold(message, waiting);
    this.#tell(message, "sending");
  }

  #hold(message: OutgoingMessage, waiting: Waiting): void {
    this.#slots.set(message.number, { message, waiting, inFlight: false });
  }

  #tell(message: OutgoingMessage, state: SendingState): void {
    this.#listener.changed(seen(message, state));
  }

  #forget(number: number): void {
    this.#slots.delete(number);
    this.#note(() => this.#state.forget(number));
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
      if (slot.inFlight || slot.message.failed !== null) continue;
      slot.inFlight = true;
      this.#pace.begin();
      this.#send(slot, { wire: this.#wire, pace: this.#pace });
    }
  }

  #send(
    slot: Slot,
    { wire, pace }: { readonly wire: Wire; readonly pace: Pace },
  ): void {
    const { kind, number, room, text } = slot.message;
    wire.start((id) => ({ kind, id, room, number, text }), {
      answered: (answer): true => {
        if (answer.kind !== "ack") throw unexpected(answer.kind);
        slot.inFlight = false;
        pace.accepted();
        if (this.#slots.has(number)) this.#acknowledge(slot, answer.seq);
        this.#pump();
        return true;
      },
      refused: (error): void => {
        slot.inFlight = false;
        if (error.code === "CHAT_RATE_LIMITED") {
          // The server refuses whatever comes after it until it comes again.
          pace.tooFast(error.retryMs);
        } else {
          pace.refused();
          if (this.#slots.has(number)) this.#refuse(slot, error);
        }
        this.#pump();
      },
      ended(): void {}, // `detach` has seen to it
    });
  }

  #acknowledge({ message, waiting }: Slot, seq: number): void {
    this.#forget(message.number);
    this.#tell(message, "sent");
    this.#listener.acknowledged(message.number, seq);
    waiting.resolve();
  }

  #refuse(slot: Slot, error: ChatError): void {
    this.#note(() => this.#state.fail(slot.message.number, error.message));
    this.#fail(slot, error);
    this.#listener.refused(error);
  }

  #fail(slot: Slot, error: ChatError): void {
    slot.message = { ...slot.message, failed: error.message };
    this.#tell(slot.message, "failed");
    slot.waiting.reject(error);
  }
}

/** Of a message that nobody in this process waits for. */
const NOBODY: Waiting = { resolve(): void {}, reject(): void {} };

function seen(message: OutgoingMessage, state: SendingState): Outgoing {
  const { number, kind, room, text, at, failed } = message;
  return { number, kind, room, text, at, state, why: failed };
}
