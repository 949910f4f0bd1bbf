import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Author, Entry, Member } from "../protocol/entry.ts";
import type {
  Answer,
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "../protocol/messages.ts";
import { MAX_NAME_BYTES } from "../protocol/limits.ts";
import { Requests } from "../protocol/requests.ts";
import { PROTOCOL } from "../protocol/schema.ts";
import { checkText, utf8Length } from "../protocol/text.ts";
import { GOODBYE_ERRORS } from "../protocol/words.ts";
import { Queue } from "../queue.ts";
import type {
  Conversation,
  ConversationEvent,
  MemberIdentity,
} from "./conversation.ts";

/** Events that may wait to be iterated; then nothing more is taken in. */
export const MAX_WAITING_EVENTS = 4096;

/** Members that a list may have; a server that names more is lying. */
export const MAX_MEMBERS = 65_536;

/** The lobby's number. */
const LOBBY = 0;

/** Asked when the server wants another name; nothing gives up. */
export type AskName = (
  wanted: MessageOfKind<"name_wanted">,
) => Promise<string | undefined>;

/** How a membership reaches its server. */
export interface MembershipLink {
  /** Our fingerprint, 32 bytes. */
  readonly fingerprint: Bytes;
  /** Sends one message; after the end it does nothing. */
  send(message: ClientMessage): void;
  /** Says goodbye; resolves when it is over. */
  close(): Promise<void>;
  /** Operators only: sends the request `id` to remove a member. */
  kick?(id: number, name: string): void;
}

/**
 * Our side of a room, whatever carries it: turns calls into requests, and what
 * the server sends into answers and events.
 */
export class Membership implements Conversation {
  readonly events: Queue<ConversationEvent> = new Queue(MAX_WAITING_EVENTS);
  readonly kick?: (name: string) => Promise<void>;
  readonly #link: MembershipLink;
  readonly #requests = new Requests();
  readonly #entering = Promise.withResolvers<void>();
  #entered: MessageOfKind<"entered"> | undefined;
  #asking = false;
  #seq = 0;
  #askName: AskName | undefined;

  constructor(link: MembershipLink) {
    this.#link = link;
    this.#entering.promise.catch(() => {}); // `enter` awaits it, if it runs
    if (link.kick !== undefined) {
      this.kick = async (name): Promise<void> => {
        await this.#requests.ask((id) => link.kick?.(id, name), isAck);
      };
    }
  }

  get self(): Author {
    return {
      name: this.#entered?.name ?? "",
      fingerprint: this.#link.fingerprint,
    };
  }

  get #room(): number {
    return this.#entered?.room ?? LOBBY;
  }

  get serverName(): string {
    return this.#entered?.serverName ?? "";
  }

  /** Message of the day; text of a peer, so sanitise it. */
  get motd(): string {
    return this.#entered?.motd ?? "";
  }

  /** People present when we entered, ourselves included. */
  get present(): number {
    return this.#entered?.present ?? 0;
  }

  /**
   * Asks to enter until the server grants a name.
   *
   * @throws {ChatError} `CHAT_NAME_INVALID`, `CHAT_NAME_TAKEN`, or why the
   * connection ended; the abort reason when `signal` aborts.
   */
  async enter(options: {
    readonly name?: string;
    readonly askName?: AskName;
    readonly signal?: AbortSignal;
  }): Promise<void> {
    const { name, askName, signal } = options;
    if (name !== undefined) checkName(name);
    this.#askName = askName;
    const abort = (): void => this.#entering.reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#link.send({ kind: "enter", protocol: PROTOCOL, name: name ?? null });
    try {
      await this.#entering.promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async say(text: string): Promise<void> {
    checkText(text);
    await this.#requests.ask(
      (id) => this.#link.send({ kind: "say", id, room: this.#room, text }),
      isAck,
    );
  }

  async act(text: string): Promise<void> {
    checkText(text);
    await this.#requests.ask(
      (id) => this.#link.send({ kind: "act", id, room: this.#room, text }),
      isAck,
    );
  }

  async who(): Promise<readonly Member[]> {
    const members: Member[] = [];
    return await this.#requests.ask(
      (id) => this.#link.send({ kind: "who", id, room: this.#room }),
      (answer) => {
        if (answer.kind !== "members") throw unexpected(answer.kind);
        members.push(...answer.members);
        if (members.length > MAX_MEMBERS || answer.members.length === 0) {
          throw unexpected(`${members.length} members`);
        }
        return answer.more ? undefined : members;
      },
    );
  }

  async whois(name: string): Promise<MemberIdentity> {
    if (!fits(name)) {
      throw new ChatError(
        "CHAT_NO_SUCH_MEMBER",
        "Cannot find member: nobody has so long a name",
      );
    }
    return await this.#requests.ask(
      (id) => this.#link.send({ kind: "whois", id, name }),
      (answer) => {
        if (answer.kind !== "identity") throw unexpected(answer.kind);
        return answer;
      },
    );
  }

  notice(text: string): void {
    this.events.push({ kind: "notice", text });
  }

  async close(): Promise<void> {
    this.events.release(); // whoever reads for us may wait for room there
    await this.#link.close();
    this.end();
  }

  /**
   * Takes in one message of the server.
   *
   * @returns The error that a goodbye amounts to.
   * @throws {ChatError} `CHAT_PROTOCOL` for what has no place here: an answer
   * to no request, an entry of another room or not the next one of the log.
   */
  take(message: ServerMessage): ChatError | undefined {
    switch (message.kind) {
      case "name_wanted":
        if (this.#asking || this.#entered) throw unexpected(message.kind);
        void this.#answerName(message);
        return undefined;
      case "entered":
        if (this.#asking || this.#entered) throw unexpected(message.kind);
        this.#entered = message;
        this.#seq = message.seq;
        this.#entering.resolve();
        return undefined;
      case "ack":
      case "refused":
      case "members":
      case "identity":
        this.#requests.answer(message);
        return undefined;
      case "goodbye": {
        const { why, text } = message;
        this.events.push({ kind: "goodbye", why, text });
        const code = GOODBYE_ERRORS[why];
        return code === null
          ? undefined
          : new ChatError(code, `Cannot stay: ${text}`);
      }
      default:
        if (
          message.room !== this.#entered?.room || message.seq !== this.#seq + 1
        ) {
          throw unexpected(`${message.kind} ${message.seq}`);
        }
        this.#seq = message.seq;
        this.events.push(message);
        return undefined;
    }
  }

  /** Passes over an entry that will not be shown. */
  skip(entry: Entry): void {
    this.#seq = entry.seq;
  }

  /** Ends it: waiting requests are rejected, `events` ends or throws. */
  end(failure?: unknown): void {
    this.events.end(failure);
    const over = failure ?? new ChatError(
      "CHAT_CONNECTION_CUT",
      "Cannot ask the server: the conversation is over",
    );
    this.#entering.reject(over);
    this.#requests.fail(over);
  }

  async #answerName(wanted: MessageOfKind<"name_wanted">): Promise<void> {
    this.#asking = true;
    try {
      const name = await this.#askName?.(wanted);
      if (name === undefined) throw nameRefused(wanted);
      checkName(name);
      this.#asking = false;
      this.#link.send({ kind: "enter", protocol: PROTOCOL, name });
    } catch (error) {
      this.#entering.reject(error);
    }
  }
}

function unexpected(what: string): ChatError {
  return new ChatError(
    "CHAT_PROTOCOL",
    `Cannot go on: the server sent "${what}" where it has no place`,
  );
}

function isAck(answer: Answer): true {
  if (answer.kind !== "ack") throw unexpected(answer.kind);
  return true;
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
function fits(name: string): boolean {
  return name.isWellFormed() && utf8Length(name) <= MAX_NAME_BYTES;
}

function checkName(name: string): void {
  if (fits(name)) return;
  throw new ChatError(
    "CHAT_NAME_INVALID",
    `Cannot enter: a name has at most ${MAX_NAME_BYTES} bytes of UTF-8`,
  );
}
