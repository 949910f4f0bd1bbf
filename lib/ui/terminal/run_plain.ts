import { ChatError } from "../../errors.ts";
import { MAX_TEXT_BYTES } from "../../protocol/limits.ts";
import type {
  Conversation,
  ConversationEvent,
  Outgoing,
} from "../../room/conversation.ts";
import { answer } from "../answer.ts";
import { carryOut, directView, lookAround } from "../carry_out.ts";
import { parseInput } from "../commands.ts";
import { failureLines } from "../event_line.ts";
import { jsonLine } from "../json_event.ts";
import { keysOf, leaksKey } from "../link_secret.ts";
import { misdirected, misdirectedText } from "../misdirected.ts";
import { MARGIN, remarkLines } from "../remark.ts";
import { fitting } from "../fitting.ts";
import type { Action, Request, Utterance } from "../request.ts";
import { sanitizeLine } from "../sanitize.ts";
import { Scene, type SceneOptions } from "../scene.ts";
import { waitsLong } from "../sealed_phase.ts";
import type { Line } from "../style.ts";
import { type InputLine, LineSplitter } from "./line_splitter.ts";
import { plainText } from "./plain_text.ts";
import { Session } from "./session.ts";
import type { PlainIo } from "./terminal_io.ts";
import { Wakeup } from "./wakeup.ts";

/** What {@linkcode runPlain} may be told. */
export interface PlainOptions extends SceneOptions {
  /**
   * One JSON object per event on the standard output; then every line of the
   * input is a text to say, whatever it begins with.
   */
  readonly json?: boolean;
  /**
   * Every line of the input is a text to say, as with `json`: what comes out of
   * a file is no command.
   */
  readonly raw?: boolean;
  /** Goes on listening after the end of the input. */
  readonly stay?: boolean;
  /** Says goodbye and ends when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Takes part in `conversation` without a terminal. Lines of the input are said
 * or, when they start with `/`, carried out as commands, each after the one
 * before was accepted; messages go to the standard output, everything else to
 * the standard error. Ends after the end of the input, when the server has
 * accepted all of it, and when nobody reads the standard output any more.
 *
 * @throws what `conversation.events` throws; at the end of the input, the error
 * of the first line that was refused.
 */
export async function runPlain(
  conversation: Conversation,
  io: PlainIo,
  options: PlainOptions = {},
): Promise<void> {
  await new PlainSession(conversation, io, options).run();
}

/** What becomes of a message that was refused where no command can be typed. */
const STAYS = "It is kept: connect from a terminal to send it again";

class PlainSession extends Session {
  readonly #io: PlainIo;
  readonly #options: PlainOptions;
  /** Numbers of what nobody waits for here: from before, or for long. */
  readonly #waiting: Set<number>;
  /** Something has happened. */
  readonly #heard = new Wakeup();
  #sent = 0;
  readonly #refused: ChatError[] = [];

  constructor(
    conversation: Conversation,
    io: PlainIo,
    options: PlainOptions,
  ) {
    const look = { now: (): number => io.now(), dated: true };
    super(new Scene(conversation, options, look), options);
    this.#io = io;
    this.#options = options;
    this.#waiting = new Set(conversation.outgoing.map(({ number }) => number));
  }

  /** Whether every line of the input is a text to say. */
  get #raw(): boolean {
    const { json = false, raw = json } = this.#options;
    return raw;
  }

  async run(): Promise<void> {
    using _leaving = this.leavingWith(() => this.#leave());
    if (!this.#options.json) {
      const { length } = this.conversation.outgoing;
      const commands = !this.#raw;
      await this.#tell(this.scene.link.leftOver(length, { commands }));
    }
    const following = this.#guard(this.#followAll());
    const sending = this.#guard(this.#sendAll());
    try {
      await this.ended.promise;
    } finally {
      this.over.abort();
      this.conversation.close().catch(() => {}); // its end is told by now
      await sending;
    }
    await following;
    if (!this.#options.json) {
      const { length } = this.conversation.outgoing;
      await this.#tell(this.scene.link.farewell(length));
    }
    const [first] = this.#refused;
    if (first !== undefined && !this.#options.json) {
      throw this.#notAllSent(first);
    }
  }

  async #followAll(): Promise<void> {
    let reading = !this.#options.json || await this.#enter();
    await this.follow(async (event) => {
      reading &&= await this.#show(event);
      this.#heard.set();
      if (!reading) this.#leave(); // nobody reads any more
      return reading;
    }, { all: this.#options.json ?? false });
  }

  async #enter(): Promise<boolean> {
    const { self, standing, serverName } = this.conversation;
    const { room } = this.scene.views.current;
    return await this.#json({
      kind: "entered",
      self,
      standing,
      serverName,
      room,
    });
  }

  /** Says every line of the input, each when the one before was accepted. */
  async #sendAll(): Promise<void> {
    const { signal } = this.over;
    const lines = new LineSplitter(MAX_TEXT_BYTES);
    while (!signal.aborted) {
      const bytes = await this.#io.read(signal);
      if (bytes === undefined) return;
      const ready = bytes === null ? lines.finish() : lines.feed(bytes);
      for (const line of ready) {
        if (this.leaving || signal.aborted) return;
        await this.#send(line);
      }
      if (bytes === null) break;
    }
    if (!this.#options.stay) this.#leave();
  }

  async #send(line: InputLine): Promise<void> {
    this.#sent += 1;
    const { room } = this.scene.views.current;
    try {
      await this.#act(this.#understand(line), room);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (this.leaving) return;
      this.#refused.push(error);
      const text = line.kind === "line" ? line.text : "";
      const found = sanitizeLine(error.message); // may quote the server
      const told = `line ${this.#sent}: ${found}`;
      await (this.#options.json
        ? this.#json({ kind: "refused", room, text, error })
        : this.#tell([{ spans: [{ text: told }], indent: MARGIN }]));
    }
  }

  #understand(line: InputLine): Action {
    switch (line.kind) {
      case "overlong":
        throw refused(`it is longer than ${MAX_TEXT_BYTES} bytes`);
      case "not_utf8":
        throw refused("it is not UTF-8");
      case "line":
        break;
    }
    const { text } = line;
    const action = this.#actionOf(text);
    const { views, conversation } = this.scene;
    const { current: room } = views;
    if (leaksKey(text, action, { room, keys: keysOf(conversation) })) {
      throw refused("it holds the key of a sealed room, and this one is open");
    }
    const meant = this.#raw ? undefined : misdirected(action, room, views);
    if (meant === undefined) return action;
    return { kind: "mistake", text: misdirectedText(meant, room) };
  }

  #actionOf(text: string): Action {
    if (!this.#raw) return parseInput(text, this.scene.commands);
    return text.trim() === "" ? { kind: "nothing" } : { kind: "say", text };
  }

  async #act(action: Action, room: number): Promise<void> {
    switch (action.kind) {
      case "nothing":
        return;
      case "quit":
        return this.#leave();
      case "mistake":
        throw refused(action.text);
      case "say":
      case "act":
        return await this.#say(action, room);
      case "help":
      case "room":
      case "topic":
      case "outbox":
      case "retry":
      case "discard":
      case "link":
        return await this.#tell(answer(action, this.scene));
      default:
        await this.#ask(action, room);
    }
  }

  async #carryOut(request: Request, room: number): Promise<Line[]> {
    const { scene } = this;
    if (request.kind !== "tell") return await carryOut(request, room, scene);
    const view = await directView(request.subject, scene);
    scene.answered(view);
    await this.#say({ kind: "say", text: request.text }, view.room);
    return [];
  }

  async #ask(request: Request, room: number): Promise<void> {
    const { scene } = this;
    try {
      await this.#tell(await this.#carryOut(request, room));
      scene.arrived();
      await this.#tell(await lookAround(request, scene));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      throw fitting(error, request, this.conversation.standing);
    } finally {
      scene.arrived();
    }
  }

  /** A line that was refused is told, and so it does not wait for a retry. */
  async #say({ kind, text }: Utterance, room: number): Promise<void> {
    const { conversation } = this;
    const find = (): Outgoing | undefined =>
      conversation.outgoing.findLast((message) => (
        message.room === room && message.text === text
      ));
    let kept = false;
    const saying = conversation[kind](text, room).catch((error: unknown) => {
      const failed = find();
      if (!kept && failed?.state === "failed") {
        conversation.discard(failed.number);
      }
      throw error;
    });
    if (this.#raw || await this.#isSoon(saying, room)) return await saying;
    kept = true;
    saying.catch(() => {}); // told by its event
    const waiting = find();
    if (waiting !== undefined) this.#waiting.add(waiting.number);
    const why = this.scene.waitsFor(room) || "waits";
    await this.#tell(remarkLines(`${this.scene.label(room)}: ${why}`));
  }

  /** Whether what a person says is done, rather than waiting for somebody. */
  async #isSoon(saying: Promise<void>, room: number): Promise<boolean> {
    let done = false;
    const settled = saying.catch(() => {}).then(() => done = true);
    while (!done && !waitsLong(this.conversation, room)) {
      await Promise.race([settled, this.#heard.wait()]);
    }
    return done;
  }

  /** @returns Whether somebody still reads the standard output. */
  async #show(event: ConversationEvent): Promise<boolean> {
    if (this.#options.json) {
      if (event.kind === "room") this.scene.show(event); // it may be new
      const read = await this.#json(event); // before a room is forgotten
      this.scene.show(event);
      return read;
    }
    const lines = this.#linesOf(event);
    if (event.kind === "said" || event.kind === "did") {
      const text = plainText(lines, this.#io.columns("out"));
      if (!await this.#io.out(`${text}\n`)) return false;
      this.scene.markRead();
    } else await this.#tell(lines);
    return true;
  }

  /** What becomes of the input, its lines tell; no file can type a command. */
  #linesOf(event: ConversationEvent): Line[] {
    if (event.kind !== "outgoing" || event.message.state !== "failed") {
      return this.scene.show(event);
    }
    const { message } = event;
    if (!this.#waiting.has(message.number)) return [];
    if (!this.#raw) return this.scene.show(event);
    return failureLines(message, this.scene.label, STAYS);
  }

  async #json(event: Parameters<typeof jsonLine>[0]): Promise<boolean> {
    return await this.#io.out(`${jsonLine(event, this.scene.nameOf)}\n`);
  }

  async #tell(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#io.err(`${plainText(lines, this.#io.columns("err"))}\n`);
  }

  #notAllSent(first: ChatError): ChatError {
    const { length } = this.#refused;
    return new ChatError(
      first.code,
      `Cannot send ${length} of ${this.#sent} lines: ${
        sanitizeLine(first.message)
      }`,
      { cause: first, hint: first.hint },
    );
  }

  /** Says goodbye; what has come in by then is still shown. */
  #leave(): void {
    if (this.leaving) return;
    this.leaving = true;
    void this.#guard(this.conversation.close());
  }

  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.ended.reject(error);
    }
  }
}

function refused(found: string): ChatError {
  return new ChatError("CHAT_MESSAGE_INVALID", `Cannot send message: ${found}`);
}
