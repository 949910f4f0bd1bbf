import { ChatError, type ErrorCode } from "../errors.ts";
import type { Member, Verb } from "../protocol/entry.ts";
import {
  MAX_NAME_BYTES,
  MAX_PAGE_ENTRIES,
  MAX_SUBJECT_BYTES,
  MAX_TOPIC_BYTES,
  MAX_WORDS_BYTES,
} from "../protocol/limits.ts";
import type {
  Answer,
  ClientMessage,
  MessageOfKind,
} from "../protocol/messages.ts";
import { utf8Length } from "../protocol/text.ts";
import type {
  EntryPage,
  JoinedRoomInfo,
  ListedRoom,
  ListedSanction,
  MadeInvitation,
  MemberIdentity,
} from "../room/conversation.ts";
import { collectList, expectAnswer, pageOf } from "./answers.ts";
import { askPatiently } from "./ask_patiently.ts";
import { unexpected } from "./unexpected.ts";
import type { Wire } from "./wire.ts";

/** Entries of a page of a log, unless told otherwise. */
const PAGE_ENTRIES = 50;

/** How many entries to ask for, when so many are wanted. */
export function pageLimit(wanted: number = PAGE_ENTRIES): number {
  return Math.max(1, Math.min(MAX_PAGE_ENTRIES, Math.floor(wanted)));
}

/** What is asked of a server for somebody who waits for the answer. */
export class Questions {
  readonly #wire: Wire;
  readonly #joined: ReadonlyMap<number, JoinedRoomInfo>;

  /** @param joined The rooms we belong to, kept up to date. */
  constructor(wire: Wire, joined: ReadonlyMap<number, JoinedRoomInfo>) {
    this.#wire = wire;
    this.#joined = joined;
  }

  async join(name: string): Promise<JoinedRoomInfo> {
    checkFits(name, ROOM_NAME);
    return await this.#ask(
      (id) => ({ kind: "join", id, name }),
      (answer) => this.#roomOf(answer),
    );
  }

  async direct(name: string): Promise<JoinedRoomInfo> {
    checkFits(name, SUBJECT);
    return await this.#ask(
      (id) => ({ kind: "direct", id, name }),
      (answer) => this.#roomOf(answer),
    );
  }

  async leave(room: number): Promise<void> {
    await this.#ask((id) => ({ kind: "leave", id, room }), done);
  }

  async title(text: string, room: number): Promise<void> {
    checkFits(text, TOPIC);
    await this.#ask(
      (id) => ({ kind: "title", id, room, text }),
      (answer) => expectAnswer(answer, "ack"),
    );
  }

  async rooms(): Promise<readonly ListedRoom[]> {
    return await this.#ask(
      (id) => ({ kind: "rooms", id }),
      collectList((answer) => {
        const { rooms: items, more } = expectAnswer(answer, "rooms");
        return { items, more };
      }),
    );
  }

  async who(room: number): Promise<readonly Member[]> {
    return await this.#ask(
      (id) => ({ kind: "who", id, room }),
      collectList((answer) => {
        const page = expectAnswer(answer, "members");
        if (page.room !== room) throw unexpected(page.kind);
        return { items: page.members, more: page.more };
      }),
    );
  }

  async whois(name: string): Promise<MemberIdentity> {
    checkFits(name, SUBJECT);
    return await this.#ask(
      (id) => ({ kind: "whois", id, name }),
      (answer) => expectAnswer(answer, "identity"),
    );
  }

  async history(
    room: number,
    { before, limit }: {
      readonly before: number | null;
      readonly limit: number;
    },
  ): Promise<EntryPage> {
    return await this.#ask(
      (id) => ({ kind: "history", id, room, before, limit }),
      (answer) => pageOf(answer, { room, before, limit }),
    );
  }

  async search(
    words: string,
    { room, before }: { readonly room: number; readonly before: number | null },
  ): Promise<EntryPage> {
    checkFits(words, WORDS);
    return await this.#ask(
      (id) => ({ kind: "search", id, room, words, before }),
      (answer) => pageOf(answer, { room, before, limit: null }),
    );
  }

  async moderate(
    verb: Verb,
    { subject, seconds }: {
      readonly subject: string;
      readonly seconds: number | null;
    },
  ): Promise<void> {
    checkFits(subject, SUBJECT);
    await this.#ask(
      (id) => ({ kind: "moderate", id, verb, subject, seconds }),
      done,
    );
  }

  async bans(): Promise<readonly ListedSanction[]> {
    return await this.#ask(
      (id) => ({ kind: "bans", id }),
      collectList((answer) => {
        const { bans: items, more } = expectAnswer(answer, "bans");
        return { items, more };
      }),
    );
  }

  async invite(seconds: number): Promise<MadeInvitation> {
    return await this.#ask(
      (id) => ({ kind: "invite", id, seconds }),
      (answer) => expectAnswer(answer, "invitation"),
    );
  }

  async rotate(
    succession: Omit<MessageOfKind<"succession">, "kind">,
  ): Promise<void> {
    await this.#ask(
      (id) => ({ ...succession, kind: "rotate", id }),
      renewed,
    );
  }

  /** Tells that something is being typed; how that ends, nobody needs to know. */
  type(room: number): void {
    this.#wire.start((id) => ({ kind: "type", id, room }), {
      answered: (answer): true => done(answer),
      refused(): void {},
      ended(): void {},
    });
  }

  async #ask<T>(
    request: (id: number) => ClientMessage,
    collect: (answer: Answer) => T | undefined,
  ): Promise<T> {
    return await askPatiently(this.#wire, request, collect);
  }

  /** The server has announced a room before it says that it is done. */
  #roomOf(answer: Answer): JoinedRoomInfo {
    const { room } = expectAnswer(answer, "done");
    const info = room === null ? undefined : this.#joined.get(room);
    if (info === undefined) throw unexpected(answer.kind);
    return info;
  }
}

const ROOM_NAME = {
  max: MAX_NAME_BYTES,
  code: "CHAT_NAME_INVALID",
  what: "the name",
} as const;
const SUBJECT = {
  max: MAX_SUBJECT_BYTES,
  code: "CHAT_NO_SUCH_MEMBER",
  what: "the name",
} as const;
const TOPIC = {
  max: MAX_TOPIC_BYTES,
  code: "CHAT_MESSAGE_INVALID",
  what: "the topic",
} as const;
const WORDS = {
  max: MAX_WORDS_BYTES,
  code: "CHAT_MESSAGE_INVALID",
  what: "what is searched for",
} as const;

/** The entry that tells it, or that there is nobody to be told. */
function renewed(answer: Answer): true {
  if (answer.kind !== "done") expectAnswer(answer, "ack");
  return true;
}

function done(answer: Answer): true {
  expectAnswer(answer, "done");
  return true;
}

/** Text that no server takes is not sent; the codec would call it a bug. */
function checkFits(
  text: string,
  { max, code, what }: {
    readonly max: number;
    readonly code: ErrorCode;
    readonly what: string;
  },
): void {
  if (text.isWellFormed() && utf8Length(text) <= max) return;
  throw new ChatError(code, `Cannot ask the server: ${what} is too long`);
}
