import { encodeServerMessage } from "../../lib/protocol/codec.ts";
import { type Entry, isSealedEntry } from "../../lib/protocol/entry.ts";
import type { ServerMessage } from "../../lib/protocol/messages.ts";
import { parseName } from "../../lib/room/name.ts";
import type { Effect, HouseEvent } from "../../lib/room/house_event.ts";
import { assert, assertEquals } from "../support/assert.ts";

/**
 * Watches what goes into a room and what comes out, and asserts what must hold
 * after every event, knowing nothing but the effects.
 */
export class Laws {
  readonly #open = new Set<number>();
  readonly #entered = new Set<number>();
  /** Names present, by fingerprint in hex. */
  readonly #present = new Map<string, string>();

  /** Asserts that `effects` is a lawful outcome of `event`. */
  check(event: HouseEvent, effects: readonly Effect[]): void {
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
    this.#checkNames();
  }

  get present(): number {
    return this.#present.size;
  }

  #follow(effect: Effect): void {
    if (effect.kind === "save") return;
    if (effect.kind === "append") return this.#append(effect);
    if (effect.kind === "pass") return this.#pass(effect);
    const { session } = effect;
    assert(this.#open.has(session), `${effect.kind} to an ended session`);
    switch (effect.kind) {
      case "end":
        this.#forget(session);
        break;
      case "follow":
        assert(this.#entered.has(session), "follows before it entered");
        assert(effect.floor <= effect.room.seq, "a floor above the log");
        break;
      case "reply":
        encodeServerMessage(effect.message); // within all limits
        if (effect.message.kind !== "entered") break;
        assert(!this.#entered.has(session), "entered twice");
        this.#entered.add(session);
    }
  }

  #append({ entry, room }: Extract<Effect, { kind: "append" }>): void {
    encodeServerMessage({ ...entry, room: room.number, seq: 1 } as Entry);
    const owner = entry.fingerprint.toHex();
    assert(this.#present.has(owner), "spoke while absent");
    const name = room.type === "open" ? this.#present.get(owner) : "";
    assertEquals(entry.name, name);
    assertEquals(isSealedEntry(entry as Entry), room.type !== "open");
    assert(room.members.has(owner), "spoke where it does not belong");
  }

  #pass({ entry, room }: Extract<Effect, { kind: "pass" }>): void {
    encodeServerMessage({ ...entry, room: room.number, seq: 1 } as Entry);
    const owner = entry.fingerprint.toHex();
    if (room.number !== 0) return;
    if (entry.kind === "joined") {
      assert(!this.#present.has(owner), "joined twice");
      this.#present.set(owner, entry.name);
      return;
    }
    assertEquals(this.#present.get(owner), entry.name, "told of the absent");
    if (entry.kind === "left") this.#present.delete(owner);
  }

  #forget(session: number): void {
    this.#open.delete(session);
    this.#entered.delete(session);
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
  effects: readonly Effect[],
): number {
  let count = 0;
  for (const effect of effects) {
    const answer = effect.kind === "append"
      ? effect.by
      : effect.kind === "follow"
      ? effect
      : effect.kind === "reply" && "id" in effect.message
      ? { session: effect.session, id: effect.message.id }
      : undefined;
    if (answer === undefined) continue;
    assertEquals([answer.session, answer.id], [session, id]);
    if (effect.kind === "reply" && hasMore(effect.message)) continue;
    count += 1;
  }
  return count;
}

function hasMore(message: ServerMessage): boolean {
  return "more" in message && message.more;
}
