import type { Bytes } from "../../lib/bytes.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { step } from "../../lib/room/room.ts";
import type {
  ProvenIdentity,
  RoomEffect,
  RoomEvent,
  SessionId,
} from "../../lib/room/room_event.ts";
import type { RoomLimits } from "../../lib/room/room_limits.ts";
import { createRoom, type Room } from "../../lib/room/room_state.ts";

/** The `n`th of the identities the tests use. */
export function identity(n: number): ProvenIdentity {
  const bytes = (first: number): Bytes => {
    const all = new Uint8Array(32).fill(first);
    new DataView(all.buffer).setUint32(28, n);
    return all;
  };
  return { fingerprint: bytes(1), publicKey: bytes(2) };
}

/** A room, a clock that stands still, and who is connected. */
export class Driver {
  readonly room: Room;
  at = 1_000;
  #lastSession = 0;
  #lastId = 0;

  constructor(limits: Partial<RoomLimits> = {}, seq = 0) {
    this.room = createRoom({
      number: 7,
      name: "lobby",
      serverName: "home",
      motd: "Be kind",
      seq,
      limits,
    });
  }

  apply(event: RoomEvent): readonly RoomEffect[] {
    return step(this.room, event, this.at);
  }

  /** Connects the `n`th identity. */
  open(n: number, options: { console?: boolean } = {}): SessionId {
    const session = ++this.#lastSession;
    const { console = false } = options;
    this.apply({ kind: "open", session, identity: identity(n), console });
    return session;
  }

  enter(session: SessionId, name: string | null): readonly RoomEffect[] {
    const message = { kind: "enter", protocol: 1, name } as const;
    return this.apply({ kind: "message", session, message });
  }

  /** Connects the `n`th identity and lets it in. */
  join(n: number, name: string | null): SessionId {
    const session = this.open(n);
    this.enter(session, name);
    return session;
  }

  /** Sends a request under the next number. */
  ask(session: SessionId, request: RequestWithoutId): readonly RoomEffect[] {
    const message = { ...request, id: this.nextId() } as ClientMessage;
    return this.apply({ kind: "message", session, message });
  }

  say(session: SessionId, text: string): readonly RoomEffect[] {
    return this.ask(session, { kind: "say", room: 7, text });
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
  effects: readonly RoomEffect[],
): ServerMessage[] {
  return effects.flatMap((effect) =>
    effect.kind === "reply" && effect.session === session
      ? [effect.message]
      : []
  );
}

/** What kinds of effects, in order; entries and replies by their own kind. */
export function kindsOf(effects: readonly RoomEffect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case "append":
        return `append ${effect.entry.kind}`;
      case "reply":
        return `reply ${effect.message.kind}`;
      case "end":
        return `end ${effect.why}`;
      case "admit":
        return "admit";
    }
  });
}
