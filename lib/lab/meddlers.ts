import type { Bytes } from "../bytes.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";

/** What a server does to the messages of a member, instead of relaying them. */
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

/** A server that meddles, and may say things that nobody asked for. */
export interface Meddling {
  /** Begins to meddle with somebody, by fingerprint, or with everybody. */
  meddle(who: Bytes | null, by: Meddler): { stop(): void };
  /** Says something to somebody. */
  tell(who: Bytes, ...messages: readonly ServerMessage[]): void;
}

/** All that a server does to its members, in the order in which it began to. */
export class Meddlers {
  readonly #all: { readonly who: string | null; readonly by: Meddler }[] = [];

  /** Adds one, for somebody by fingerprint or for everybody. */
  add(who: Bytes | null, by: Meddler): { stop(): void } {
    const entry = { who: who?.toHex() ?? null, by };
    this.#all.push(entry);
    return {
      stop: (): void => {
        const at = this.#all.indexOf(entry);
        if (at >= 0) this.#all.splice(at, 1);
      },
    };
  }

  /** Forgets them all. */
  clear(): void {
    this.#all.length = 0;
  }

  /**
   * What the house gets of a request; `null` for nothing.
   *
   * @param who Fingerprint in hexadecimal.
   */
  ask(
    who: string,
    message: ClientMessage,
    tell: (message: ServerMessage) => void,
  ): ClientMessage | null {
    let passed: ClientMessage | null = message;
    for (const meddler of this.#of(who)) {
      if (meddler.ask === undefined) continue;
      passed = meddler.ask(passed, tell);
      if (passed === null) return null;
    }
    return passed;
  }

  /** What somebody gets of what the house says. */
  tell(
    who: string,
    messages: readonly ServerMessage[],
  ): readonly ServerMessage[] {
    return this.#of(who).reduce(
      (told, meddler) =>
        told.flatMap((message) => meddler.tell?.(message) ?? [message]),
      messages,
    );
  }

  #of(who: string): readonly Meddler[] {
    return this.#all.filter((one) => one.who === null || one.who === who)
      .map(({ by }) => by);
  }
}
