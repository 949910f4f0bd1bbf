import type { ConversationEvent } from "../room/conversation.ts";
import { remarkLines } from "./remark.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Line } from "./style.ts";

type ConnectionEvent = ConversationEvent & { readonly kind: "connection" };

/** What the connection does, as it is told. */
export class Link {
  readonly #now: () => number;
  readonly #keeps: boolean;
  /** When the next try begins, while the connection is lost. */
  #retryAt: number | undefined;

  /** @param options `keeps` says whether unsent messages outlive the process. */
  constructor(
    now: () => number,
    { keeps = false }: { readonly keeps?: boolean } = {},
  ) {
    this.#now = now;
    this.#keeps = keeps;
  }

  get lost(): boolean {
    return this.#retryAt !== undefined;
  }

  /**
   * Takes in what happens. It is told once when it is lost, not for each try.
   *
   * @param waiting Messages of ours that are not sent yet.
   */
  see(event: ConnectionEvent, waiting: number): Line[] {
    const was = this.lost;
    if (event.state === "restored") {
      this.#retryAt = undefined;
      const sending = waiting === 0 ? "" : `; sending ${messages(waiting)}`;
      return was ? remarkLines(`Connected again${sending}`) : [];
    }
    this.#retryAt = this.#now() + event.retryMs;
    if (was) return [];
    // What an error says it could not do is beside the point here.
    const why = sanitizeLine(event.text).replace(/^Cannot [^:]*: /, "");
    return remarkLines(
      `The connection is lost${why === "" ? "" : `: ${why}`}\n` +
        "What you write is kept, and sent when it is back",
      { alarm: true },
    );
  }

  /** What it does now; empty when there is nothing to say. */
  status(): string {
    if (this.#retryAt === undefined) return "";
    const seconds = Math.ceil((this.#retryAt - this.#now()) / 1_000);
    return seconds > 0 ? `reconnecting in ${seconds} s` : "reconnecting…";
  }

  /** Milliseconds until the status changes by itself, if it will. */
  changesIn(): number | undefined {
    if (this.#retryAt === undefined) return undefined;
    const left = this.#retryAt - this.#now();
    if (left <= 0) return undefined;
    return left % 1_000 === 0 ? 1_000 : left % 1_000;
  }

  /**
   * Tells of messages that wait since the last time.
   *
   * @param options `commands` says whether commands may be typed here.
   */
  leftOver(
    waiting: number,
    { commands }: { readonly commands: boolean } = { commands: true },
  ): Line[] {
    if (waiting === 0) return [];
    return remarkLines(
      `${messages(waiting)} from before ${
        waiting === 1 ? "is" : "are"
      } not sent yet${commands ? "; /outbox lists them" : ""}`,
    );
  }

  /** What becomes of messages that are not sent when we leave. */
  farewell(waiting: number): Line[] {
    if (waiting === 0) return [];
    return remarkLines(
      this.#keeps
        ? `${messages(waiting)} not sent yet: kept until you connect again`
        : `${messages(waiting)} not sent, and not kept`,
      { alarm: true },
    );
  }
}

function messages(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}
