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
  /** How many messages were about the connection, not for the application. */
  readonly control: number;
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
    let control = 0;
    let ahead = this.#openAll(frames);
    for (const [i, frame] of frames.entries()) {
      const opened = ahead[i] ?? this.#opener.open(frame);
      const messages = splitMessages(
        opened instanceof Uint8Array ? opened : await opened,
      );
      for (const [at, message] of messages.entries()) {
        const { type, payload } = message;
        if (type !== MESSAGE_TYPES.data) control += 1;
        if (type === MESSAGE_TYPES.data) {
          data.push(payload);
        } else if (type === MESSAGE_TYPES.ping) {
          checkLength(message, PING_BYTES);
          ping = payload;
        } else if (type === MESSAGE_TYPES.pong) {
          checkLength(message, PING_BYTES);
        } else if (type === MESSAGE_TYPES.keyUpdate) {
          checkLength(message, 0);
          checkLast(message, messages, at);
          await this.#opener.update();
          // The rest was opened with the old key, but sealed with the new one.
          // One by one now: a flood of KeyUpdates costs two looks per record.
          ahead = [];
        } else if (type === MESSAGE_TYPES.close) {
          checkLength(message, 0);
          checkLast(message, messages, at);
          return { data, ping, control, end: "close" };
        } else if (type === MESSAGE_TYPES.alert) {
          checkLast(message, messages, at);
          return { data, ping, control, end: decodeAlert(payload) };
        } else {
          throw unexpected(`type ${type} has no place here`);
        }
      }
    }
    return { data, ping, control, end: undefined };
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

/** KeyUpdate, close and alert end their record. */
function checkLast(
  { type }: Message,
  messages: readonly Message[],
  at: number,
): void {
  if (at !== messages.length - 1) {
    throw unexpected(`type ${type} is not the last of its record`);
  }
}

function unexpected(found: string): ChatError {
  return new ChatError(
    "CHAT_UNEXPECTED_MESSAGE",
    `Cannot go on: a message of ${found}`,
  );
}
