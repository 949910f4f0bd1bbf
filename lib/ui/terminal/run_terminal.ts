import { ChatError } from "../../errors.ts";
import { MAX_TEXT_BYTES } from "../../protocol/limits.ts";
import { REFUSAL_CODES } from "../../protocol/words.ts";
import type { Conversation } from "../../room/conversation.ts";
import { carryOut, type Scene } from "../carry_out.ts";
import { type Block, draftBlock, type Size } from "../block.ts";
import {
  commandNames,
  helpText,
  parseInput,
  type Request,
} from "../commands.ts";
import { EMPTY_COMPOSER, press, replaceText, submit } from "../composer.ts";
import { remarkLines } from "../entry_line.ts";
import type { Key } from "../key.ts";
import { Roster } from "../roster.ts";
import { statusRow } from "../status.ts";
import type { Line } from "../style.ts";
import { Transcript } from "../transcript.ts";
import { LineQueue } from "./line_queue.ts";
import { Screen } from "./screen.ts";
import { TaskLine } from "./task_line.ts";
import type { TerminalEvent, TerminalIo } from "./terminal_io.ts";
import { Wakeup } from "./wakeup.ts";

/** What {@linkcode runTerminal} may be told. */
export interface TerminalOptions {
  /** The room's name; the lobby when left out. */
  readonly room?: string;
  /** IANA time zone; the one of this computer when left out. */
  readonly timeZone?: string;
  /** Says goodbye and ends when aborted. */
  readonly signal?: AbortSignal;
}

/** Lines of one message shown; nobody fills the whole scrollback at once. */
const MAX_MESSAGE_LINES = 100;
/** Requests that may be without an answer; then Enter has to wait. */
const MAX_UNANSWERED = 32;
/** Milliseconds without an answer after which the status says so. */
const BUSY_DELAY_MS = 400;
/**
 * Milliseconds for which a size must last before it is believed: tmux tells of
 * a resize up to 250 ms after it has moved the rows.
 */
const RESIZE_DELAY_MS = 300;

/** What was typed is never put where the next line is being typed. */
const UP_BRINGS_IT_BACK = "(Up brings the text back)";
const LABEL = [{ text: "› ", bold: true }];
const KEYS_HELP = "Keys: Tab completes, Up recalls, Alt-Enter begins a line, " +
  "Ctrl-C clears or leaves";

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

class TerminalSession {
  readonly #conversation: Conversation;
  readonly #io: TerminalIo;
  readonly #options: TerminalOptions;
  readonly #commands: { readonly operator: boolean };
  readonly #scene: Scene;
  readonly #requests = new TaskLine(MAX_UNANSWERED);
  readonly #lines = new LineQueue();
  readonly #screen: Screen;
  readonly #changed = new Wakeup();
  readonly #painted = new Wakeup();
  readonly #ended = Promise.withResolvers<void>();
  /** Aborts when it is over, whatever the reason. */
  readonly #over = new AbortController();
  /** Aborts when all that is to be shown then is shown: Ctrl-C ends that too. */
  readonly #shown = new AbortController();
  #composer = EMPTY_COMPOSER;
  #busy = false;
  /** Whether the operator was told what leaving means, and did nothing else. */
  #warned = false;
  #size: Size;
  #resized = false;
  #leaving = false;
  /** Whether nothing more is shown, because leaving is urgent. */
  #muted = false;

  constructor(
    conversation: Conversation,
    io: TerminalIo,
    options: TerminalOptions,
  ) {
    this.#conversation = conversation;
    this.#io = io;
    this.#size = io.size();
    this.#options = options;
    this.#commands = { operator: conversation.kick !== undefined };
    const { timeZone } = options;
    const transcript = new Transcript({
      self: conversation.self,
      now: io.now(),
      maxLines: MAX_MESSAGE_LINES,
      ...timeZone === undefined ? {} : { timeZone },
    });
    this.#scene = { conversation, transcript, roster: new Roster() };
    this.#screen = new Screen(io, (event) => this.#notice(event));
  }

  async run(): Promise<void> {
    using screen = this.#screen;
    const { signal } = this.#options;
    const leave = (): void => this.#leaveAtOnce();
    signal?.addEventListener("abort", leave);
    if (signal?.aborted) leave();
    this.#print(this.#scene.transcript.welcome(this.#conversation.serverName));
    const [painting, typing] = [this.#paintAll(), this.#typeAll()];
    void this.#followAll();
    void this.#askWho();
    try {
      await this.#ended.promise;
    } finally {
      signal?.removeEventListener("abort", leave);
      this.#over.abort();
      this.#changed.set();
      this.#painted.set();
      this.#conversation.close().catch(() => {}); // its end is told by now
      await painting;
      if (!this.#leaving && this.#composer.text !== "") {
        this.#warn(`Not sent: ${this.#composer.text}`);
      }
      await this.#finish(screen);
      this.#shown.abort();
      await typing;
    }
  }

  /** Shows what happens, and takes in no more than can be shown. */
  async #followAll(): Promise<void> {
    try {
      for await (const event of this.#conversation.events) {
        if (this.#over.signal.aborted) return;
        this.#scene.roster.see(event);
        this.#print(this.#scene.transcript.show(event));
        while (this.#lines.full) {
          await this.#painted.wait();
          if (this.#over.signal.aborted) return;
        }
      }
      this.#ended.resolve();
    } catch (error) {
      if (this.#leaving) this.#ended.resolve(); // we cut it off ourselves
      else this.#ended.reject(error);
    }
  }

  async #typeAll(): Promise<void> {
    try {
      for (;;) {
        const key = await this.#io.keyboard.read(this.#shown.signal);
        if (key === null) break;
        if (this.#over.signal.aborted) {
          if (key.kind === "press" && key.name === "ctrl-c") {
            this.#leaveAtOnce();
          }
          continue;
        }
        this.#press(key);
        this.#changed.set();
      }
      this.#leave();
    } catch (error) {
      this.#ended.reject(error);
    }
  }

  async #paintAll(): Promise<void> {
    const { signal } = this.#over;
    try {
      while (!signal.aborted) {
        await this.#changed.wait();
        await this.#settle();
        const lines = this.#lines.take();
        this.#painted.set();
        if (!await this.#screen.paint(lines, this.#block())) {
          return this.#leave(); // the terminal is gone
        }
        if (!this.#lines.empty) this.#changed.set();
      }
    } catch (error) {
      this.#ended.reject(error);
    }
  }

  /** Shows what is left to show, and takes the block away. */
  async #finish(screen: Screen): Promise<void> {
    while (await screen.finish(this.#lines.take())) {
      if (this.#lines.empty) return;
    }
  }

  /** Waits until the size stays the same: each step of a resize moves rows. */
  async #settle(): Promise<void> {
    for (;;) {
      const { columns, rows } = this.#io.size();
      const same = columns === this.#size.columns && rows === this.#size.rows;
      if ((same && !this.#resized) || this.#over.signal.aborted) return;
      this.#size = { columns, rows };
      this.#resized = false;
      await this.#io.delay(RESIZE_DELAY_MS, this.#over.signal);
    }
  }

  #block(): Block {
    const size = this.#size;
    const { self, serverName } = this.#conversation;
    const status = statusRow({
      self: this.#scene.transcript.author(self),
      server: serverName,
      room: this.#options.room ?? "lobby",
      people: this.#scene.roster.size,
      uncounted: this.#scene.roster.uncounted,
      busy: this.#busy ? "sending…" : "",
    }, size.columns - 1);
    return draftBlock(this.#composer, size, { label: LABEL, status });
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

  #press(key: Key): void {
    const { text } = this.#composer;
    if (key.kind === "press") {
      switch (key.name) {
        case "enter":
          return this.#submit();
        case "ctrl-c":
          if (text === "") {
            if (this.#mayLeave()) this.#leaveAtOnce();
            return;
          }
          this.#composer = submit(this.#composer).rest; // Up brings it back
          return;
        case "ctrl-d":
          if (text === "" && this.#leaving) return this.#leaveAtOnce();
          if (text === "") {
            if (this.#mayLeave()) this.#leave();
            return;
          }
          break;
        case "ctrl-l":
          return this.#screen.clear();
      }
    }
    const next = press(this.#composer, key, {
      commands: commandNames(this.#commands),
      names: this.#scene.roster.names,
      maxBytes: MAX_TEXT_BYTES,
    });
    this.#warned = false;
    const refused = next === this.#composer && key.kind !== "press";
    this.#composer = next;
    if (!refused) return;
    this.#screen.ring();
    if (key.kind === "text") return;
    this.#warn(`Cannot paste that: a message holds ${MAX_TEXT_BYTES} bytes`);
  }

  /** An operator who leaves closes the room: asked twice when others are in it. */
  #mayLeave(): boolean {
    const { size } = this.#scene.roster;
    if (!this.#commands.operator || size < 2 || this.#warned) return true;
    this.#warned = true;
    this.#warn(
      `${size} people are here. Leave once more to close the room for everybody`,
    );
    return false;
  }

  #submit(): void {
    const { text, rest } = submit(this.#composer);
    const action = parseInput(text, this.#commands);
    switch (action.kind) {
      case "nothing":
        this.#composer = replaceText(this.#composer, "");
        return;
      case "mistake":
        this.#composer = rest;
        return this.#warn(`${action.text} ${UP_BRINGS_IT_BACK}`);
      case "quit":
        this.#composer = rest;
        // After what was entered before; Ctrl-C does not wait for it.
        if (!this.#requests.offer(() => this.#quit())) this.#leave();
        return;
      case "help": {
        this.#composer = rest;
        const help = `${helpText(this.#commands)}\n${KEYS_HELP}`;
        return this.#print(remarkLines(help));
      }
      default:
        if (this.#requests.offer(() => this.#request(action, text))) {
          this.#composer = rest;
        } else this.#warn("Cannot send more: the server has yet to answer");
    }
  }

  /** Carries out what needs the server, and tells when it refuses. */
  async #request(request: Request, text: string): Promise<void> {
    using _busy = this.#showBusy();
    try {
      this.#print(await carryOut(request, this.#scene));
    } catch (error) {
      if (!(error instanceof ChatError)) return this.#ended.reject(error);
      if (this.#leaving) return;
      if (isRefusal(error)) {
        this.#warn(`${error.message}. ${error.hint} ${UP_BRINGS_IT_BACK}`);
      } else if (request.kind === "say" || request.kind === "act") {
        this.#warn(`Perhaps not delivered: ${text}`);
      }
    }
  }

  /** Learns who is here, for the status and for Tab. */
  async #askWho(): Promise<void> {
    try {
      this.#scene.roster.reset(await this.#conversation.who());
      this.#changed.set();
    } catch (error) {
      // Then the status goes without; the end of it all `events` tells.
      if (!(error instanceof ChatError)) this.#ended.reject(error);
    }
  }

  #showBusy(): Disposable {
    const done = new AbortController();
    void this.#io.delay(BUSY_DELAY_MS, done.signal).then(() => {
      this.#busy = !done.signal.aborted;
      this.#changed.set();
    });
    return {
      [Symbol.dispose]: (): void => {
        done.abort();
        this.#busy = false;
        this.#changed.set();
      },
    };
  }

  #quit(): Promise<void> {
    this.#leave();
    return Promise.resolve();
  }

  #warn(text: string): void {
    this.#print(remarkLines(text, {
      alarm: true,
      maxLines: MAX_MESSAGE_LINES,
    }));
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
    if (this.#leaving) return this.#ended.resolve();
    this.#leaving = true;
    this.#conversation.close().then(
      () => this.#ended.resolve(),
      () => this.#ended.resolve(),
    );
  }
}

/** Whether the server said no, rather than nothing any more. */
function isRefusal({ code }: ChatError): boolean {
  return (REFUSAL_CODES as readonly string[]).includes(code);
}
