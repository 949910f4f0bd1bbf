import type { Bytes } from "../../../../lib/bytes.ts";
import type { ChatError } from "../../../../lib/errors.ts";
import { fingerprintBytes } from "../../../../lib/identity/fingerprint.ts";
import type { Identity } from "../../../../lib/identity/identity.ts";
import type { Link } from "../../../../lib/member/link.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../../../lib/protocol/messages.ts";
import { TestServer } from "../../support/test_server.ts";

/** What the server does to the messages of one member, instead of relaying them. */
export interface Meddler {
  /**
   * What the house gets of a request; `null` for nothing.
   *
   * @param tell Answers in place of the house.
   */
  ask?(
    message: ClientMessage,
    tell: (message: ServerMessage) => void,
  ): ClientMessage | null;
  /** What the member gets of what the house says. */
  tell?(message: ServerMessage): readonly ServerMessage[];
}

/** The real house, with somebody between it and each member. */
export class HostileServer extends TestServer {
  /** Everything that members have sent, passed on or not. */
  readonly sent: { readonly who: string; readonly message: ClientMessage }[] =
    [];
  readonly #meddlers: { readonly who: string | null; readonly by: Meddler }[] =
    [];
  readonly #links = new Map<string, HostileLink>();

  override connect(identity: Identity): Link {
    const who = fingerprintBytes(identity.fingerprint).toHex();
    const link = new HostileLink(super.connect(identity), {
      sent: (message): void => void this.sent.push({ who, message }),
      meddlers: (): readonly Meddler[] =>
        this.#meddlers.filter((one) => one.who === null || one.who === who)
          .map(({ by }) => by),
    });
    this.#links.set(who, link);
    return link;
  }

  /** Begins to meddle with somebody, by fingerprint, or with everybody. */
  meddle(who: Bytes | null, by: Meddler): { stop(): void } {
    const entry = { who: who?.toHex() ?? null, by };
    this.#meddlers.push(entry);
    return {
      stop: (): void => {
        const at = this.#meddlers.indexOf(entry);
        if (at >= 0) this.#meddlers.splice(at, 1);
      },
    };
  }

  /** Behaves from now on. */
  behave(): void {
    this.#meddlers.length = 0;
  }

  /** Says something to somebody. */
  tell(who: Bytes, ...messages: readonly ServerMessage[]): void {
    this.#links.get(who.toHex())?.inject(messages);
  }

  /** Everything of a kind that was sent, by one member or all. */
  requests<K extends ClientMessage["kind"]>(
    kind: K,
    who?: Bytes,
  ): readonly Extract<ClientMessage, { readonly kind: K }>[] {
    return this.sent.flatMap(({ who: by, message }) =>
      message.kind === kind && (who === undefined || by === who.toHex())
        ? [message as Extract<ClientMessage, { readonly kind: K }>]
        : []
    );
  }
}

class HostileLink implements Link {
  readonly batches: AsyncIterable<readonly ServerMessage[]>;
  readonly #link: Link;
  readonly #sent: (message: ClientMessage) => void;
  readonly #meddlers: () => readonly Meddler[];
  #injected: ServerMessage[] = [];
  #changed = Promise.withResolvers<void>();

  constructor(link: Link, { sent, meddlers }: {
    readonly sent: (message: ClientMessage) => void;
    readonly meddlers: () => readonly Meddler[];
  }) {
    this.#link = link;
    this.#sent = sent;
    this.#meddlers = meddlers;
    this.batches = this.#read();
  }

  send(message: ClientMessage): void {
    this.#sent(message);
    let passed: ClientMessage | null = message;
    for (const meddler of this.#meddlers()) {
      if (meddler.ask === undefined) continue;
      passed = meddler.ask(passed, (answer) => this.inject([answer]));
      if (passed === null) return;
    }
    this.#link.send(passed);
  }

  inject(messages: readonly ServerMessage[]): void {
    this.#injected.push(...messages);
    this.#changed.resolve();
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  abort(reason: ChatError): void {
    this.#link.abort(reason);
  }

  async *#read(): AsyncGenerator<readonly ServerMessage[], void, void> {
    const inner = this.#link.batches[Symbol.asyncIterator]();
    const take = (): ReturnType<typeof inner.next> => {
      const taken = inner.next();
      taken.catch(() => {}); // nobody may wait for it any more
      return taken;
    };
    let next = take();
    for (;;) {
      const come = next.then((result) => ({ result }));
      const found = this.#injected.length > 0
        ? undefined
        : await Promise.race([come, this.#changed.promise]);
      come.catch(() => {}); // told by the next turn
      if (this.#injected.length > 0) {
        this.#changed = Promise.withResolvers();
        yield this.#injected.splice(0);
      }
      if (found === undefined) continue;
      const { done, value } = found.result;
      if (done === true) return;
      next = take();
      yield this.#meddlers().reduce<readonly ServerMessage[]>(
        (messages, meddler) =>
          messages.flatMap((message) => meddler.tell?.(message) ?? [message]),
        value,
      );
    }
  }
}
