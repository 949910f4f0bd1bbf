import type { ChatError } from "../../lib/errors.ts";
import type { Link, Transport } from "../../lib/member/link.ts";
import type {
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";

/** A link whose other end is a test. */
export class ScriptedLink implements Link {
  /** What was sent, in order. */
  readonly sent: ClientMessage[] = [];
  readonly batches: AsyncIterable<readonly ServerMessage[]>;
  /** Whether we said goodbye. */
  closed = false;
  /** Why it was ended by us, if it was. */
  aborted: ChatError | undefined;
  /** Thrown by `send`, once. */
  refuseNext: ChatError | undefined;
  #queue: (readonly ServerMessage[])[] = [];
  #end: { readonly error?: unknown } | undefined;
  #changed = Promise.withResolvers<void>();

  constructor() {
    this.batches = this.#read();
  }

  send(message: ClientMessage): void {
    if (this.refuseNext !== undefined) {
      const error = this.refuseNext;
      this.refuseNext = undefined;
      throw error;
    }
    if (this.#end === undefined) this.sent.push(message);
  }

  close(): Promise<void> {
    this.closed = true;
    this.finish();
    return Promise.resolve();
  }

  abort(reason: ChatError): void {
    this.aborted ??= reason;
    this.finish();
  }

  /** The server sends all this at once. */
  say(...messages: readonly ServerMessage[]): void {
    this.#queue.push(messages);
    this.#changed.resolve();
  }

  /** Batches that were not looked at yet. */
  get unread(): number {
    return this.#queue.length;
  }

  /** The connection ends: well, or with an error. */
  finish(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#changed.resolve();
  }

  /** What was sent of one kind. */
  all<K extends ClientMessage["kind"]>(kind: K): MessageOfKind<K>[] {
    return this.sent.filter((message) =>
      message.kind === kind
    ) as MessageOfKind<K>[];
  }

  /** The newest message of one kind. */
  last<K extends ClientMessage["kind"]>(kind: K): MessageOfKind<K> {
    const found = this.all(kind).at(-1);
    if (found === undefined) throw new Error(`Nobody sent "${kind}"`);
    return found;
  }

  async *#read(): AsyncGenerator<readonly ServerMessage[], void, void> {
    for (;;) {
      const batch = this.#queue.shift();
      if (batch !== undefined) {
        yield batch;
        continue;
      }
      if (this.#end !== undefined) {
        if ("error" in this.#end) throw this.#end.error;
        return;
      }
      await this.#changed.promise;
      this.#changed = Promise.withResolvers();
    }
  }
}

/** A transport that a test hands links to, or reasons why there is none. */
export class ScriptedTransport implements Transport {
  /** Links that were opened, in order. */
  readonly links: ScriptedLink[] = [];
  /** Thrown by the next attempts, in order; then attempts succeed. */
  readonly failures: unknown[] = [];
  attempts = 0;

  open(signal: AbortSignal): Promise<Link> {
    this.attempts += 1;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.failures.length > 0) return Promise.reject(this.failures.shift());
    const link = new ScriptedLink();
    this.links.push(link);
    return Promise.resolve(link);
  }

  /** The newest link. */
  get link(): ScriptedLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("No link was opened");
    return link;
  }
}
