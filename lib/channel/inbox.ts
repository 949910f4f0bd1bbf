import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { type Alert, decodeAlert } from "../wire/alert.ts";
import { type Message, MESSAGE_TYPES, splitMessages } from "../wire/message.ts";
import type { Frame, RecordOpener } from "./record_opener.ts";

/** Payload size of ping and pong, in bytes; any value, sent back unchanged. */
export const PING_BYTES = 8;

/** What records that arrived together said. */
export interface Received {
  /** Payloads of data messages, in order: views into the records. */
  readonly data: readonly Bytes[];
  /** The last ping: a flood of them is answered once. */
  readonly ping: Bytes | undefined;
  /** How the peer ended the conversation, if it did. */
  readonly end: "close" | Alert | undefined;
}

/** Opens records and tells apart what they hold. */
export class Inbox {
  readonly #opener: RecordOpener;

  constructor(opener: RecordOpener) {
    this.#opener = opener;
  }

  /**
   * Opens `frames`, all at once where that is faster, and looks at them in
   * order. What follows the end is not looked at.
   *
   * @throws {ChatError} `CHAT_RECORD_REFUSED`, `CHAT_RECORD_LIMIT`,
   * `CHAT_WIRE_MALFORMED` or `CHAT_UNEXPECTED_MESSAGE`; nothing of any of the
   * frames is returned then.
   */
  async open(frames: readonly Frame[]): Promise<Received> {
    const data: Bytes[] = [];
    let ping: Bytes | undefined;
    let opened = this.#openAll(frames);
    for (const [i] of frames.entries()) {
      const first = opened.shift() as Bytes | Promise<Bytes>;
      const messages = splitMessages(
        first instanceof Uint8Array ? first : await first,
      );
      for (const [at, message] of messages.entries()) {
        const { type, payload } = message;
        if (type === MESSAGE_TYPES.data) {
          data.push(payload);
        } else if (type === MESSAGE_TYPES.ping) {
          checkLength(message, PING_BYTES);
          ping = payload;
        } else if (type === MESSAGE_TYPES.pong) {
          checkLength(message, PING_BYTES);
        } else if (type === MESSAGE_TYPES.keyUpdate) {
          checkLast(message, messages, at);
          await this.#opener.update();
          // They were opened with the old key, but sealed with the new one.
          opened = this.#openAll(frames.slice(i + 1));
        } else if (type === MESSAGE_TYPES.close) {
          checkLast(message, messages, at);
          return { data, ping, end: "close" };
        } else if (type === MESSAGE_TYPES.alert) {
          return { data, ping, end: decodeAlert(payload) };
        } else {
          throw unexpected(`type ${type} has no place here`);
        }
      }
    }
    return { data, ping, end: undefined };
  }

  #openAll(frames: readonly Frame[]): (Bytes | Promise<Bytes>)[] {
    return frames.map((frame) => {
      try {
        const opened = this.#opener.open(frame);
        // It is awaited in its turn; until then a refusal is not unhandled.
        if (opened instanceof Promise) opened.catch(() => {});
        return opened;
      } catch (error) {
        const refused = Promise.reject(error);
        refused.catch(() => {});
        return refused;
      }
    });
  }
}

function checkLength({ type, payload }: Message, length: number): void {
  if (payload.length !== length) {
    throw unexpected(`type ${type} with ${payload.length} bytes`);
  }
}

/** KeyUpdate and close end their record, and say nothing. */
function checkLast(
  message: Message,
  messages: readonly Message[],
  at: number,
): void {
  checkLength(message, 0);
  if (at !== messages.length - 1) {
    throw unexpected(`type ${message.type} is not the last of its record`);
  }
}

function unexpected(found: string): ChatError {
  return new ChatError(
    "CHAT_UNEXPECTED_MESSAGE",
    `Cannot go on: a message of ${found}`,
  );
}
