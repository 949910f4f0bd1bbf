import { isKept } from "../protocol/entry.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import { type ConversationEvent, LOBBY } from "../room/conversation.ts";
import type { Beginning, Note, Tell } from "./rooms.ts";
import type { Sealing, SealingHost, SealingMaker } from "./sealing.ts";

/** Our stay in a sealed or direct room: what was taken in another is over. */
interface Stay {
  /** The newest note handed over, and the newest that came back. */
  given: Note | undefined;
  back: Note | undefined;
}

/**
 * Leads what happens in sealed and direct rooms through the sealing, which tells it
 * later, in its order: nothing of such a room is shown, or noted as shown, before
 * all that came before it.
 */
export class SealedWay {
  readonly sealing: Sealing;
  readonly #deliver: Tell;
  readonly #stays = new Map<number, Stay>();
  /** The stay in which a note was handed over. */
  readonly #taken = new WeakMap<Note, Stay>();

  /**
   * @param options `host` makes what the sealing needs, given where it tells;
   * `deliver` gets what comes out, in its order.
   */
  constructor(
    make: SealingMaker,
    { host, deliver }: {
      readonly host: (tell: Tell) => SealingHost;
      readonly deliver: Tell;
    },
  ) {
    this.#deliver = deliver;
    this.sealing = make(host((event, note) => this.#come(event, note)));
  }

  /** Whether it is a room that we belong to and the server cannot read. */
  leadsFrom(room: number): boolean {
    return this.#stays.has(room);
  }

  /** All logs are others: we are in none of these rooms as we were. */
  changeLog(): void {
    this.#stays.clear();
    this.sealing.changeLog();
  }

  announced(message: MessageOfKind<"room">): void {
    const { room, type } = message;
    if (type === "open") return;
    if (!this.#stays.has(room)) {
      this.#stays.set(room, { given: undefined, back: undefined });
    }
    this.sealing.announced(message);
  }

  began(room: number, beginning: Beginning): void {
    if (room === LOBBY) this.sealing.complete();
    if (this.#stays.has(room)) this.sealing.began(room, beginning);
  }

  /**
   * Takes what happens, if it belongs to such a room.
   *
   * @returns Whether it was taken; else it is to be told at once.
   */
  take(event: ConversationEvent | null, note: Note | undefined): boolean {
    if (event === null) return note !== undefined && this.#isUnderWay(note);
    switch (event.kind) {
      case "parted":
        if (this.#stays.delete(event.room)) this.sealing.parted(event.room);
        return false;
      case "missed":
      case "changed": {
        const stay = this.#stays.get(event.room);
        if (stay === undefined) return false;
        this.#give(stay, note);
        this.sealing.interrupt(event, note);
        return true;
      }
    }
    if (!("seq" in event)) return false;
    const stay = this.#stays.get(event.room);
    if (stay === undefined) return false;
    this.#give(stay, note);
    if (isKept(event.kind)) {
      this.sealing.take(event as Parameters<Sealing["take"]>[0], note);
    } else this.sealing.pass(event);
    return true;
  }

  /** A position of a room that other entries, not shown yet, will note by themselves. */
  #isUnderWay(note: Note): boolean {
    if (note.kind !== "read to") return false;
    const stay = this.#stays.get(note.position.room);
    return stay !== undefined && stay.given !== stay.back;
  }

  #give(stay: Stay, note: Note | undefined): void {
    if (note === undefined) return;
    stay.given = note;
    this.#taken.set(note, stay);
  }

  /** Something comes out; of a stay that is over, it comes too late. */
  #come(event: ConversationEvent | null, note: Note | undefined): void {
    if (event !== null && "room" in event && typeof event.room === "number") {
      if (!this.#stays.has(event.room)) return;
    }
    const taken = note && this.#taken.get(note);
    if (note !== undefined && taken !== undefined) {
      const { room } = note.kind === "left" ? note : note.position;
      if (this.#stays.get(room) !== taken) return;
      taken.back = note;
    }
    this.#deliver(event, note);
  }
}
