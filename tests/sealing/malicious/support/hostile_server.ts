import type { Bytes } from "../../../../lib/bytes.ts";
import type { ChatError } from "../../../../lib/errors.ts";
import { fingerprintBytes } from "../../../../lib/identity/fingerprint.ts";
import type { Identity } from "../../../../lib/identity/identity.ts";
import {
  type Meddler,
  Meddlers,
  type Meddling,
} from "../../../../lib/lab/meddlers.ts";
import type { Link } from "../../../../lib/member/link.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../../../lib/protocol/messages.ts";
import { TestServer } from "../../support/test_server.ts";

/** The real house, with somebody between it and each member. */
export class HostileServer extends TestServer implements Meddling {
  /** Everything that members have sent, passed on or not. */
  readonly sent: { readonly who: string; readonly message: ClientMessage }[] =
    [];
  readonly #meddlers = new Meddlers();
  readonly #links = new Map<string, HostileLink>();

  override connect(identity: Identity): Link {
    const who = fingerprintBytes(identity.fingerprint).toHex();
    const link = new HostileLink(super.connect(identity), {
      who,
      sent: (message): void => void this.sent.push({ who, message }),
      meddlers: this.#meddlers,
    });
    this.#links.set(who, link);
    return link;
  }

  /** Begins to meddle with somebody, by fingerprint, or with everybody. */
  meddle(who: Bytes | null, by: Meddler): { stop(): void } {
    return this.#meddlers.add(who, by);
  }

  /** Behaves from now on. */
  behave(): void {
    this.#meddlers.clear();
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
  readonly #who: string;
  readonly #meddlers: Meddlers;
  #injected: ServerMessage[] = [];
  #changed = Promise.withResolvers<void>();

  constructor(link: Link, { who, sent, meddlers }: {
    readonly who: string;
    readonly sent: (message: ClientMessage) => void;
    readonly meddlers: Meddlers;
  }) {
    this.#link = link;
    this.#who = who;
    this.#sent = sent;
    this.#meddlers = meddlers;
    this.batches = this.#read();
  }

  send(message: ClientMessage): void {
    this.#sent(message);
    const passed = this.#meddlers.ask(
      this.#who,
      message,
      (answer) => this.inject([answer]),
    );
    if (passed === null) return;
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
      yield this.#meddlers.tell(this.#who, value);
    }
  }
}
