import { ChatError } from "../../lib/errors.ts";
import type { Bytes } from "../../lib/bytes.ts";
import type { Entry } from "../../lib/protocol/entry.ts";
import type {
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import { Hall, type HallOptions } from "../../lib/room/hall.ts";
import type { History } from "../../lib/room/history.ts";
import type { House } from "../../lib/room/house.ts";
import { sanctionKey } from "../../lib/room/rights.ts";
import type { RoomLimits } from "../../lib/room/room_limits.ts";
import { fingerprintText } from "../../lib/room/subject.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { decodeFramed, frameMessage } from "../../server/framing.ts";
import { assert } from "../support/assert.ts";
import { houseSettings, identity } from "./driver.ts";

/** Every bound on requests lifted. */
export const UNLIMITED = {
  messageBurst: 1e6,
  byteBurst: 1e9,
  roomMessageBurst: 1e6,
  roomByteBurst: 1e9,
};

/** A group of the tests. */
export function group(n: number): Bytes {
  return new Uint8Array(32).fill(n);
}

/** What introduces a group, told apart by `n`. */
export function introduction(
  n: number,
): { readonly title: Bytes; readonly info: Bytes } {
  return { title: Uint8Array.of(1, n), info: Uint8Array.of(2, n) };
}

/** What somebody is given the secret of a room of two by. */
export const HELLO: Bytes = Uint8Array.of(3);

/** Gives a room of two its `n`th group, in place of another. */
export function founding(
  room: number,
  n: number,
  replaces: number | null = null,
): Asked & { readonly kind: "found" } {
  return {
    kind: "found",
    room,
    group: group(n),
    replaces: replaces === null ? null : group(replaces),
    ...introduction(n),
    hello: HELLO,
  };
}

type WithoutId<T> = T extends { id: number } ? Omit<T, "id"> : never;
/** A request without its number. */
export type Asked = WithoutId<ClientMessage>;

/**
 * A hall that stores nothing before it is told to, on a disk that is full when it
 * is told to be; every session has a device of its own.
 */
export class SealedWorld {
  house: House;
  hall: Hall;
  /** The disk takes nothing as long as this is set. */
  isFull = false;
  readonly history: History;
  readonly #options: Partial<HallOptions>;
  readonly #limits: Partial<RoomLimits>;
  readonly #told = new Map<number, ServerMessage[]>();
  #ids = 0;
  #numbers = 0;

  constructor(
    { limits = {}, history = new MemoryHistory({ keepLast: 10_000 }), ...rest }:
      & {
        readonly limits?: Partial<RoomLimits>;
        readonly history?: History;
      }
      & Partial<HallOptions> = {},
  ) {
    this.history = this.#fillable(history);
    this.#limits = { ...UNLIMITED, ...limits };
    this.#options = rest;
    [this.house, this.hall] = this.#open();
  }

  /** Stops, loses what was not stored, and begins again with nobody in. */
  restart(): void {
    [this.house, this.hall] = this.#open();
    this.#told.clear();
  }

  /** Lets the `n`th identity in. */
  enter(n: number, name: string | null = `member-${n}`): number {
    const replies: ServerMessage[] = [];
    const opening = { address: "192.0.2.1", authorized: true, console: false };
    const session = this.hall.seat(
      { identity: identity(n), ...opening },
      () => ({
        reply: (message): void => void replies.push(message),
        end: (goodbye): void => void replies.push(goodbye),
        wake(): void {},
        cut(): void {},
      }),
    );
    this.#told.set(session, replies);
    const device = new Uint8Array(16).fill(session);
    const entering = { protocol: 1, name, device, invitation: null } as const;
    this.hall.apply({
      kind: "message",
      session,
      message: { kind: "enter", ...entering },
    });
    return session;
  }

  /** Sends a request, and returns its number; nothing is stored yet. */
  send(session: number, request: Asked): number {
    const id = ++this.#ids;
    const message = { ...request, id } as ClientMessage;
    this.hall.apply({ kind: "message", session, message });
    return id;
  }

  /** What a request was answered with. */
  answerTo(session: number, id: number): ServerMessage | undefined {
    return this.told(session).findLast((message) =>
      "id" in message && message.id === id
    );
  }

  /** Sends a request, stores, and returns the answer. */
  ask(session: number, request: Asked): ServerMessage {
    const id = this.send(session, request);
    this.hall.flush();
    const answer = this.answerTo(session, id);
    assert(answer !== undefined, `no answer to ${request.kind}`);
    return answer;
  }

  /** Does so, and returns the code of a refusal, or the kind of the answer. */
  outcome(session: number, request: Asked): string {
    const answer = this.ask(session, request);
    return answer.kind === "refused" ? answer.code : answer.kind;
  }

  /** Makes a sealed room and returns its number. */
  found(session: number, n: number): number {
    const done = this.ask(session, {
      kind: "found",
      room: null,
      group: group(n),
      replaces: null,
      ...introduction(n),
      hello: new Uint8Array(0),
    });
    assert(done.kind === "done" && done.room !== null, JSON.stringify(done));
    return done.room;
  }

  /** Opens the room of two with somebody and returns its number. */
  direct(session: number, name: string): number {
    const done = this.ask(session, { kind: "direct", name });
    assert(done.kind === "done" && done.room !== null, JSON.stringify(done));
    return done.room;
  }

  /** A message of the next number of all devices. */
  sealed(room: number, n: number, body: Bytes = Uint8Array.of(7)): Asked {
    const number = ++this.#numbers;
    return { kind: "seal", room, number, group: group(n), body };
  }

  /** Mutes the `n`th identity until the returned function is called. */
  mute(n: number): () => void {
    const subject = fingerprintText(identity(n).fingerprint);
    const { sanctions } = this.house;
    sanctions.set(sanctionKey("mute", subject), {
      kind: "mute",
      ...{ subject, name: "", by: "op", at: 0, until: null },
    });
    return () => void sanctions.delete(sanctionKey("mute", subject));
  }

  /** Everything that a session was told alone. */
  told(session: number): ServerMessage[] {
    return this.#told.get(session) ?? [];
  }

  /** The messages of a kind that it was told since it was asked the last time. */
  news<K extends ServerMessage["kind"]>(
    session: number,
    kind: K,
  ): MessageOfKind<K>[] {
    return this.told(session).splice(0)
      .filter((message) => message.kind === kind) as MessageOfKind<K>[];
  }

  /** Everything in the log of a room. */
  log(room: number): readonly Entry[] {
    return [...this.history.entries(room)]
      .flatMap(({ payload }) => decodeFramed(payload) as readonly Entry[]);
  }

  #open(): [House, Hall] {
    const house = createHouse(
      houseSettings(this.#limits, { history: this.history }),
    );
    const hall = new Hall(house, {
      encode: frameMessage,
      now: () => 1_000,
      schedule(): void {},
      ...this.#options,
    });
    return [house, hall];
  }

  #fillable(history: History): History {
    const check = (): void => {
      if (!this.isFull) return;
      throw new ChatError("CHAT_STORE_FULL", "Cannot append: the disk is full");
    };
    return new Proxy(history, {
      get(target, property): unknown {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== "function") return value;
        return (...values: unknown[]): unknown => {
          if (property === "append" || property === "createRoom") check();
          return Reflect.apply(value, target, values);
        };
      },
    });
  }
}
