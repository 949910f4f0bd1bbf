import { ChatError } from "../../lib/errors.ts";
import { Correspondent } from "../../lib/member/correspondent.ts";
import type { CorrespondentOptions } from "../../lib/member/correspondent_options.ts";
import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import type {
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import type { ConversationEvent } from "../../lib/room/conversation.ts";
import { settle, VirtualClock } from "../support/virtual_clock.ts";
import { type ScriptedLink, ScriptedTransport } from "./scripted_link.ts";

export const SELF = new Uint8Array(32).fill(1);
export const OTHER = new Uint8Array(32).fill(2);
export const LOG = new Uint8Array(16).fill(7);

export const ENTERED: MessageOfKind<"entered"> = {
  kind: "entered",
  name: "alice",
  standing: "member",
  serverName: "garden",
  motd: "hi",
  present: 2,
  log: LOG,
  number: 0,
};

/** An announcement of a room; the lobby when left out. */
export function room(
  number = 0,
  more: Partial<MessageOfKind<"room">> = {},
): MessageOfKind<"room"> {
  const name = number === 0 ? "lobby" : `room${number}`;
  return {
    kind: "room",
    ...{ room: number, type: "open", name, topic: "", seq: 0 },
    ...{ peer: null, group: null },
    ...more,
  };
}

/** An entry somebody else said. */
export function said(seq: number, room = 0): MessageOfKind<"said"> {
  const position = { room, seq, at: 1_000 + seq, name: "bob" };
  return { kind: "said", ...position, fingerprint: OTHER, text: `text ${seq}` };
}

/** A member on a stage: its network, clock and disk belong to a test. */
export class Stage implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly transport = new ScriptedTransport();
  readonly member: Correspondent;
  readonly state: MemoryDeviceState;
  /** Everything that was iterated. */
  readonly events: ConversationEvent[] = [];
  /** How the events ended. */
  ended: { readonly error: unknown } | undefined;

  constructor(
    options: Partial<CorrespondentOptions> = {},
    state = new MemoryDeviceState(new Uint8Array(16)),
  ) {
    this.state = state;
    this.member = new Correspondent({
      fingerprint: SELF,
      transport: this.transport,
      clock: this.clock,
      random: () => 0.5,
      state,
      ...options,
    });
  }

  /** The newest link. */
  get link(): ScriptedLink {
    return this.transport.link;
  }

  /** Enters, with these messages in the same batch as `entered`. */
  async enter(
    ...more: readonly ServerMessage[]
  ): Promise<ScriptedLink> {
    const entering = this.member.enter({ name: "alice" });
    await settle();
    this.link.say(ENTERED, ...more);
    await entering;
    return this.link;
  }

  /** Enters and follows the lobby, whose newest entry is `seq`. */
  async settleIn(seq = 0): Promise<ScriptedLink> {
    const link = await this.enter(room());
    await settle();
    this.follow(seq);
    await settle();
    return link;
  }

  /** Answers the newest `follow` so that entries come after `after`. */
  follow(after: number, at = 1_000 + after, seq = after): void {
    const { id, room } = this.link.last("follow");
    this.link.say({ kind: "following", id, room, after, at, seq });
  }

  /** Loses the connection, waits and enters again. */
  async reconnect(
    error: unknown = cut(),
    entered: Partial<MessageOfKind<"entered">> = {},
  ): Promise<ScriptedLink> {
    const { attempts } = this.transport;
    this.link.finish(error);
    while (this.transport.attempts === attempts) await this.clock.pass(100);
    this.link.say({ ...ENTERED, ...entered });
    await settle();
    return this.link;
  }

  /** Iterates from now on. */
  listen(): void {
    void (async () => {
      try {
        for await (const event of this.member.events) this.events.push(event);
        this.ended = { error: undefined };
      } catch (error) {
        this.ended = { error };
      }
    })();
  }

  /** Events of one kind. */
  all<K extends ConversationEvent["kind"]>(
    kind: K,
  ): Extract<ConversationEvent, { readonly kind: K }>[] {
    return this.events.filter((event) => event.kind === kind) as Extract<
      ConversationEvent,
      { readonly kind: K }
    >[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.member.close();
  }
}

/** A stage that iterates and has settled in. */
export async function settled(
  options: Partial<CorrespondentOptions> = {},
): Promise<Stage> {
  const stage = new Stage(options);
  stage.listen();
  await stage.settleIn();
  return stage;
}

export function cut(): ChatError {
  return new ChatError("CHAT_CONNECTION_CUT", "Cannot go on: cut");
}
