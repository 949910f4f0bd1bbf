import type { Bytes } from "../../lib/bytes.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import type { History } from "../../lib/room/history.ts";
import type { House, HouseSettings, Room } from "../../lib/room/house.ts";
import type {
  Effect,
  HouseEvent,
  ProvenIdentity,
  SessionId,
} from "../../lib/room/house_event.ts";
import type { RoomLimits } from "../../lib/room/room_limits.ts";
import { step } from "../../lib/room/step.ts";
import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { unframe } from "../../server/framing.ts";

/** The `n`th of the identities the tests use. */
export function identity(n: number): ProvenIdentity {
  const bytes = (first: number): Bytes => {
    const all = new Uint8Array(32).fill(first);
    new DataView(all.buffer).setUint32(28, n);
    return all;
  };
  return { fingerprint: bytes(1), publicKey: bytes(2) };
}

/** The `n`th identity as houses know it. */
export function ownerOf(n: number): string {
  return identity(n).fingerprint.toHex();
}

/** A device of the tests. */
export const DEVICE: Bytes = new Uint8Array(16).fill(7);

/** A group of the tests. */
export const GROUP: Bytes = new Uint8Array(32).fill(3);

/** Settings of a house for tests. */
export function houseSettings(
  limits: Partial<RoomLimits> = {},
  settings: Partial<HouseSettings> = {},
): HouseSettings {
  return {
    serverName: "home",
    motd: "Be kind",
    history: new MemoryHistory({ keepLast: 10_000 }),
    limits,
    digest: (secret) => Uint8Array.of(...secret, ...secret),
    random: (size) => new Uint8Array(size).fill(5),
    unframe,
    ...settings,
  };
}

/** How a session of a test is opened. */
export interface Opening {
  readonly console?: boolean;
  readonly address?: string;
  readonly authorized?: boolean;
}

/** A house, a clock that stands still, and who is connected. */
export class Driver {
  readonly house: House;
  at = 1_000;
  #lastSession = 0;
  #lastId = 0;
  #lastNumber = 0;

  constructor(
    limits: Partial<RoomLimits> = {},
    settings: Partial<HouseSettings> = {},
  ) {
    this.house = createHouse(houseSettings(limits, settings));
  }

  get history(): History {
    return this.house.settings.history;
  }

  get lobby(): Room {
    return this.house.rooms.get(0) as Room;
  }

  apply(event: HouseEvent): readonly Effect[] {
    return step(this.house, event, this.at);
  }

  /** Connects the `n`th identity. */
  open(n: number, options: Opening = {}): SessionId {
    const session = ++this.#lastSession;
    const { console = false, address = "192.0.2.1", authorized = true } =
      options;
    const opened = { session, identity: identity(n), address, authorized };
    this.apply({ kind: "open", ...opened, console });
    return session;
  }

  enter(
    session: SessionId,
    name: string | null,
    invitation: Bytes | null = null,
  ): readonly Effect[] {
    const message = {
      kind: "enter",
      protocol: 1,
      name,
      device: DEVICE,
      invitation,
    } as const;
    return this.apply({ kind: "message", session, message });
  }

  /** Connects the `n`th identity and lets it in. */
  join(n: number, name: string | null, options: Opening = {}): SessionId {
    const session = this.open(n, options);
    this.enter(session, name);
    return session;
  }

  /** Sends a request under the next number. */
  ask(session: SessionId, request: RequestWithoutId): readonly Effect[] {
    const message = { ...request, id: this.nextId() } as ClientMessage;
    return this.apply({ kind: "message", session, message });
  }

  /** Says something under the next number of the device. */
  say(
    session: SessionId,
    text: string,
    { room = 0, number = ++this.#lastNumber } = {},
  ): readonly Effect[] {
    return this.ask(session, { kind: "say", room, number, text });
  }

  /** Says something sealed under the next number of the device. */
  seal(
    session: SessionId,
    room: number,
    { number = ++this.#lastNumber, group = GROUP, body = Uint8Array.of(9) } =
      {},
  ): readonly Effect[] {
    return this.ask(session, { kind: "seal", room, number, group, body });
  }

  close(session: SessionId): readonly Effect[] {
    return this.apply({ kind: "close", session, why: "quit" });
  }

  nextId(): number {
    return ++this.#lastId;
  }
}

type WithoutId<T> = T extends { id: number } ? Omit<T, "id"> : never;
type RequestWithoutId = WithoutId<ClientMessage>;

/** The messages among `effects` for one session alone. */
export function repliesTo(
  session: SessionId,
  effects: readonly Effect[],
): ServerMessage[] {
  return effects.flatMap((effect) =>
    effect.kind === "reply" && effect.session === session
      ? [effect.message]
      : []
  );
}

/** The code a session is refused with, if it is. */
export function refusalTo(
  session: SessionId,
  effects: readonly Effect[],
): string | undefined {
  for (const reply of repliesTo(session, effects)) {
    if (reply.kind === "refused") return reply.code;
  }
  return undefined;
}

/** What kinds of effects, in order, but what is only saved. */
export function kindsOf(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    switch (effect.kind) {
      case "append":
      case "pass":
        return [`${effect.kind} ${effect.entry.kind}`];
      case "reply":
        return [`reply ${effect.message.kind}`];
      case "end":
        return [`end ${effect.why}`];
      case "follow":
      case "unfollow":
        return [effect.kind];
      case "save":
        return [];
    }
  });
}
