import { ChatError } from "../errors.ts";
import type { AdmissionOptions } from "./admission.ts";
import { Connection, type Ending, type Inhabitant } from "./connection.ts";
import type { Clock, Link, Transport } from "./link.ts";
import { Backoff, isPassing, STEADY_MS } from "./reconnect.ts";
import type { Wire } from "./wire.ts";

/** How connections are made. */
export interface LifelineOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Whether a connection is made again when it is lost. */
  readonly reconnect: boolean;
}

/** Who lives on one connection after another. */
export interface Dweller extends Inhabitant {
  /** What to enter with, this time. */
  readonly admission: AdmissionOptions;
  /** A connection is over, whether it was entered or not. */
  left(): void;
  /** It is made again, the next time after `retryMs`. */
  lost(error: unknown, retryMs: number): void;
}

/** Makes connections, one after another, until there is no way on. */
export class Lifeline {
  readonly #options: LifelineOptions;
  readonly #dweller: Dweller;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  #connection: Connection | null = null;
  #entered = false;

  constructor(options: LifelineOptions, dweller: Dweller) {
    this.#options = options;
    this.#dweller = dweller;
    this.#backoff = new Backoff(options.random);
  }

  /** What asks the server; `null` while there is no connection. */
  get wire(): Wire | null {
    return this.#connection?.wire ?? null;
  }

  /**
   * Connects, and again when that is lost. A first connection that is never
   * entered is not made again.
   *
   * @param signal Aborts the first one, until it is entered.
   * @returns How the last one ended.
   */
  async run(signal: AbortSignal): Promise<Ending> {
    let ending = await this.#live(
      AbortSignal.any([signal, this.#stop.signal]),
    );
    while (this.#isWorthwhile(ending)) {
      const retryMs = this.#backoff.next();
      this.#dweller.lost(ending.error, retryMs);
      await this.#dweller.room();
      await this.#options.clock.delay(retryMs, this.#stop.signal);
      if (this.#stop.signal.aborted) break;
      ending = await this.#live(this.#stop.signal);
    }
    return this.#stop.signal.aborted ? { ...ending, error: undefined } : ending;
  }

  /** Says goodbye and stops; resolves when the connection is over. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#connection?.close();
  }

  #isWorthwhile({ error, mends }: Ending): boolean {
    if (this.#stop.signal.aborted || !this.#options.reconnect) return false;
    return this.#entered && (mends || isPassing(error));
  }

  /** One connection, from dialing to its end. */
  async #live(signal: AbortSignal): Promise<Ending> {
    let link: Link;
    try {
      signal.throwIfAborted();
      link = await this.#options.transport.open(signal);
    } catch (error) {
      return { error, goodbye: null, mends: false };
    }
    const connection = new Connection(link, {
      ...this.#dweller.admission,
      clock: this.#options.clock,
      inhabitant: this.#dweller,
      onEntered: (wire): void => this.#stand(wire),
    });
    const abort = (): void => {
      if (connection.wire === null) connection.fail(signal.reason);
    };
    this.#connection = connection;
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    const ended = await connection.run();
    // Who is let in too often has been cut off too often, and comes again slowly.
    const ending = connection.wire === null && isFlooding(ended.error)
      ? { ...ended, mends: true }
      : ended;
    signal.removeEventListener("abort", abort);
    this.#connection = null;
    this.#dweller.left();
    const cut = over();
    const isBare = ending.error === undefined && ending.goodbye === null;
    const known = isBare ? { ...ending, error: cut } : ending;
    connection.end(this.#isWorthwhile(known) ? cut : known.error ?? cut);
    return known;
  }

  #stand(wire: Wire): void {
    this.#entered = true;
    void wire.wait(STEADY_MS).then((stands) => {
      if (stands) this.#backoff.reset();
    });
  }
}

function isFlooding(error: unknown): boolean {
  return error instanceof ChatError && error.code === "CHAT_FLOODING";
}

function over(): ChatError {
  return new ChatError(
    "CHAT_CONNECTION_CUT",
    "Cannot go on: the connection ended without a goodbye",
  );
}
