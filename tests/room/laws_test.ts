import fc from "fast-check";
import {
  LEAVE_REASONS,
  type LeaveReason,
  VERBS,
} from "../../lib/protocol/entry.ts";
import type { ClientMessage } from "../../lib/protocol/messages.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import { groupAfter, holds } from "../../lib/room/group.ts";
import type { House } from "../../lib/room/house.ts";
import type { Effect, HouseEvent } from "../../lib/room/house_event.ts";
import { step } from "../../lib/room/step.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assertEquals } from "../support/assert.ts";
import { DEVICE, houseSettings, identity } from "./driver.ts";
import { Laws } from "./laws.ts";

const SESSIONS = 6;
const NAMES = ["alice", "ALICE", "a1ice", "bob", "b0b", "server", "!", "лена"];

const session = fc.nat(SESSIONS - 1);
const name = fc.constantFrom(...NAMES);
const id = fc.nat(30); // how much above the newest; 0 is a repetition
const text = fc.constantFrom("hello", "世界", "", "\u0007", "x".repeat(900));
const topic = fc.constantFrom("plans", "", "\u0007");
const room = fc.constantFrom(0, 0, 0, 1, 2, 3);
const number = fc.nat(20);
const before = fc.option(fc.nat(9));
const seq = fc.nat(9);
const group = fc.constantFrom(1, 2).map((n) => new Uint8Array(32).fill(n));
const turn = fc.nat(2);
const other = fc.constantFrom(1, 2, 3);
const nothing = fc.constant(new Uint8Array(0));
const blob = fc.constantFrom(0, 1, 1, 1, 1, 90).map((n) => new Uint8Array(n));
const pause = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 400, 9_000);

/** What a test does next; sessions are slots that are opened again and again. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  ofWeight(2, "open", { session }),
  ofWeight(12, "arrive", { session, name: fc.option(name) }),
  ofWeight(4, "enter", { session, name: fc.option(name) }),
  ofWeight(20, "say", { session, id, room, number, text }),
  ofWeight(10, "act", { session, id, room, number, text }),
  ofWeight(8, "join", { session, id, name }),
  ofWeight(3, "leave", { session, id, room }),
  ofWeight(8, "follow", { session, id, room, after: before }),
  ofWeight(5, "rooms", { session, id }),
  ofWeight(5, "title", { session, id, room, text: topic }),
  ofWeight(5, "direct", { session, id, name }),
  ofWeight(5, "history", { session, id, room, before, limit: seq }),
  ofWeight(5, "search", { session, id, room, words: topic, before }),
  ofWeight(5, "mark", { session, id, room, delivered: seq, read: seq }),
  ofWeight(5, "type", { session, id, room }),
  ofWeight(5, "moderate", {
    session,
    id,
    verb: fc.constantFrom(...VERBS),
    subject: name,
    seconds: fc.option(fc.constantFrom(1, 60)),
  }),
  ofWeight(3, "bans", { session, id }),
  ofWeight(3, "invite", { session, id, seconds: fc.constantFrom(0, 600) }),
  ofWeight(10, "who", { session, id, room }),
  ofWeight(20, "whois", { session, id, name }),
  ofWeight(4, "close", { session, why: fc.constantFrom(...LEAVE_REASONS) }),
  ofWeight(1, "expel", { who: fc.nat(3) }),
  ofWeight(1, "shutdown", {}),
);

/** The same in a house where much is sealed. */
const sealedDeed: fc.Arbitrary<Deed> = fc.oneof(
  ofWeight(12, "arrive", { session, name: fc.option(name) }),
  ofWeight(8, "direct", { session, id, name }),
  ofWeight(4, "leave", { session, id, room: other }),
  ofWeight(3, "say", { session, id, room, number, text }),
  ofWeight(3, "title", { session, id, room: other, text: topic }),
  ofWeight(4, "follow", { session, id, room: other, after: before }),
  ofWeight(3, "publish", { session, id, key: blob }),
  ofWeight(3, "ask_key", { session, id, name }),
  ofWeight(5, "found", {
    session,
    id,
    room: fc.constant(null),
    group,
    replaces: fc.constant(null),
    title: blob,
    info: blob,
    hello: nothing,
  }),
  ofWeight(8, "found", {
    session,
    id,
    room: other,
    group,
    replaces: fc.option(group),
    title: blob,
    info: blob,
    hello: blob,
  }),
  ofWeight(6, "join_sealed", { session, id, group }),
  ofWeight(4, "ask_head", { session, id, room: other }),
  ofWeight(8, "propose", {
    session,
    id,
    room: other,
    group,
    turn,
    commit: blob,
    info: blob,
  }),
  ofWeight(5, "refresh", { session, id, room: other, group, turn, info: blob }),
  ofWeight(10, "seal", { session, id, room: other, group, number, body: blob }),
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

  events(deed: Deed): HouseEvent[] {
    const slot = deed.session ?? 0;
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
      case "expel":
        return [{ kind: "expel", fingerprint: identity(who).fingerprint }];
      case "shutdown":
        return [{ kind: "shutdown", restart: false }];
      default: {
        const id = this.#lastId += deed.id ?? 0;
        const message = { ...deed, kind: what, id } as unknown as ClientMessage;
        return [{ kind: "message", session, message }];
      }
    }
  }

  #open(slot: number): HouseEvent {
    const session = ++this.#sessions;
    this.#slots.set(slot, session);
    const console = slot === SESSIONS - 1;
    const who = identity(console ? 9 : slot % 4);
    const opened = { session, identity: who, address: "192.0.2.1" };
    return { kind: "open", ...opened, authorized: true, console };
  }
}

function enter(session: number, name: string | null): HouseEvent {
  const invitation = null;
  const message = {
    kind: "enter",
    protocol: 1,
    ...{ name, device: DEVICE, invitation },
  } as const;
  return { kind: "message", session, message };
}

/** A history like any other, but for the number of its log. */
class NumberedHistory extends MemoryHistory {
  override get logId(): Uint8Array {
    return new Uint8Array(16);
  }
}

function smallHouse(): House {
  let made = 0; // invitations must differ
  const random = (size: number) => new Uint8Array(size).fill(++made);
  return createHouse(houseSettings({
    members: 3,
    sessionsPerIdentity: 2,
    absentNames: 1,
    nameAttempts: 4,
    messagesPerSecond: 1,
    messageBurst: 8,
    byteBurst: 1_000,
    bytesPerSecond: 500,
    refusals: 2,
    rooms: 3,
    directRooms: 2,
    roomsPerIdentity: 2,
    directPerIdentity: 1,
    roomMembers: 2,
  }, { history: new NumberedHistory({ keepLast: 10 }), random }));
}

const bounds = { minLength: 100, maxLength: 150 };
const plot = fc.oneof(
  fc.array(fc.tuple(deed, pause), bounds),
  fc.array(fc.tuple(sealedDeed, pause), bounds),
);

/** Lives through a plot and checks the laws; returns what has happened. */
function live(deeds: readonly (readonly [Deed, number])[]): Set<string> {
  const [house, laws, script] = [smallHouse(), new Laws(), new Script()];
  const seen = new Set<string>();
  let at = 1_000;
  for (const [deed, pause] of deeds) {
    at += pause;
    for (const event of script.events(deed)) {
      const effects = step(house, event, at);
      laws.check(event, effects);
      assertEquals(house.people.size, laws.present);
      for (const effect of effects) {
        seen.add(nameOf(effect));
        if (effect.kind === "append") effect.room.seq += 1;
        if (effect.kind === "append" && effect.claim !== undefined) {
          const { claim, room } = effect;
          if (holds(claim, room.group)) {
            room.group = groupAfter(claim) ?? room.group;
          }
        }
      }
    }
  }
  return seen;
}

Deno.test("step() keeps its laws whatever happens", () => {
  fc.assert(fc.property(plot, (deeds) => void live(deeds)), { numRuns: 200 });
});

Deno.test("step() does everything in the plots that test its laws", () => {
  const seen = new Set<string>();
  for (const deeds of fc.sample(plot, { seed: 1, numRuns: 300 })) {
    for (const each of live(deeds)) seen.add(each);
  }
  // Or the laws prove too little.
  assertEquals(EVERYTHING.filter((each) => !seen.has(each)), []);
});

Deno.test("step() does the same again for the same events and times", () => {
  fc.assert(
    fc.property(plot, (deeds) => {
      const runs = [1, 2].map(() => {
        const [house, script] = [smallHouse(), new Script()];
        let at = 1_000;
        return deeds.flatMap(([deed, pause]) => {
          at += pause;
          return script.events(deed).map((event) => step(house, event, at));
        });
      });
      assertEquals(runs[0], runs[1]);
    }),
    { numRuns: 30 },
  );
});

function nameOf(effect: Effect): string {
  switch (effect.kind) {
    case "append":
    case "pass":
      return `${effect.entry.kind}`;
    case "save":
      return `save ${effect.change.kind}`;
    case "follow":
    case "unfollow":
      return effect.kind;
    case "end":
      return `end ${effect.why}`;
    case "reply": {
      const { message } = effect;
      if (message.kind === "name_wanted") return `name ${message.why}`;
      return message.kind === "refused" ? message.code : message.kind;
    }
  }
}

const EVERYTHING = [
  "CHAT_FORBIDDEN",
  "CHAT_FULL",
  "CHAT_MESSAGE_INVALID",
  "CHAT_NAME_INVALID",
  "CHAT_NAME_TAKEN",
  "CHAT_NO_SUCH_MEMBER",
  "CHAT_NO_SUCH_ROOM",
  "CHAT_RATE_LIMITED",
  "CHAT_SEAL_OUTRUN",
  "bans",
  "committed",
  "did",
  "done",
  "end flooding",
  "end full",
  "end protocol_error",
  "end removed",
  "end shutdown",
  "entered",
  "follow",
  "founded",
  "head",
  "identity",
  "invitation",
  "joined",
  "left",
  "members",
  "moderated",
  "name invalid",
  "name look_alike",
  "name needed",
  "name taken",
  "page",
  "parted",
  "room",
  "rooms",
  "said",
  "save forget member",
  "save forget name",
  "save member",
  "save name",
  "sealed",
  "sealing_key",
  "titled",
  "typing",
  "unfollow",
];
