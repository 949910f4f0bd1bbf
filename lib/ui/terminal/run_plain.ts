import { ChatError } from "../../errors.ts";
import { MAX_TEXT_BYTES } from "../../protocol/limits.ts";
import type {
  Conversation,
  ConversationEvent,
} from "../../room/conversation.ts";
import { carryOut, type Scene } from "../carry_out.ts";
import {
  type Action,
  helpText,
  parseInput,
  type Request,
} from "../commands.ts";
import { MARGIN, remarkLines } from "../entry_line.ts";
import { jsonLine } from "../json_event.ts";
import { Roster } from "../roster.ts";
import { sanitizeLine } from "../sanitize.ts";
import { type Line, toPlain } from "../style.ts";
import { Transcript } from "../transcript.ts";
import { wrapLine } from "../wrap.ts";
import { type InputLine, LineSplitter } from "./line_splitter.ts";
import type { PlainIo } from "./terminal_io.ts";

/** What {@linkcode runPlain} may be told. */
export interface PlainOptions {
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
  /** IANA time zone; the one of this computer when left out. */
  readonly timeZone?: string;
  /** Says goodbye and ends when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Milliseconds before a line refused for its rate is tried again, unless the
 * server says how long to wait.
 */
const RETRY_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];
/** Whatever a server says, a line waits no longer than this. */
const MAX_RETRY_DELAY_MS = 60_000;

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

class PlainSession {
  readonly #conversation: Conversation;
  readonly #io: PlainIo;
  readonly #options: PlainOptions;
  readonly #commands: { readonly operator: boolean };
  readonly #scene: Scene;
  readonly #ended = Promise.withResolvers<void>();
  /** Aborts when it is over, whatever the reason. */
  readonly #over = new AbortController();
  #leaving = false;
  #sent = 0;
  readonly #refused: ChatError[] = [];

  constructor(
    conversation: Conversation,
    io: PlainIo,
    options: PlainOptions,
  ) {
    this.#conversation = conversation;
    this.#io = io;
    this.#options = options;
    this.#commands = { operator: conversation.kick !== undefined };
    const { timeZone } = options;
    const transcript = new Transcript({
      self: conversation.self,
      now: io.now(),
      dated: true,
      ...timeZone === undefined ? {} : { timeZone },
    });
    this.#scene = { conversation, transcript, roster: new Roster() };
  }

  async run(): Promise<void> {
    const { signal, json } = this.#options;
    const leave = (): void => this.#leave();
    signal?.addEventListener("abort", leave);
    if (signal?.aborted) leave();
    const following = this.#guard(this.#followAll());
    const sending = this.#guard(this.#sendAll());
    try {
      await this.#ended.promise;
    } finally {
      signal?.removeEventListener("abort", leave);
      this.#over.abort();
      this.#conversation.close().catch(() => {}); // its end is told by now
      await sending;
    }
    await following;
    const [first] = this.#refused;
    if (first !== undefined && !json) throw this.#notAllSent(first);
  }

  async #followAll(): Promise<void> {
    try {
      if (this.#options.json) {
        const { self, serverName } = this.#conversation;
        await this.#out(jsonLine({ kind: "entered", self, serverName }));
      }
      for await (const event of this.#conversation.events) {
        if (await this.#show(event)) continue;
        this.#leave(); // nobody reads any more
        break;
      }
    } catch (error) {
      if (!this.#leaving) throw error; // else we cut it off ourselves
    }
    this.#ended.resolve();
  }

  /** Says every line of the input, each when the one before was accepted. */
  async #sendAll(): Promise<void> {
    const { signal } = this.#over;
    const lines = new LineSplitter(MAX_TEXT_BYTES);
    while (!signal.aborted) {
      const bytes = await this.#io.read(signal);
      if (bytes === undefined) return;
      const ready = bytes === null ? lines.finish() : lines.feed(bytes);
      for (const line of ready) {
        if (this.#leaving || signal.aborted) return;
        await this.#send(line);
      }
      if (bytes === null) break;
    }
    if (!this.#options.stay) this.#leave();
  }

  async #send(line: InputLine): Promise<void> {
    const json = this.#options.json ?? false;
    this.#sent += 1;
    try {
      await this.#act(this.#understand(line));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (this.#leaving) return;
      this.#refused.push(error);
      const text = line.kind === "line" ? line.text : "";
      const found = sanitizeLine(error.message); // may quote the server
      const told = `line ${this.#sent}: ${found}`;
      await (json
        ? this.#out(jsonLine({ kind: "refused", text, error }))
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
    const { json = false, raw = json } = this.#options;
    if (!raw) return parseInput(text, this.#commands);
    return text.trim() === "" ? { kind: "nothing" } : { kind: "say", text };
  }

  async #act(action: Action): Promise<void> {
    switch (action.kind) {
      case "nothing":
        return;
      case "help":
        return await this.#tell(remarkLines(helpText(this.#commands)));
      case "quit":
        return this.#leave();
      case "mistake":
        throw refused(action.text);
      default: {
        const answer = await this.#patiently(action);
        if (answer.length > 0) await this.#tell(answer);
      }
    }
  }

  /** Tries again, later, as long as the server finds us too fast. */
  async #patiently(request: Request): Promise<Line[]> {
    for (const delay of RETRY_DELAYS_MS) {
      try {
        return await carryOut(request, this.#scene);
      } catch (error) {
        const tooFast = error instanceof ChatError &&
          error.code === "CHAT_RATE_LIMITED";
        if (!tooFast) throw error;
        const wait = Math.min(error.retryMs ?? delay, MAX_RETRY_DELAY_MS);
        await this.#io.delay(wait, this.#over.signal);
      }
    }
    return await carryOut(request, this.#scene);
  }

  /** @returns Whether somebody still reads the standard output. */
  async #show(event: ConversationEvent): Promise<boolean> {
    if (this.#options.json) return await this.#out(jsonLine(event));
    const lines = this.#scene.transcript.show(event);
    if (event.kind === "said" || event.kind === "did") {
      return await this.#out(plainText(lines, this.#io.columns("out")));
    }
    await this.#tell(lines);
    return true;
  }

  async #out(text: string): Promise<boolean> {
    return await this.#io.out(`${text}\n`);
  }

  async #tell(lines: readonly Line[]): Promise<void> {
    await this.#io.err(`${plainText(lines, this.#io.columns("err"))}\n`);
  }

  #notAllSent(first: ChatError): ChatError {
    const { length } = this.#refused;
    return new ChatError(
      first.code,
      `Cannot send ${length} of ${this.#sent} lines: ${
        sanitizeLine(first.message)
      }`,
      { cause: first },
    );
  }

  /** Says goodbye; what has come in by then is still shown. */
  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    void this.#guard(this.#conversation.close());
  }

  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#ended.reject(error);
    }
  }
}

function refused(found: string): ChatError {
  return new ChatError("CHAT_MESSAGE_INVALID", `Cannot send message: ${found}`);
}

/** A pipe gets whole lines; a terminal must not wrap them to where ours begin. */
function plainText(
  lines: readonly Line[],
  columns: number | undefined,
): string {
  const rows = columns === undefined
    ? lines
    : lines.flatMap((line) => wrapLine(line, columns - 1)); // some wrap early
  return rows.map(({ spans }) => toPlain(spans)).join("\n");
}
