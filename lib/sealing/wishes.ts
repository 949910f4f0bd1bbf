import { ChatError } from "../errors.ts";
import { pastContents } from "./content.ts";
import { Past } from "./past.ts";
import type { RoomActor } from "./room_actor.ts";
import { checkHasKeys } from "./standing.ts";
import type { Surroundings } from "./surroundings.ts";
import { within } from "./within.ts";

/**
 * How long a user waits for a change of a room, or for what is sent besides
 * messages, in milliseconds: longer than it takes to fail `MAX_TRIES` times.
 */
export const MAX_WAIT_MS = 120_000;

/** How long who leaves waits until the others are told, in milliseconds. */
export const MAX_GOODBYE_MS = 10_000;

/**
 * What a user wishes of one room. Nothing waits for ever: what cannot be now is
 * refused at once, the rest after {@linkcode MAX_WAIT_MS}, however silent a server
 * is. What was asked of it by then may still come to be.
 */
export class Wishes {
  readonly #actor: RoomActor;
  readonly #around: Surroundings;

  constructor(actor: RoomActor, around: Surroundings) {
    this.#actor = actor;
    this.#around = around;
  }

  /** See `SealedRooms.remove`. */
  async remove(subject: string): Promise<void> {
    const { cell, changer } = this.#actor;
    checkHasKeys(cell);
    const { publicKey, fingerprint } = this.#actor.memberOf(subject);
    if (fingerprint === this.#around.identity.fingerprint) {
      throw new ChatError(
        "CHAT_NO_SUCH_MEMBER",
        "Cannot remove member: that is you, and /leave takes you out",
      );
    }
    await this.#within(changer.remove(publicKey));
  }

  /** See `SealedRooms.rekey`. */
  async rekey(): Promise<void> {
    checkHasKeys(this.#actor.cell);
    await this.#within(this.#actor.changer.rekey());
  }

  /** See `SealedRooms.resync`. */
  async resync(): Promise<void> {
    await this.#within(this.#actor.resync());
  }

  /** See `SealedRooms.share`. */
  async share(count: number): Promise<number> {
    const { cell: { thread, number } } = this.#actor;
    const { host, store } = this.#around;
    const lines = new Past(store, thread).said(count);
    for (const content of pastContents(lines)) {
      await this.#within(host.post(
        number,
        (own) => this.#actor.sealContent(own, content),
      ));
    }
    return lines.length;
  }

  /** See `Sealing.title`. */
  async title(text: string): Promise<void> {
    const { number } = this.#actor.cell;
    const content = { kind: "title", text } as const;
    await this.#within(this.#around.host.post(
      number,
      (own) => this.#actor.sealContent(own, content),
    ));
  }

  /** Tells the others that we go, if that can be. */
  async sayGoodbye(): Promise<void> {
    const { host } = this.#around;
    const { number: room, others } = this.#actor.cell;
    if (others.length === 0) return;
    try {
      const posted = host.post(room, (own) => this.#actor.sealLeaving(own));
      await this.#within(posted, MAX_GOODBYE_MS);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      const text =
        `The others of room ${room} were not told that you go, so a member has to take you out`;
      host.tell({ kind: "notice", text });
    }
  }

  #within<T>(work: Promise<T>, ms = MAX_WAIT_MS): Promise<T> {
    return within(work, { ms, clock: this.#around.host.clock });
  }
}
