import { ChatError } from "../errors.ts";
import type { Entry } from "../protocol/entry.ts";
import type { MessageOfKind, ServerMessage } from "../protocol/messages.ts";
import { GOODBYE_ERRORS } from "../protocol/words.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";
import type { Clock, Link } from "./link.ts";
import { unexpected } from "./unexpected.ts";
import { Wire } from "./wire.ts";

/** How long a server may take to close after its goodbye, in milliseconds. */
export const GOODBYE_MS = 10_000;

/** Keys that a server may announce over one connection. */
const MAX_SUCCESSIONS = 4;

/** How a connection ended. */
export interface Ending {
  /** Why; `undefined` when either side meant it to. */
  readonly error: unknown;
  /** What the server said before. */
  readonly goodbye: MessageOfKind<"goodbye"> | null;
  /** Whether it ended so that a room can be read on from the right place. */
  readonly mends: boolean;
}

/** Who lives on a connection. All but `room` is called in the order of arrival. */
export interface Inhabitant {
  /** The server lets us in. */
  entered(message: MessageOfKind<"entered">, wire: Wire): void;
  announced(message: MessageOfKind<"room">): void;
  parted(room: number): void;
  /** @returns Why the connection must be made again. */
  took(entry: Entry): ChatError | undefined;
  succession(message: MessageOfKind<"succession">): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
}

/** One connection to a server, from `enter` to its end. */
export class Connection {
  readonly #link: Link;
  readonly #inhabitant: Inhabitant;
  readonly #onEntered: (wire: Wire) => void;
  readonly #wire: Wire;
  readonly #admission: Admission;
  #entered = false;
  #goodbye: MessageOfKind<"goodbye"> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #mends = false;
  #successions = 0;

  constructor(
    link: Link,
    options: AdmissionOptions & {
      readonly clock: Clock;
      readonly inhabitant: Inhabitant;
      /** Told first when the server lets us in. */
      readonly onEntered: (wire: Wire) => void;
    },
  ) {
    this.#link = link;
    this.#inhabitant = options.inhabitant;
    this.#onEntered = options.onEntered;
    this.#wire = new Wire(link, options.clock);
    this.#admission = new Admission(link, {
      ...options,
      fail: (error): void => this.fail(error),
    });
  }

  /** What asks the server, once we are in. */
  get wire(): Wire | null {
    return this.#entered ? this.#wire : null;
  }

  /** Enters and reads until it is over. Never rejects. Call it once. */
  async run(): Promise<Ending> {
    try {
      this.#admission.begin();
      for await (const batch of this.#link.batches) {
        this.#takeAll(batch);
        if (this.#failure !== null) break;
        await this.#inhabitant.room();
      }
    } catch (error) {
      this.fail(error);
    }
    this.#admission.end();
    return this.#ending();
  }

  /** Ends it at once, for a reason of ours; the first one counts. */
  fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = { error };
    if (error instanceof ChatError) this.#link.abort(error);
    else void this.#link.close();
  }

  /** Says goodbye; resolves when it is over. */
  async close(): Promise<void> {
    await this.#link.close();
  }

  /** It is over: rejects what waits for answers. */
  end(reason: unknown): void {
    this.#wire.end(reason);
  }

  #takeAll(batch: readonly ServerMessage[]): void {
    try {
      for (const message of batch) {
        if (this.#failure !== null) return;
        this.#take(message);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  #take(message: ServerMessage): void {
    switch (message.kind) {
      case "goodbye":
        return this.#sayGoodbye(message);
      case "succession":
        if (++this.#successions > MAX_SUCCESSIONS) {
          throw unexpected(message.kind);
        }
        return this.#inhabitant.succession(message);
      case "name_wanted":
      case "entered":
        return this.#admit(message);
    }
    if (!this.#entered) throw unexpected(message.kind);
    switch (message.kind) {
      case "room":
        return this.#inhabitant.announced(message);
      case "parted":
        return this.#inhabitant.parted(message.room);
    }
    if ("id" in message) return this.#wire.answer(message);
    const disorder = this.#inhabitant.took(message);
    if (disorder === undefined) return;
    this.#mends = true;
    this.fail(disorder);
  }

  #admit(message: MessageOfKind<"name_wanted" | "entered">): void {
    if (this.#entered) throw unexpected(message.kind);
    this.#entered = this.#admission.take(message);
    if (message.kind !== "entered") return;
    this.#onEntered(this.#wire);
    this.#inhabitant.entered(message, this.#wire);
  }

  #sayGoodbye(message: MessageOfKind<"goodbye">): void {
    if (this.#goodbye !== null) throw unexpected(message.kind);
    this.#goodbye = message;
    this.#admission.end();
    void this.#wire.wait(GOODBYE_MS).then((stands) => {
      if (stands) void this.#link.close();
    });
  }

  #ending(): Ending {
    const mends = this.#mends;
    const goodbye = this.#goodbye;
    // What breaks after a goodbye is no news, but that we had to end it is.
    if (goodbye !== null && !mends) {
      const code = GOODBYE_ERRORS[goodbye.why];
      const error = code === null
        ? undefined
        : new ChatError(code, `Cannot stay: ${goodbye.text}`);
      return { error, goodbye, mends };
    }
    return { error: this.#failure?.error, goodbye, mends };
  }
}
