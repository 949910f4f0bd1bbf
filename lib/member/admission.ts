import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { MAX_NAME_BYTES } from "../protocol/limits.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import { PROTOCOL } from "../protocol/schema.ts";
import { utf8Length } from "../protocol/text.ts";
import type { AskName } from "../room/ask_name.ts";
import type { Clock, Link } from "./link.ts";
import { unexpected } from "./unexpected.ts";

/** Time a server may take to let us in, questions apart, in milliseconds. */
export const ADMISSION_TIMEOUT_MS = 30_000;

/** What we enter with. */
export interface AdmissionOptions {
  /** The name to ask for; `null` for the one we had. */
  readonly name: string | null;
  /** Answers the server's question for a name; without it, that is an error. */
  readonly askName?: AskName;
  /** 16 bytes by which this server knows this device. */
  readonly device: Bytes;
  /** The secret of an invitation, 16 bytes. */
  readonly invitation: Bytes | null;
}

/** Asks to enter until the server grants a name, or it is over. */
export class Admission {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #options: AdmissionOptions;
  readonly #fail: (reason: unknown) => void;
  #asking = false;
  #patience = new AbortController();

  /** @param fail Told why the connection must end. */
  constructor(
    link: Link,
    options: AdmissionOptions & {
      readonly clock: Clock;
      readonly fail: (reason: unknown) => void;
    },
  ) {
    this.#link = link;
    this.#clock = options.clock;
    this.#options = options;
    this.#fail = options.fail;
  }

  /** Asks for the first time. */
  begin(): void {
    this.#enter(this.#options.name);
  }

  /**
   * Takes the server's answer.
   *
   * @returns Whether we are in.
   * @throws {ChatError} `CHAT_PROTOCOL` while a person is being asked.
   */
  take(message: MessageOfKind<"name_wanted" | "entered">): boolean {
    if (this.#asking) throw unexpected(message.kind);
    this.end();
    if (message.kind === "entered") return true;
    void this.#answer(message).catch(this.#fail);
    return false;
  }

  /** Waits no longer. */
  end(): void {
    this.#patience.abort();
  }

  async #answer(wanted: MessageOfKind<"name_wanted">): Promise<void> {
    this.#asking = true;
    const name = await this.#options.askName?.(wanted);
    if (name === undefined) throw nameRefused(wanted);
    this.#asking = false;
    this.#enter(name);
  }

  #enter(name: string | null): void {
    if (name !== null) checkName(name);
    const { device, invitation } = this.#options;
    this.#link.send({
      kind: "enter",
      ...{ protocol: PROTOCOL, name, device, invitation },
    });
    this.#patience = new AbortController();
    void this.#wait(this.#patience.signal);
  }

  async #wait(signal: AbortSignal): Promise<void> {
    await this.#clock.delay(ADMISSION_TIMEOUT_MS, signal);
    if (signal.aborted) return;
    const seconds = ADMISSION_TIMEOUT_MS / 1000;
    this.#fail(
      new ChatError(
        "CHAT_TIMEOUT",
        `Cannot enter: the server did not answer within ${seconds} s`,
      ),
    );
  }
}

function nameRefused(wanted: MessageOfKind<"name_wanted">): ChatError {
  const suggestion = wanted.suggestion === null
    ? ""
    : `; "${wanted.suggestion}" is free`;
  return new ChatError(
    wanted.why === "taken" || wanted.why === "look_alike"
      ? "CHAT_NAME_TAKEN"
      : "CHAT_NAME_INVALID",
    `Cannot enter: ${wanted.text}${suggestion}`,
  );
}

/** Whether a name can be sent at all; the server judges the rest. */
export function checkName(name: string): void {
  if (name.isWellFormed() && utf8Length(name) <= MAX_NAME_BYTES) return;
  throw new ChatError(
    "CHAT_NAME_INVALID",
    `Cannot enter: a name has at most ${MAX_NAME_BYTES} bytes of UTF-8`,
  );
}
