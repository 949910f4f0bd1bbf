import type {
  Conversation,
  ConversationEvent,
} from "../../room/conversation.ts";
import { type Block, draftBlock, promptLabel, type Size } from "../block.ts";
import { PENDING_DELAY_MS, pendingRows } from "../pending_rows.ts";
import { remarkLines } from "../remark.ts";
import { Scene, type SceneOptions } from "../scene.ts";
import { sceneStatus } from "../scene_status.ts";
import type { Line } from "../style.ts";
import { Desk } from "./desk.ts";
import { LineQueue } from "./line_queue.ts";
import { Screen } from "./screen.ts";
import { Session } from "./session.ts";
import { settledSize } from "./settled_size.ts";
import type { TerminalEvent, TerminalIo } from "./terminal_io.ts";
import { Ticker } from "./ticker.ts";
import { Wakeup } from "./wakeup.ts";

/** What {@linkcode runTerminal} may be told. */
export interface TerminalOptions extends SceneOptions {
  /** Says goodbye and ends when aborted. */
  readonly signal?: AbortSignal;
}

/** Lines of one message shown; nobody fills the whole scrollback at once. */
const MAX_MESSAGE_LINES = 100;

/**
 * Shows `conversation` on a terminal and lets a person take part in it. Ends
 * when the person quits and after a goodbye of the server; the terminal is
 * then as it was before.
 *
 * @throws what `conversation.events` throws.
 */
export async function runTerminal(
  conversation: Conversation,
  io: TerminalIo,
  options: TerminalOptions = {},
): Promise<void> {
  await new TerminalSession(conversation, io, options).run();
}

class TerminalSession extends Session {
  readonly #io: TerminalIo;
  readonly #lines = new LineQueue();
  readonly #screen: Screen;
  readonly #desk: Desk;
  readonly #ticker: Ticker;
  readonly #changed = new Wakeup();
  readonly #painted = new Wakeup();
  /** Aborts when all that is to be shown then is shown: Ctrl-C ends that too. */
  readonly #shown = new AbortController();
  #size: Size;
  #resized = false;
  /** Whether nothing more is shown, because leaving is urgent. */
  #muted = false;

  constructor(
    conversation: Conversation,
    io: TerminalIo,
    options: TerminalOptions,
  ) {
    super(
      new Scene(conversation, options, {
        now: () => io.now(),
        maxLines: MAX_MESSAGE_LINES,
        columns: () => io.size().columns,
      }),
      options,
    );
    this.#io = io;
    this.#size = io.size();
    this.#screen = new Screen(io, (event) => this.#notice(event));
    this.#ticker = new Ticker(this.scene, io, () => this.#changed.set());
    this.#desk = new Desk(this.scene, io, {
      print: (lines): void => this.#print(lines),
      warn: (text): void => this.#warn(text),
      changed: (): void => this.#changed.set(),
      ring: (): void => this.#screen.ring(),
      clearScreen: (): void => this.#screen.clear(),
      leave: ({ urgent }): void => (
        urgent ? this.#leaveAtOnce() : this.#leave()
      ),
      fail: (error): void => this.ended.reject(error),
    });
  }

  async run(): Promise<void> {
    using screen = this.#screen;
    using _leaving = this.leavingWith(() => this.#leaveAtOnce());
    this.#print(this.scene.welcome());
    const [painting, typing] = [this.#paintAll(), this.#typeAll()];
    void this.#followAll();
    this.#desk.learn();
    try {
      await this.ended.promise;
    } finally {
      this.over.abort();
      this.#ticker.stop();
      this.#changed.set();
      this.#painted.set();
      this.conversation.close().catch(() => {}); // its end is told by now
      await painting;
      this.#lines.push(this.#lastWords());
      await this.#finish(screen);
      this.#shown.abort();
      await typing;
    }
  }

  /** Shows what happens, and takes in no more than can be shown. */
  async #followAll(): Promise<void> {
    try {
      await this.follow(async (event) => {
        if (this.over.signal.aborted) return false;
        this.#show(event);
        while (this.#lines.full) {
          await this.#painted.wait();
          if (this.over.signal.aborted) return false;
        }
        return true;
      });
    } catch (error) {
      this.ended.reject(error);
    }
  }

  #show(event: ConversationEvent): void {
    this.#print(this.scene.show(event));
    this.#desk.heard();
    if (event.kind === "parted") {
      this.#desk.follow({ carry: false });
      this.#desk.input.forget(event.room);
    }
    if (event.kind === "outgoing" && event.message.state === "sending") {
      void this.#io.delay(PENDING_DELAY_MS, this.over.signal)
        .then(() => this.#changed.set());
    }
    if (event.kind !== "connection") return;
    if (event.state === "restored") this.#desk.learn();
    else this.#desk.lost();
  }

  async #typeAll(): Promise<void> {
    try {
      for (;;) {
        const key = await this.#io.keyboard.read(this.#shown.signal);
        if (key === null) break;
        if (this.over.signal.aborted) {
          const stop = key.kind === "press" && key.name === "ctrl-c";
          if (stop) this.#leaveAtOnce();
          continue;
        }
        this.#desk.press(key, { leaving: this.leaving });
        this.#changed.set();
      }
      this.#leave();
    } catch (error) {
      this.ended.reject(error);
    }
  }

  async #paintAll(): Promise<void> {
    const { signal } = this.over;
    try {
      while (!signal.aborted) {
        await this.#changed.wait();
        await this.#settle();
        const lines = this.#lines.take();
        this.#painted.set();
        if (!await this.#screen.paint(lines, this.#block())) {
          return this.#leave(); // the terminal is gone
        }
        if (signal.aborted) return;
        this.#ticker.wind();
        if (this.#lines.empty) this.scene.markRead();
        else this.#changed.set();
      }
    } catch (error) {
      this.ended.reject(error);
    }
  }

  /** Shows what is left to show, and takes the block away. */
  async #finish(screen: Screen): Promise<void> {
    while (await screen.finish(this.#lines.take())) {
      if (this.#lines.empty) return;
    }
  }

  async #settle(): Promise<void> {
    this.#size = await settledSize(this.#io, {
      known: this.#size,
      resized: () => {
        const resized = this.#resized;
        this.#resized = false;
        return resized;
      },
      signal: this.over.signal,
    });
  }

  #block(): Block {
    const [size, scene] = [this.#size, this.scene];
    const { label, now, conversation, views } = scene;
    return draftBlock(this.#desk.input.draft, size, {
      label: promptLabel(views.current, size.columns),
      pending: pendingRows(conversation.outgoing, {
        now,
        size,
        label,
        waitsFor: scene.waitsFor,
      }),
      status: sceneStatus(scene, {
        columns: size.columns - 1,
        busy: this.#desk.busy ? "sending…" : "",
      }),
    });
  }

  #notice(event: TerminalEvent): void {
    if (event === "hung_up") this.#leave();
    if (event === "resized") this.#resized = true;
    this.#changed.set();
  }

  #print(lines: readonly Line[]): void {
    if (this.#muted) return;
    this.#lines.push(lines);
    this.#changed.set();
  }

  #warn(text: string): void {
    this.#print(remarkLines(text, {
      alarm: true,
      maxLines: MAX_MESSAGE_LINES,
    }));
  }

  /** What would be lost out of sight. */
  #lastWords(): Line[] {
    const { text } = this.#desk.input;
    const { length } = this.conversation.outgoing;
    const unsent = this.leaving || text === ""
      ? []
      : remarkLines(`Not sent: ${text}`, { alarm: true });
    return [...unsent, ...this.scene.link.farewell(length)];
  }

  /** Leaves without showing what still waits to be shown: it may be a flood. */
  #leaveAtOnce(): void {
    this.#muted = true;
    this.#lines.clear();
    this.#painted.set();
    this.#leave();
  }

  /** Says goodbye; asked a second time, goes without waiting for an answer. */
  #leave(): void {
    if (this.leaving) return this.ended.resolve();
    this.leaving = true;
    this.#desk.hush();
    this.conversation.close().then(
      () => this.ended.resolve(),
      () => this.ended.resolve(),
    );
  }
}
