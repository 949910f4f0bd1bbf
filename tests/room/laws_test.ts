import fc from "fast-check";
import { LEAVE_REASONS, type LeaveReason } from "../../lib/protocol/entry.ts";
import type { ClientMessage } from "../../lib/protocol/messages.ts";
import { step } from "../../lib/room/room.ts";
import type { RoomEffect, RoomEvent } from "../../lib/room/room_event.ts";
import { createRoom, type Room } from "../../lib/room/room_state.ts";
import { assertEquals } from "../support/assert.ts";
import { identity } from "./driver.ts";
import { Laws } from "./laws.ts";

const SESSIONS = 6;
const NAMES = ["alice", "ALICE", "a1ice", "bob", "b0b", "server", "!", "лена"];

const session = fc.nat(SESSIONS - 1);
const name = fc.constantFrom(...NAMES);
const id = fc.nat(30); // how much above the newest; 0 is a repetition
const text = fc.constantFrom("hello", "世界", "", "\u0007", "x".repeat(900));
const room = fc.constantFrom(0, 0, 0, 1);
const pause = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 400, 9_000);

/** What a test does next; sessions are slots that are opened again and again. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  ofWeight(2, "open", { session }),
  ofWeight(12, "arrive", { session, name: fc.option(name) }),
  ofWeight(4, "enter", { session, name: fc.option(name) }),
  ofWeight(30, "say", { session, id, room, text }),
  ofWeight(10, "act", { session, id, room, text }),
  ofWeight(10, "who", { session, id, room }),
  ofWeight(20, "whois", { session, id, name }),
  ofWeight(4, "close", { session, why: fc.constantFrom(...LEAVE_REASONS) }),
  ofWeight(3, "kick", { name }),
  ofWeight(1, "expel", { who: fc.nat(3) }),
  ofWeight(1, "shutdown", {}),
);

interface Deed {
  readonly what: string;
  readonly session?: number;
  readonly name?: string | null;
  readonly id?: number;
  readonly who?: number;
  readonly why?: LeaveReason;
}

function ofWeight(
  weight: number,
  what: string,
  fields: { [name: string]: fc.Arbitrary<unknown> },
): { weight: number; arbitrary: fc.Arbitrary<Deed> } {
  const arbitrary = fc.record({ what: fc.constant(what), ...fields });
  return { weight, arbitrary: arbitrary as fc.Arbitrary<Deed> };
}

/** Turns deeds into events: real sessions, real request numbers. */
class Script {
  /** The session now in each slot; the last slot is the operator's. */
  readonly #slots = new Map<number, number>();
  #sessions = 0;
  #lastId = 0;

  events(deed: Deed): RoomEvent[] {
    const slot = deed.what === "kick" ? SESSIONS - 1 : deed.session ?? 0;
    const session = this.#slots.get(slot) ?? 0;
    const { what, name = null, why = "quit", who = 0 } = deed;
    switch (what) {
      case "open":
        return [this.#open(slot)];
      case "arrive":
        return [this.#open(slot), enter(this.#sessions, name)];
      case "enter":
        return [enter(session, name)];
      case "close":
        return [{ kind: "close", session, why }];
      case "kick": {
        const id = ++this.#lastId;
        return [{ kind: "kick", session, id, name: name ?? "" }];
      }
      case "expel":
        return [{ kind: "expel", fingerprint: identity(who).fingerprint }];
      case "shutdown":
        return [{ kind: "shutdown" }];
      default: {
        const id = this.#lastId += deed.id ?? 0;
        const message = { ...deed, kind: what, id } as unknown as ClientMessage;
        return [{ kind: "message", session, message }];
      }
    }
  }

  #open(slot: number): RoomEvent {
    const session = ++this.#sessions;
    this.#slots.set(slot, session);
    const console = slot === SESSIONS - 1;
    const who = identity(console ? 9 : slot % 4);
    return { kind: "open", session, identity: who, console };
  }
}

function enter(session: number, name: string | null): RoomEvent {
  const message = { kind: "enter", protocol: 1, name } as const;
  return { kind: "message", session, message };
}

function smallRoom(): Room {
  return createRoom({
    number: 0,
    name: "lobby",
    serverName: "home",
    motd: "",
    limits: {
      members: 3,
      sessionsPerIdentity: 2,
      absentNames: 1,
      nameAttempts: 4,
      messagesPerSecond: 1,
      messageBurst: 5,
      byteBurst: 1_000,
      bytesPerSecond: 500,
      refusals: 2,
    },
  });
}

const plot = fc.array(fc.tuple(deed, pause), {
  minLength: 100,
  maxLength: 150,
});

Deno.test("step() keeps its laws whatever happens", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(plot, (deeds) => {
      const [room, laws, script] = [smallRoom(), new Laws(), new Script()];
      let at = 1_000;
      for (const [deed, pause] of deeds) {
        at += pause;
        for (const event of script.events(deed)) {
          const effects = step(room, event, at);
          laws.check(event, effects);
          assertEquals([room.seq, room.members.size], [laws.seq, laws.present]);
          for (const effect of effects) seen.add(nameOf(effect));
        }
      }
    }),
    { numRuns: 300 },
  );
  assertEquals([...seen].sort(), EVERYTHING); // or it proves too little
});

Deno.test("step() does the same again for the same events and times", () => {
  fc.assert(
    fc.property(plot, (deeds) => {
      const runs = [1, 2].map(() => {
        const [room, script] = [smallRoom(), new Script()];
        let at = 1_000;
        return deeds.flatMap(([deed, pause]) => {
          at += pause;
          return script.events(deed).map((event) => step(room, event, at));
        });
      });
      assertEquals(runs[0], runs[1]);
    }),
    { numRuns: 30 },
  );
});

function nameOf(effect: RoomEffect): string {
  switch (effect.kind) {
    case "append":
      return `${effect.entry.kind}`;
    case "end":
      return `end ${effect.why}`;
    case "admit":
      return "admit";
    case "reply": {
      const { message } = effect;
      if (message.kind === "name_wanted") return `name ${message.why}`;
      return message.kind === "refused" ? message.code : message.kind;
    }
  }
}

const EVERYTHING = [
  "CHAT_MESSAGE_INVALID",
  "CHAT_NO_SUCH_MEMBER",
  "CHAT_NO_SUCH_ROOM",
  "CHAT_RATE_LIMITED",
  "ack",
  "admit",
  "did",
  "end flooding",
  "end full",
  "end kicked",
  "end protocol_error",
  "end removed",
  "end shutdown",
  "entered",
  "identity",
  "joined",
  "left",
  "members",
  "name invalid",
  "name look_alike",
  "name needed",
  "name taken",
  "said",
];
