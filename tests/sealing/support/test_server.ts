import type { Bytes } from "../../../lib/bytes.ts";
import type { ChatError } from "../../../lib/errors.ts";
import { fingerprintBytes } from "../../../lib/identity/fingerprint.ts";
import type { Identity } from "../../../lib/identity/identity.ts";
import type { SessionId } from "../../../lib/room/house_event.ts";
import type { Clock, Link } from "../../../lib/member/link.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../../lib/protocol/messages.ts";
import { createHouse } from "../../../lib/room/furnish.ts";
import { Hall } from "../../../lib/room/hall.ts";
import type { House } from "../../../lib/room/house.ts";
import { MemoryHistory } from "../../../lib/store/memory_history.ts";
import { frameMessage } from "../../../server/framing.ts";
import { LocalLink } from "../../../server/local_link.ts";
import { houseSettings } from "../../room/driver.ts";
import { UNLIMITED } from "../../room/sealed_world.ts";

/** What a server that lies does to the messages of one connection. */
export interface Lies {
  /** What a member gets instead of a message. */
  toMember?(message: ServerMessage, who: Bytes): readonly ServerMessage[];
  /** What the house gets instead of a request; the rest is answered by the lie. */
  toServer?(
    message: ClientMessage,
    who: Bytes,
  ): ClientMessage | ServerMessage | null;
}

/** The real house without sockets, which may be made to lie. */
export class TestServer {
  readonly house: House;
  readonly hall: Hall;
  lies: Lies = {};
  /** Everything it was sent, and by whom. */
  readonly heard: { who: string; message: ClientMessage }[] = [];
  readonly #links = new Set<TappedLink>();
  #newest: SessionId = 0;

  /** @param options How many entries of a room it keeps. */
  constructor(clock: Clock, { keepLast = 10_000 } = {}) {
    const history = new MemoryHistory({ keepLast });
    this.house = createHouse(houseSettings(UNLIMITED, { history }));
    this.hall = new Hall(this.house, {
      encode: (message) => frameMessage(message),
      now: () => Math.floor(clock.now()),
      schedule: (run) => queueMicrotask(run),
    });
  }

  /** A new connection. */
  connect(identity: Identity): Link {
    const fingerprint = fingerprintBytes(identity.fingerprint);
    const { publicKey } = identity;
    const opening = {
      identity: { fingerprint, publicKey },
      ...{ address: "192.0.2.1", authorized: true, console: false },
    };
    let link: LocalLink | undefined;
    this.hall.seat(opening, (session, feed) => {
      this.#newest = session;
      link = new LocalLink(feed, {
        onMessage: (message): void => {
          this.heard.push({ who: fingerprint.toHex(), message });
          const heard = this.lies.toServer?.(message, fingerprint);
          if (heard === undefined || heard === message) {
            return this.hall.apply({ kind: "message", session, message });
          }
          if (heard === null) return;
          if (isAnswer(heard)) {
            link?.reply(heard);
            return link?.wake();
          }
          this.hall.apply({ kind: "message", session, message: heard });
        },
        onClose: (): void => {
          this.hall.apply({ kind: "close", session, why: "cut" });
          this.hall.flush();
        },
      });
      return link;
    });
    const tapped = new TappedLink(
      link as LocalLink,
      (message) => this.lies.toMember?.(message, fingerprint) ?? [message],
    );
    this.#links.add(tapped);
    return tapped;
  }

  /** Hands all that an identity is over to its next key, as both have signed. */
  rotate(old: Identity, next: Identity): void {
    const link = this.connect(old);
    const session = this.#newest;
    const { publicKey } = next;
    const fingerprint = fingerprintBytes(next.fingerprint);
    this.hall.apply({
      ...{ kind: "rotate", session, id: 1, listed: false },
      next: { fingerprint, publicKey },
    });
    void link.close();
  }

  /** Requests of a kind that it has heard. */
  count(kind: ClientMessage["kind"]): number {
    return this.heard.filter(({ message }) => message.kind === kind).length;
  }
}

class TappedLink implements Link {
  readonly batches: AsyncIterable<readonly ServerMessage[]>;
  readonly #link: LocalLink;

  constructor(
    link: LocalLink,
    lie: (message: ServerMessage) => readonly ServerMessage[],
  ) {
    this.#link = link;
    this.batches = (async function* (): AsyncGenerator<
      readonly ServerMessage[]
    > {
      for await (const batch of link.batches) yield batch.flatMap(lie);
    })();
  }

  send(message: ClientMessage): void {
    this.#link.send(message);
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  abort(reason: ChatError): void {
    this.#link.abort(reason);
  }
}

const ANSWERS = ["ack", "refused", "done", "head", "sealing_key"];

function isAnswer(
  message: ClientMessage | ServerMessage,
): message is ServerMessage {
  return ANSWERS.includes(message.kind);
}
