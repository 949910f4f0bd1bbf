import { encodeServerMessage } from "../../lib/protocol/codec.ts";
import type { Entry } from "../../lib/protocol/entry.ts";
import type { Answer } from "../../lib/protocol/messages.ts";
import { parseName } from "../../lib/room/name.ts";
import type { RoomEffect, RoomEvent } from "../../lib/room/room_event.ts";
import { assert, assertEquals } from "../support/assert.ts";

/**
 * Watches what goes into a room and what comes out, and asserts what must hold
 * after every event, knowing nothing but the effects.
 */
export class Laws {
  readonly #open = new Set<number>();
  readonly #entered = new Set<number>();
  readonly #admitted = new Set<number>();
  /** Names present, by fingerprint in hex. */
  readonly #present = new Map<string, string>();
  #seq = 0;

  /** Asserts that `effects` is a lawful outcome of `event`. */
  check(event: RoomEvent, effects: readonly RoomEffect[]): void {
    if (event.kind === "open") this.#open.add(event.session);
    if (event.kind === "close") this.#forget(event.session);
    if (event.kind === "shutdown") this.#present.clear();
    const wasEntered = "session" in event && this.#entered.has(event.session);
    const wasOpen = "session" in event && this.#open.has(event.session);
    for (const effect of effects) this.#follow(effect);
    if (event.kind === "message" && "id" in event.message) {
      const ended = wasOpen && !this.#open.has(event.session);
      const finals = finalAnswers(event.session, event.message.id, effects);
      if (!wasEntered) assertEquals(finals, 0, "answered a stranger");
      else assert(finals === 1 || ended, `${finals} answers`);
    }
    if (event.kind === "kick" && wasOpen) {
      assertEquals(finalAnswers(event.session, event.id, effects), 1);
    }
    this.#checkNames();
  }

  get seq(): number {
    return this.#seq;
  }

  get present(): number {
    return this.#present.size;
  }

  #follow(effect: RoomEffect): void {
    if (effect.kind === "append") return this.#append(effect.entry);
    const { session } = effect;
    assert(this.#open.has(session), `${effect.kind} to an ended session`);
    switch (effect.kind) {
      case "end":
        this.#forget(session);
        break;
      case "admit":
        assert(this.#entered.has(session), "admitted before it entered");
        assert(!this.#admitted.has(session), "admitted twice");
        this.#admitted.add(session);
        break;
      case "reply":
        encodeServerMessage(effect.message); // within all limits
        if (effect.message.kind !== "entered") break;
        assert(!this.#entered.has(session), "entered twice");
        assertEquals(effect.message.seq, this.#seq);
        this.#entered.add(session);
    }
  }

  #append(entry: Entry): void {
    encodeServerMessage(entry);
    assertEquals(entry.seq, this.#seq + 1, "the log has a gap");
    this.#seq = entry.seq;
    const owner = entry.fingerprint.toHex();
    if (entry.kind === "joined") {
      assert(!this.#present.has(owner), "joined twice");
      this.#present.set(owner, entry.name);
      return;
    }
    assertEquals(this.#present.get(owner), entry.name, "spoke while absent");
    if (entry.kind === "left") this.#present.delete(owner);
  }

  #forget(session: number): void {
    this.#open.delete(session);
    this.#entered.delete(session);
    this.#admitted.delete(session);
  }

  #checkNames(): void {
    const names = [...this.#present.values()].map(parseName);
    assertEquals(new Set(names.map(({ form }) => form)).size, names.length);
    const looks = names.flatMap(({ looks }) => looks);
    assertEquals(new Set(looks).size, looks.length, "look-alikes");
  }
}

/** Answers that end request `id`; its earlier pages do not. */
function finalAnswers(
  session: number,
  id: number,
  effects: readonly RoomEffect[],
): number {
  const answers = effects.flatMap((effect): Answer[] => {
    if (effect.kind !== "reply" || !("id" in effect.message)) return [];
    assertEquals([effect.session, effect.message.id], [session, id]);
    return [effect.message];
  });
  return answers.filter((a) => a.kind !== "members" || !a.more).length;
}
