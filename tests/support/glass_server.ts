import type { Bytes } from "../../lib/bytes.ts";
import { sha256Sync } from "../../lib/crypto/sha256_sync.ts";
import { fingerprintBytes } from "../../lib/identity/fingerprint.ts";
import { Correspondent } from "../../lib/member/correspondent.ts";
import { encodeClientMessage } from "../../lib/protocol/codec.ts";
import type { Conversation } from "../../lib/room/conversation.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import { Hall } from "../../lib/room/hall.ts";
import type { History } from "../../lib/room/history.ts";
import type { House } from "../../lib/room/house.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { frameMessage, unframe } from "../../server/framing.ts";
import { LocalLink } from "../../server/local_link.ts";
import type { Entering } from "./sealed_member.ts";

/** The real house, hall and history without sockets, made of glass. */
export class GlassServer implements Disposable {
  /** Whatever came in, went out, or was given to the history or came from it. */
  readonly seen: Bytes[] = [];
  readonly #history: ReturnType<typeof openHistory>;
  readonly #house: House;
  readonly #hall: Hall;

  /** @param data A folder for what it keeps. */
  constructor(data: string) {
    this.#history = openHistory(data);
    this.#house = createHouse({
      ...{ serverName: "glass", motd: "", digest: sha256Sync, unframe },
      history: this.#watched(this.#history),
      limits: {},
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    });
    this.#hall = new Hall(this.#house, {
      encode: (message) => this.#note(frameMessage(message)),
      now: Date.now,
      schedule: setImmediate,
      onStep: (event, effects) => this.#noteAll([event, effects]),
    });
  }

  /** Everything that it has in memory now, of what can be looked at. */
  get memory(): readonly Bytes[] {
    return [...within(this.#house, new Set())];
  }

  /** Lets somebody in, as `Entrance` wants it. */
  async enter(
    { identity, name, state, sealing }: Entering,
  ): Promise<Conversation> {
    const fingerprint = fingerprintBytes(identity.fingerprint);
    const correspondent = new Correspondent({
      ...{ fingerprint, state, sealing, random: Math.random },
      transport: { open: () => Promise.resolve(this.#link(identity)) },
      clock: { now: Date.now, delay },
    });
    await correspondent.enter({ name });
    return correspondent;
  }

  [Symbol.dispose](): void {
    this.#hall.flush();
    this.#history[Symbol.dispose]();
  }

  #link(identity: Entering["identity"]): LocalLink {
    const { publicKey } = identity;
    const fingerprint = fingerprintBytes(identity.fingerprint);
    let link: LocalLink | undefined;
    this.#hall.seat({
      identity: { fingerprint, publicKey },
      ...{ address: "127.0.0.1", authorized: true, console: false },
    }, (session, feed) =>
      link = new LocalLink(feed, {
        onMessage: (message): void => {
          this.#note(encodeClientMessage(message));
          this.#hall.apply({ kind: "message", session, message });
          this.#hall.flush();
        },
        onClose: (): void => {
          this.#hall.apply({ kind: "close", session, why: "quit" });
          this.#hall.flush();
        },
      }));
    return link as unknown as LocalLink;
  }

  /** A history that is told of: what it is given, and what it gives. */
  #watched(history: History): History {
    return new Proxy(history, {
      get: (target, name): unknown => {
        const value = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        return (...given: unknown[]): unknown => {
          this.#noteAll(given);
          const result = Reflect.apply(value, target, given);
          if (!(result instanceof Iterator)) {
            this.#noteAll(result);
            return result;
          }
          const all = [...result];
          this.#noteAll(all);
          return all.values();
        };
      },
    });
  }

  #note<B extends Uint8Array>(bytes: B): B {
    this.seen.push(Uint8Array.from(bytes));
    return bytes;
  }

  #noteAll(value: unknown): void {
    this.seen.push(...within(value, new Set()));
  }
}

/** All bytes and texts that something leads to, texts as UTF-8. */
function* within(value: unknown, known: Set<unknown>): Generator<Bytes> {
  if (typeof value === "string") yield new TextEncoder().encode(value);
  if (typeof value !== "object" || value === null || known.has(value)) return;
  known.add(value);
  if (value instanceof Uint8Array) {
    yield Uint8Array.from(value);
    return;
  }
  const isMany = value instanceof Map || value instanceof Set;
  for (const [name, each] of isMany ? value.entries() : Object.entries(value)) {
    yield* within(name, known);
    yield* within(each, known);
  }
}

async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const end = (): void => resolve();
  signal.addEventListener("abort", end);
  await promise;
  signal.removeEventListener("abort", end);
  clearTimeout(timer);
}
