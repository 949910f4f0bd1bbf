import { type Bytes, equalBytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { GroupSession } from "./group_session.ts";

/** What somebody waits for. */
interface Waiter {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Changes that may be waited for at once in one room; the oldest gives way. */
const MAX_WAITERS = 64;

/** How this device wants to change the keys of a room. */
export class Wants {
  /** To take the current keys, with fresh ones of ours. */
  entry = false;
  /** To give the room fresh keys. */
  rekey = false;
  /** Whom our user takes out, by public key. */
  readonly #removals = new Map<string, Bytes>();
  /** Who has said that it goes. */
  readonly #leavers = new Map<string, Bytes>();
  #waiters: Waiter[] = [];

  /** Whether somebody is to be taken out before more is said. */
  get isRemoving(): boolean {
    return this.#removals.size > 0;
  }

  remove(publicKey: Bytes): void {
    this.#removals.set(publicKey.toHex(), publicKey);
  }

  removeLeaver(publicKey: Bytes): void {
    this.#leavers.set(publicKey.toHex(), publicKey);
  }

  /** Whom to take out now; forgets those who are gone. */
  goers({ people }: GroupSession): readonly Bytes[] {
    const isThere = (key: Bytes): boolean =>
      people.some(({ publicKey }) => equalBytes(publicKey, key));
    for (const keys of [this.#removals, this.#leavers]) {
      for (const [hex, key] of keys) if (!isThere(key)) keys.delete(hex);
    }
    return [...new Map([...this.#removals, ...this.#leavers]).values()];
  }

  /** Gives up what can be done another time, and says why. */
  giveUp(reason: unknown): void {
    this.rekey = false;
    this.#removals.clear();
    this.#leavers.clear();
    this.reject(reason);
  }

  /** Resolves once `isDone`; see {@linkcode Wants.look}. */
  async until(isDone: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiters.push({ isDone, resolve, reject });
    if (this.#waiters.length > MAX_WAITERS) {
      const text = `Cannot change keys: ${MAX_WAITERS} other changes wait`;
      this.#waiters.shift()?.reject(new ChatError("CHAT_SEAL_BUSY", text));
    }
    await promise;
  }

  /** Tells whoever waits for what has happened. */
  look(): void {
    const [done, rest] = [
      this.#waiters.filter(({ isDone }) => isDone()),
      this.#waiters.filter(({ isDone }) => !isDone()),
    ];
    this.#waiters = rest;
    for (const { resolve } of done) resolve();
  }

  /** Tells whoever waits that it will not hear of it. */
  reject(reason: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(reason);
  }
}
