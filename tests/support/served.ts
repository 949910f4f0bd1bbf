import { type Client, connect, type ConnectOptions } from "../../client.ts";
import { ChatError } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import type {
  Conversation,
  ConversationEvent,
} from "../../lib/room/conversation.ts";
import { serve } from "../../server.ts";
import type {
  ConnectionFailure,
  ServeOptions,
  Server,
} from "../../serve_options.ts";

/** A real server on loopback and a way to join it; closed at the end. */
export interface Served extends AsyncDisposable {
  readonly server: Server;
  readonly failures: readonly ConnectionFailure[];
  /** Joins over TCP, with an identity of its own unless one is given. */
  join(name: string, options?: Partial<ConnectOptions>): Promise<Client>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function served(
  options: Partial<ServeOptions> = {},
): Promise<Served> {
  const failures: ConnectionFailure[] = [];
  const server = serve({
    host: "127.0.0.1",
    port: 0,
    identity: await generateIdentity(),
    onFailure: (failure) => void failures.push(failure),
    ...options,
  });
  return {
    server,
    failures,
    async join(name, others = {}): Promise<Client> {
      return await connect({
        host: "127.0.0.1",
        port: server.port,
        identity: await generateIdentity(),
        pins: [server.fingerprint],
        name,
        ...others,
      });
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Follows a conversation and lets tests wait for what happens in it. */
export class Follower {
  /** Everything that happened so far. */
  readonly events: ConversationEvent[] = [];
  /** How it ended: `undefined` after a goodbye, or the error. */
  readonly ended: Promise<ChatError | undefined>;
  #changed = Promise.withResolvers<void>();

  constructor(conversation: Conversation) {
    this.ended = this.#follow(conversation);
  }

  /** The first event, past or to come, that `matches`. */
  async until(
    matches: (event: ConversationEvent) => boolean,
  ): Promise<ConversationEvent> {
    for (let at = 0;; at++) {
      while (at >= this.events.length) await this.#changed.promise;
      const event = this.events[at] as ConversationEvent;
      if (matches(event)) return event;
    }
  }

  /** The line that somebody says, now or later. */
  async said(text: string): Promise<ConversationEvent> {
    return await this.until((event) =>
      event.kind === "said" && event.text === text
    );
  }

  async #follow(conversation: Conversation): Promise<ChatError | undefined> {
    try {
      for await (const event of conversation.events) {
        this.events.push(event);
        this.#changed.resolve();
        this.#changed = Promise.withResolvers<void>();
      }
      return undefined;
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }
}

/** An event as one short line, for comparing conversations. */
export function lineOf(event: ConversationEvent): string {
  switch (event.kind) {
    case "said":
      return `${event.seq} ${event.name}: ${event.text}`;
    case "did":
      return `${event.seq} * ${event.name} ${event.text}`;
    case "joined":
      return `${event.seq} + ${event.name}`;
    case "left":
      return `${event.seq} - ${event.name} (${event.why})`;
    case "notice":
      return `! ${event.text}`;
    case "goodbye":
      return `bye ${event.why}`;
    default:
      return event.kind;
  }
}
