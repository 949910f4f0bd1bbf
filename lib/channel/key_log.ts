import type { Bytes } from "../bytes.ts";

/**
 * Told a line of a key log: `LABEL RANDOM EPOCH KEY IV`, with the random of the
 * ClientHello, key and IV in hexadecimal. Whoever has the lines of a connection
 * reads all of it. For people who analyse their own traffic, and nobody else.
 */
export type KeyLog = (line: string) => void;

/** What a logged key seals. */
export type KeyLabel =
  | "CHAT1_CLIENT_HANDSHAKE"
  | "CHAT1_SERVER_HANDSHAKE"
  | "CHAT1_CLIENT_TRAFFIC"
  | "CHAT1_SERVER_TRAFFIC";

/** Told each key and IV of a direction, in the order in which they are used. */
export type OnKey = (key: Bytes, iv: Bytes) => void;

/** The keys of one connection on their way into a key log, if there is one. */
export class KeyLogger {
  readonly #log: KeyLog | undefined;
  readonly #random: string;

  /** @param random Of the ClientHello, 32 bytes: it names the connection. */
  constructor(log: KeyLog | undefined, random: Bytes) {
    this.#log = log;
    this.#random = random.toHex();
  }

  /** What is to be told the keys of one direction; `undefined` without a log. */
  of(label: KeyLabel): OnKey | undefined {
    const log = this.#log;
    if (log === undefined) return undefined;
    let epoch = 0;
    return (key, iv) =>
      log(
        `${label} ${this.#random} ${epoch++} ${key.toHex()} ${iv.toHex()}`,
      );
  }
}
