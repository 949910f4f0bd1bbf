import type { Bytes } from "../bytes.ts";
import { type AlertName, ChatError, ERRORS } from "../errors.ts";
import { encodeAlert } from "../wire/alert.ts";
import { isRecordLength } from "../wire/frame.ts";
import { encodeMessage, MESSAGE_TYPES } from "../wire/message.ts";
import type { Ready } from "../wire/ready.ts";
import { alertError } from "./alert_error.ts";
import type { Duplex } from "./duplex.ts";
import type { FrameSource } from "./frame_source.ts";
import { Inbox, PING_BYTES } from "./inbox.ts";
import { Pump, type Source } from "./pump.ts";
import type { Frame } from "./record_opener.ts";
import type { Session } from "./session.ts";
import type { VerifiedPeer } from "./verified_peer.ts";

const CLOSE = encodeMessage(MESSAGE_TYPES.close, new Uint8Array(0));
const PING = encodeMessage(MESSAGE_TYPES.ping, new Uint8Array(PING_BYTES));

/** What a watchdog compares between two looks. */
export interface Progress {
  /** Batches of records opened so far. */
  readonly received: number;
  /** Messages about the connection itself so far: pings, key updates. */
  readonly control: number;
  /** Whether the peer is being listened to, not what it said looked at. */
  readonly reading: boolean;
  /** Records written so far. */
  readonly written: number;
  /** Whether a record waits to be written. */
  readonly writing: boolean;
}

/**
 * An authenticated, ordered, confidential stream of messages to a verified
 * peer. Knows nothing about chat.
 */
export class Channel {
  /** Who is at the other end. */
  readonly peer: VerifiedPeer;
  /** What the server confirmed and asks for. */
  readonly ready: Ready;
  /** Channel binding for layers above, 32 bytes, the same on both sides. */
  readonly exporter: Bytes;
  readonly #duplex: Duplex;
  readonly #frames: FrameSource;
  readonly #inbox: Inbox;
  readonly #pump: Pump;
  #received = 0;
  #control = 0;
  #isReading = false;
  #ending = false;
  #failure: unknown;
  #reading: Promise<unknown> = Promise.resolve();

  /** @param frames Reads `duplex`; may hold bytes that came after READY. */
  constructor(session: Session, duplex: Duplex, frames: FrameSource) {
    this.peer = session.peer;
    this.ready = session.ready;
    this.exporter = session.exporter;
    this.#duplex = duplex;
    this.#frames = frames;
    this.#inbox = new Inbox(session.opener);
    this.#pump = new Pump(duplex, session.sealer, (error) => {
      this.#failure ??= error;
      duplex.close();
    });
  }

  /** How far both directions are. */
  get progress(): Progress {
    return {
      received: this.#received,
      control: this.#control,
      reading: this.#isReading,
      written: this.#pump.written,
      writing: this.#pump.inFlight > 0,
    };
  }

  /**
   * Queues one application message; `wake` sends what is queued. A peer that
   * lets too much pile up is cut (`MAX_QUEUED_BYTES`).
   *
   * @param payload At most `MAX_SENT_PAYLOAD_BYTES`.
   */
  send(payload: Uint8Array): void {
    this.#push(encodeMessage(MESSAGE_TYPES.data, payload));
  }

  /** Sends from `source` too, such as a cursor into a room's log. */
  attach(source: Source): void {
    if (!this.#ending) this.#pump.attach(source);
  }

  /** Sends what is queued or pending, as far as the peer keeps up. */
  wake(): void {
    this.#pump.wake();
  }

  /** Sends everything queued or pending; resolves once it is written. */
  async flush(): Promise<void> {
    await this.#pump.flush();
  }

  /** Asks for a sign of life: `progress.received` moves when it comes. */
  ping(): void {
    this.#push(PING);
    this.wake();
  }

  /**
   * Application messages as they arrive, all that came together in one batch,
   * as views that last until the next. Iterate once, and always: this is what
   * reads. Nothing is read while a batch is being looked at.
   *
   * Ends when the peer says goodbye, or after our own `close` or `refuse`.
   *
   * @throws {ChatError} `CHAT_CONNECTION_CUT` at the end of the stream without
   * a goodbye, `CHAT_RECORD_REFUSED`, `CHAT_RECORD_LIMIT`,
   * `CHAT_WIRE_MALFORMED`, `CHAT_UNEXPECTED_MESSAGE`, the reason the peer gave
   * in an alert, or what `abort` was given.
   */
  async *batches(): AsyncGenerator<readonly Bytes[], void, void> {
    try {
      while (!this.#ending) {
        const read = this.#read();
        this.#reading = read.catch(() => {});
        this.#isReading = true;
        const frames = await read;
        this.#isReading = false;
        if (this.#ending) return;
        const { data, ping, control, end } = await this.#inbox.open(frames);
        this.#received += 1;
        this.#control += control;
        if (ping !== undefined) this.#answer(ping);
        if (data.length > 0) yield data;
        if (end === "close") return;
        if (end !== undefined) throw this.#fail(alertError(end));
      }
    } catch (error) {
      if (this.#ending) return;
      this.#tell(error);
      throw error;
    } finally {
      if (!this.#ending) this.#stop();
    }
  }

  /** Says goodbye after everything queued; resolves when it is over. */
  async close(): Promise<void> {
    await this.#end(CLOSE);
  }

  /** Drops what is queued, tells the peer why, and ends. */
  async refuse(alert: AlertName, reason: string): Promise<void> {
    this.#pump.discard();
    await this.#end(
      encodeMessage(MESSAGE_TYPES.alert, encodeAlert(alert, reason)),
    );
  }

  /** Ends at once, telling nothing; `batches` throws `reason`. */
  abort(reason: ChatError): void {
    this.#fail(reason);
    this.#stop();
  }

  #push(message: Bytes): void {
    if (this.#ending || this.#failure !== undefined) return;
    try {
      this.#pump.push(message);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.abort(error);
    }
  }

  async #read(): Promise<Frame[]> {
    try {
      const frames = await this.#frames.frames(isRecordLength);
      if (frames !== null) return frames;
    } catch (error) {
      if (this.#failure !== undefined) throw this.#failure;
      // A length that nobody seals is tampering like any other.
      if (error instanceof ChatError && error.code === "CHAT_FRAME_SIZE") {
        throw new ChatError("CHAT_RECORD_REFUSED", error.message);
      }
      throw error;
    }
    throw this.#failure ?? new ChatError(
      "CHAT_CONNECTION_CUT",
      "Cannot read on: the connection ended without a goodbye",
    );
  }

  #answer(ping: Bytes): void {
    this.#push(encodeMessage(MESSAGE_TYPES.pong, ping));
    this.wake();
  }

  /** Remembers why this ended; the first reason counts. */
  #fail(reason: unknown): unknown {
    return this.#failure ??= reason;
  }

  /** Tells a peer that broke the rules which, unless it knows or may not. */
  #tell(error: unknown): void {
    if (this.#failure !== undefined || !(error instanceof ChatError)) return;
    const { alert } = ERRORS[error.code];
    if (alert === null) return;
    // The peer is verified: what the handshake hides, it may know.
    const name = alert === "handshake_failed" ? "protocol_error" : alert;
    void this.refuse(name, error.message);
  }

  #stop(): void {
    this.#pump.stop();
    this.#duplex.close(
      this.#failure instanceof ChatError ? this.#failure : undefined,
    );
  }

  async #end(last: Bytes): Promise<void> {
    if (this.#ending || this.#failure !== undefined) return;
    this.#ending = true;
    this.#duplex.linger(); // bounds everything below
    await this.#pump.finish(last);
    await this.#duplex.closeWrite();
    // Closing with unread bytes would reset the connection, and the peer
    // might lose what we said last.
    await this.#reading;
    await this.#frames.drain();
    this.#duplex.close();
  }
}
