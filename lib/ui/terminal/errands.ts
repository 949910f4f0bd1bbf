import { ChatError } from "../../errors.ts";
import { MAX_OUTBOX } from "../../member/device_state.ts";
import { REFUSAL_CODES } from "../../protocol/words.ts";
import { carryOut, directView, lookAround } from "../carry_out.ts";
import { fitting } from "../fitting.ts";
import type { Request, Utterance } from "../request.ts";
import type { Scene } from "../scene.ts";
import { waitsLong } from "../sealed_phase.ts";
import type { Line } from "../style.ts";
import { TaskLine } from "./task_line.ts";
import type { Timer } from "./terminal_io.ts";

/** Requests that may be without an answer; then Enter has to wait. */
const MAX_UNANSWERED = 32;
/** Milliseconds without an answer after which the status says so. */
const BUSY_DELAY_MS = 400;

/** Milliseconds without an answer after which other commands go ahead. */
const AHEAD_MS = 5_000;
/** Milliseconds that leaving waits for what was entered before. */
const QUIT_MS = 2_000;

/** What is refused here, before it is sent: there are no keys for it. */
const KEYS = /^CHAT_(?:SEAL_|IDENTITY_CHANGED|DEVICE_IN_USE)/;

/** What leads to another room. */
const GOING: readonly Request["kind"][] = [
  "join",
  "direct",
  "seal",
  "rejoin",
  "open",
];

/** What leads to a room that the server cannot read. */
const GOING_SEALED: readonly Request["kind"][] = [
  "direct",
  "seal",
  "rejoin",
  "open",
];

/** What was typed is never put where the next line is being typed. */
export const UP_BRINGS_IT_BACK = "(Up brings the text back)";

/** What is told of something that lets others go ahead. */
const SLOW =
  "There is no answer yet: it goes on in the background, and other commands go ahead";

/** What errands tell about. */
export interface ErrandsListener {
  /** An answer has come. */
  print(lines: readonly Line[]): void;
  warn(text: string): void;
  /** Who wanted to be in a sealed room is in an open one. */
  strayed(): void;
  /** We are in another room now, or the status is another. */
  changed(): void;
  /** Something failed that is no `ChatError`: a bug. */
  fail(error: unknown): void;
}

/** What was entered and is not done yet. */
export class Errands {
  readonly #scene: Scene;
  readonly #timer: Timer;
  readonly #listener: ErrandsListener;
  readonly #requests = new TaskLine(MAX_UNANSWERED);
  /** What is being said, and where. */
  readonly #saying = new Map<Promise<void>, number>();
  /** Requests without an answer, also those that let others go ahead. */
  #unanswered = 0;
  #busy = 0;
  #going = 0;
  #silent = false;
  /** Ends waiting for what cannot be said now. */
  #hurry: (() => void) | undefined;

  constructor(scene: Scene, timer: Timer, listener: ErrandsListener) {
    this.#scene = scene;
    this.#timer = timer;
    this.#listener = listener;
  }

  /** Whether the server takes long. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  /** Whether we are on the way to another room. */
  get going(): boolean {
    return this.#going > 0;
  }

  /** Refusals from now on interest nobody. */
  hush(): void {
    this.#silent = true;
  }

  /**
   * Says something; what is said in order is stored in order.
   *
   * @returns `false` when too much waits already.
   */
  say(utterance: Utterance, room: number): boolean {
    if (this.#saying.size >= MAX_OUTBOX) return false;
    const saying = this.#say(utterance, room)
      .finally(() => this.#saying.delete(saying));
    this.#saying.set(saying, room);
    return true;
  }

  /**
   * Asks the server, one thing after the other; what takes long goes on beside the
   * next.
   *
   * @returns `false` when too much is without an answer already.
   */
  ask(request: Request, room: number): boolean {
    const goes = GOING.includes(request.kind);
    if (this.#unanswered >= MAX_UNANSWERED) return false;
    this.#unanswered += 1;
    if (goes) this.#going += 1;
    this.#requests.offer(() => (
      this.#atMost(
        AHEAD_MS,
        this.#ask(request, room, goes).finally(() => this.#unanswered -= 1),
        () => this.#listener.warn(SLOW),
      )
    ));
    return true;
  }

  /**
   * Calls `done` when all that was entered before is done, or cannot be now, and
   * soon in any case.
   */
  afterwards(done: () => void): void {
    const { promise: hurried, resolve } = Promise.withResolvers<void>();
    this.#hurry = resolve;
    // What waits for somebody to come is kept, and nobody waits for it.
    const saying = Promise.all(
      [...this.#saying].flatMap(([saying, room]) => (
        waitsLong(this.#scene.conversation, room) ? [] : [saying]
      )),
    );
    const { promise: asked, resolve: answered } = Promise.withResolvers<void>();
    const offered = this.#requests.offer(() => Promise.resolve(answered()));
    const all = Promise.all([saying, offered ? asked : undefined]);
    const soon = Promise.race([all, hurried]);
    void this.#atMost(QUIT_MS, soon).then(done);
  }

  /** The connection is lost: nobody waits for what is said then. */
  lost(): void {
    this.#hurry?.();
  }

  async #say({ kind, text }: Utterance, room: number): Promise<void> {
    using _busy = this.#showBusy();
    const { conversation } = this.#scene;
    try {
      await conversation[kind](text, room);
    } catch (error) {
      if (!(error instanceof ChatError)) return this.#listener.fail(error);
      // Told by its event, with its number, when it waits to be sent again.
      const kept = conversation.outgoing.some((message) => (
        message.room === room && message.text === text
      ));
      if (kept || this.#silent) return;
      if (isRefusal(error) || KEYS.test(error.code)) this.#refused(error);
      else this.#listener.warn(`Perhaps not delivered: ${text}`);
    }
  }

  async #ask(request: Request, room: number, goes: boolean): Promise<void> {
    using _busy = this.#showBusy();
    try {
      try {
        this.#listener.print(await this.#carryOut(request, room));
      } finally {
        this.#scene.arrived();
        if (goes) this.#going -= 1;
        const isSealed = this.#scene.views.current.sealed;
        if (GOING_SEALED.includes(request.kind) && !isSealed) {
          this.#listener.strayed();
        }
        this.#listener.changed();
      }
      this.#listener.print(await lookAround(request, this.#scene));
    } catch (error) {
      if (!(error instanceof ChatError)) return this.#listener.fail(error);
      const { standing } = this.#scene.conversation;
      if (this.#silent) return;
      // A link is a secret, and not to be brought back.
      const isKept = request.kind !== "open";
      this.#refused(fitting(error, request, standing), isKept);
    }
  }

  /** What is told somebody is said like all else, which may take its time. */
  async #carryOut(request: Request, room: number): Promise<Line[]> {
    if (request.kind !== "tell") {
      return await carryOut(request, room, this.#scene);
    }
    const view = await directView(request.subject, this.#scene);
    this.#scene.answered(view);
    const { text } = request;
    if (!this.say({ kind: "say", text }, view.room)) {
      this.#listener.warn(`Cannot send more; not sent: ${text}`);
    }
    return [];
  }

  /** Waits for something, but not for long; then `late` is told. */
  async #atMost(
    ms: number,
    work: Promise<unknown>,
    late?: () => void,
  ): Promise<void> {
    const done = new AbortController();
    const isLate = this.#timer.delay(ms, done.signal)
      .then(() => !done.signal.aborted);
    const isOver = work.then(() => false);
    if (await Promise.race([isLate, isOver]) && !this.#silent) late?.();
    done.abort();
  }

  #refused(error: ChatError, isKept = true): void {
    // Of a lost connection, the status tells what comes next.
    const hint = error.code === "CHAT_CONNECTION_CUT" ? "" : error.hint;
    const back = isKept ? UP_BRINGS_IT_BACK : "";
    const parts = [`${error.message}.`, hint, back];
    this.#listener.warn(parts.filter((part) => part !== "").join(" "));
  }

  #showBusy(): Disposable {
    const done = new AbortController();
    let shown = false;
    void this.#timer.delay(BUSY_DELAY_MS, done.signal).then(() => {
      if (done.signal.aborted) return;
      shown = true;
      this.#busy += 1;
      this.#listener.changed();
    });
    return {
      [Symbol.dispose]: (): void => {
        done.abort();
        if (shown) this.#busy -= 1;
        this.#listener.changed();
      },
    };
  }
}

/** Whether the server said no, rather than nothing any more. */
function isRefusal({ code }: ChatError): boolean {
  return (REFUSAL_CODES as readonly string[]).includes(code);
}
