import { type Bytes, equalBytes } from "../bytes.ts";
import type { Clock } from "../member/link.ts";
import type { Wire } from "../member/wire.ts";
import type { Identity } from "../identity/identity.ts";
import { openHello } from "../sealed/hello.ts";
import { makeSealingKey } from "../sealed/sealing_key.ts";
import { publishKey } from "./requests.ts";
import type { OwnSealingKey, SealedStore } from "./sealed_store.ts";

/** How old a key may be that is published, in milliseconds: 7 days. */
export const KEY_MS = 7 * 24 * 3_600_000;

/** How long the private half of a key is kept, in milliseconds: 30 days. */
export const KEPT_KEY_MS = 30 * 24 * 3_600_000;

/** The keys by which others give this device the secrets of direct rooms. */
export class OwnKeys {
  readonly #identity: Identity;
  readonly #store: SealedStore;
  readonly #clock: Clock;
  /** What the server has been given by this process. */
  #published: Bytes | undefined;

  constructor(
    { identity, store, clock }: {
      readonly identity: Identity;
      readonly store: SealedStore;
      readonly clock: Clock;
    },
  ) {
    this.#identity = identity;
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Gives the server the newest key, made anew when it is too old; once.
   *
   * @throws {ChatError} A refusal, or what keeping it throws.
   */
  async publish(wire: Wire): Promise<void> {
    const { published } = await this.#newest();
    if (this.#published && equalBytes(published, this.#published)) return;
    await wire.spareTime();
    await publishKey(wire, published);
    this.#published = published;
  }

  /** The server may have forgotten it. */
  forgetPublished(): void {
    this.#published = undefined;
  }

  /**
   * The room secret that a hello of `peer` gives us.
   *
   * @throws {ChatError} `CHAT_SEAL_NO_KEYS`, `CHAT_SEAL_REFUSED`.
   */
  async open(hello: Bytes, group: Bytes, peer: Bytes): Promise<Bytes> {
    const keys = this.#store.keys();
    return await openHello(hello, { group, peer, own: this.#identity, keys });
  }

  async #newest(): Promise<OwnSealingKey> {
    const now = this.#clock.now();
    const newest = this.#store.keys().at(-1);
    // One from the future is of a clock that was wrong.
    if (newest !== undefined && Math.abs(now - newest.at) < KEY_MS) {
      return newest;
    }
    const key = await makeSealingKey(this.#identity, now);
    this.#store.keepKey(key);
    this.#store.dropKeys(now - KEPT_KEY_MS);
    return key;
  }
}
