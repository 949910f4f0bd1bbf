import { createHash } from "node:crypto";
import { ChatError } from "../../lib/errors.ts";
import type { Bytes } from "../../lib/bytes.ts";
import type {
  ClientMessage,
  MessageOfKind,
  Request,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import type { History } from "../../lib/room/history.ts";
import type { House, HouseSettings } from "../../lib/room/house.ts";
import type { Effect } from "../../lib/room/house_event.ts";
import type { Change } from "../../lib/room/registry.ts";
import { step } from "../../lib/room/step.ts";
import { fingerprintText } from "../../lib/room/subject.ts";

/** Somebody who may come to a house. */
export interface Visitor {
  readonly name: string;
  readonly fingerprint: Bytes;
  /** Where it comes from. */
  readonly address: string;
}

/** Somebody of its own; `number` tells identities apart. */
export function visitor(
  number: number,
  name: string,
  address = `198.51.100.${number % 256}`,
): Visitor {
  const fingerprint = new Uint8Array(32);
  new DataView(fingerprint.buffer).setUint32(28, number);
  return { name, fingerprint, address };
}

/** A fingerprint as people write it. */
export function mark({ fingerprint }: Visitor): string {
  return fingerprintText(fingerprint);
}

/** SHA-256, as a house is given it. */
export function digest(secret: Bytes): Bytes {
  return Uint8Array.from(createHash("sha256").update(secret).digest());
}

/** When everything in the tests happens, unless they say otherwise. */
export const NOW = 1_700_000_000_000;

/** A request without its number. */
export type Asked = Request extends infer R
  ? R extends Request ? Omit<R, "id"> : never
  : never;

/**
 * A house and everything around it that a server would be: it keeps what is to be
 * saved until the house is built anew from its history.
 */
export class Household {
  house: House;
  at = NOW;
  /** The store refuses everything as long as this is set. */
  failing = false;
  /** Sessions that were ended, and why. */
  readonly ended: Map<number, MessageOfKind<"goodbye">["why"]> = new Map();
  /** Entries that everybody was told in passing. */
  readonly passed: Extract<Effect, { kind: "pass" }>["entry"][] = [];
  readonly #settings: HouseSettings;
  readonly #history: History;
  #saves: Change[] = [];
  #lastSession = 0;
  #lastId = 0;

  constructor(history: History, settings: Partial<HouseSettings> = {}) {
    this.#history = history;
    this.#settings = {
      serverName: "home",
      motd: "",
      history: this.#breakable(history),
      digest,
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
      unframe: (messages) => Uint8Array.from(messages),
      ...settings,
    };
    this.house = createHouse(this.#settings);
  }

  /** Ends, stores what was to be saved, and begins again with nobody in. */
  restart(): void {
    this.#history.append([], this.#saves);
    this.#saves = [];
    this.house = createHouse(this.#settings);
  }

  /** A proven connection, which has not entered. */
  open(
    { fingerprint, address }: Visitor,
    options: { readonly authorized?: boolean; readonly console?: boolean } = {},
  ): number {
    const session = ++this.#lastSession;
    const { authorized = true, console = false } = options;
    const identity = { fingerprint, publicKey: fingerprint };
    this.#apply({
      kind: "open",
      ...{ session, identity, address, authorized, console },
    });
    return session;
  }

  /** Asks to be let in, and returns the answer. */
  ask(
    session: number,
    name: string | null,
    invitation: Bytes | null = null,
  ): ServerMessage {
    const device = new Uint8Array(16);
    const effects = this.send(session, {
      kind: "enter",
      protocol: 1,
      ...{ name, device, invitation },
    });
    const answer = effects.find((effect) =>
      (effect.kind === "reply" || effect.kind === "end") &&
      effect.session === session
    );
    if (answer?.kind === "reply") return answer.message;
    if (answer?.kind !== "end") throw new Error("It was not answered");
    return { kind: "goodbye", why: answer.why, text: answer.text };
  }

  /** Lets somebody in. */
  enter(who: Visitor, options: { readonly console?: boolean } = {}): number {
    const session = this.open(who, options);
    const answer = this.ask(session, who.name);
    if (answer.kind === "entered") return session;
    throw new Error(`${who.name} cannot enter: ${JSON.stringify(answer)}`);
  }

  close(session: number): void {
    this.#apply({ kind: "close", session, why: "quit" });
  }

  /** Sends a request, under a number of its own, from a session. */
  request(session: number, asked: Asked): readonly Effect[] {
    const request = { ...asked, id: ++this.#lastId } as Request;
    return this.send(session, request);
  }

  /** Sends a request and returns its answers, the last one without more. */
  answers(session: number, asked: Asked): readonly ServerMessage[] {
    const effects = this.request(session, asked);
    return effects.flatMap((effect) =>
      effect.kind === "reply" && effect.session === session &&
        "id" in effect.message && effect.message.id === this.#lastId
        ? [effect.message]
        : []
    );
  }

  /** The code with which a request is refused, or the kind of its answer. */
  outcome(session: number, asked: Asked): string {
    const [answer] = this.answers(session, asked);
    if (answer === undefined) return "none";
    return answer.kind === "refused" ? answer.code : answer.kind;
  }

  send(session: number, message: ClientMessage): readonly Effect[] {
    return this.#apply({ kind: "message", session, message });
  }

  expel({ fingerprint }: Visitor): void {
    this.#apply({ kind: "expel", fingerprint });
  }

  #apply(event: Parameters<typeof step>[1]): readonly Effect[] {
    this.at += 1_000; // so that nobody is too fast
    const effects = step(this.house, event, this.at);
    for (const effect of effects) {
      if (effect.kind === "save") this.#saves.push(effect.change);
      if (effect.kind === "pass") this.passed.push(effect.entry);
      if (effect.kind === "end") this.ended.set(effect.session, effect.why);
    }
    return effects;
  }

  /** The same history, which takes nothing while `failing` is set. */
  #breakable(history: History): History {
    const check = (): void => {
      if (!this.failing) return;
      throw new ChatError("CHAT_STORE_FULL", "Cannot append: the disk is full");
    };
    return new Proxy(history, {
      get(target, property): unknown {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== "function") return value;
        const writes = ["append", "createRoom", "invite", "redeem"];
        return (...values: unknown[]): unknown => {
          if (writes.includes(String(property))) check();
          return Reflect.apply(value, target, values);
        };
      },
    });
  }
}
